//! The threshold of each label that suits a statistic best.

use super::order::{score_of, Ignored, Ranking, NAN_KEY};
use super::stat_scores::Statistic;

/// What every probability is above.
const BELOW_ALL: f32 = -1.0;
/// The threshold where there is nothing to choose.
const NEUTRAL: f32 = 0.5;

/// For each label, among all ways to part its distinct probabilities, the one with the best statistic: its
/// threshold lies midway between the two that it parts (0 and 1 stand at the ends). Of equal ones the highest is
/// taken; [`NEUTRAL`] if all are equal. False, with nothing promised, where a probability is NaN.
///
/// O(N log N) a label, N the rows; the workspace is for one label's.
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

/// A threshold that `upper` is above, and `lower` (or nothing, where both are 0) is not.
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
