//! The best threshold of each label for a statistic.

use super::order::{score_of, Ignored, Ranking, NAN_KEY};
use super::stat_scores::Statistic;

/// A threshold below every probability.
const BELOW_ALL: f32 = -1.0;
/// The threshold if all choices are equally good.
const NEUTRAL: f32 = 0.5;

/// For each label, the split of its distinct probabilities with the best statistic: the
/// threshold lies midway between two neighbouring probabilities (or 0 and 1 at the ends). Ties go to the
/// highest; [`NEUTRAL`] if all are equal. Returns false, with unspecified results, if a probability is NaN.
///
/// O(N log N) for each label and N rows; the workspace is for one label.
pub fn tune(
    probabilities: &[f32],
    codes: &[u8],
    statistic: Statistic,
    thresholds: &mut [f32],
    best: &mut [f32],
    workspace: &mut [u32],
) -> bool {
    let labels = thresholds.len();
    for (label, (threshold, best)) in thresholds.iter_mut().zip(best).enumerate() {
        let column = label.min(probabilities.len())..;
        let (probabilities, codes) = (&probabilities[column.clone()], &codes[column]);
        let ranking = Ranking::new(probabilities, codes, labels, Ignored::LeftOut, workspace);
        if ranking.next_key() == Some(NAN_KEY) {
            return false;
        }
        let choice = choose(ranking, statistic);
        *threshold = choice.0;
        *best = choice.1 as f32;
    }
    true
}

/// The best threshold and its statistic.
fn choose(mut ranking: Ranking, statistic: Statistic) -> (f32, f64) {
    let [positives, negatives] = ranking.totals();
    let value = |tp: f64, fp: f64| statistic.of([negatives - fp, positives - tp, fp, tp], 0.0);
    let next_score = |ranking: &Ranking| ranking.next_key().map_or(0.0, score_of);
    let none = value(0.0, 0.0);
    let mut best = (midway(1.0, next_score(&ranking)), none);
    let [mut tp, mut fp] = [0.0, 0.0];
    let mut is_free = false;
    while let Some(tie) = ranking.next() {
        tp += tie.positives;
        fp += tie.negatives;
        let value = value(tp, fp);
        is_free |= value != none;
        if value > best.1 {
            best = (between(score_of(tie.key), next_score(&ranking)), value);
        }
    }
    if is_free {
        best
    } else {
        (NEUTRAL, none)
    }
}

fn midway(a: f32, b: f32) -> f32 {
    (0.5 * (f64::from(a) + f64::from(b))) as f32
}

/// A threshold below `upper` but not below `lower` (or below everything if both are 0).
fn between(upper: f32, lower: f32) -> f32 {
    let middle = midway(upper, lower);
    if middle < upper {
        middle
    } else if lower < upper {
        lower
    } else {
        BELOW_ALL
    }
}
