//! Areas under the precision-recall curve and the ROC curve of every label.

use super::order::{Ignored, Ranking, Tie};
use super::{average, ratio, Average, IGNORED};

#[derive(Clone, Copy)]
pub enum Curve {
    /// `Σ (increase of recall) × precision`, 0 without positives.
    PrecisionRecall,
    /// `∫ true positive rate d(false positive rate)` by trapezoids, 0 without positives or without negatives.
    Roc,
}

/// A step of a curve: the numbers of positives and negatives that a threshold adds, highest threshold first.
type Step = [f64; 2];

impl Curve {
    /// The area over `steps`, which continue from `start`; `totals` counts all positives and negatives.
    fn area(self, start: Step, steps: impl Iterator<Item = Step>, totals: Step) -> f64 {
        let [mut tp, mut fp] = start;
        let mut area = 0.0;
        for [positives, negatives] in steps {
            area += match self {
                Curve::PrecisionRecall => {
                    positives * ratio(tp + positives, tp + positives + fp + negatives, 0.0)
                }
                Curve::Roc => negatives * (tp + 0.5 * positives),
            };
            tp += positives;
            fp += negatives;
        }
        let whole = match self {
            Curve::PrecisionRecall => totals[0],
            Curve::Roc => totals[0] * totals[1],
        };
        ratio(area, whole, 0.0)
    }
}

/// Areas with every score as a threshold. The workspace is for the scores of one label.
pub fn exact(
    curve: Curve,
    scores: &[f32],
    codes: &[u8],
    labels: usize,
    mean: Average,
    out: &mut [f32],
    workspace: &mut [u32],
) {
    average(mean, labels, out, &mut |label| {
        let column = label.min(scores.len())..;
        let (scores, codes) = (&scores[column.clone()], &codes[column]);
        let ranking = Ranking::new(scores, codes, labels, Ignored::LeftOut, workspace);
        let totals = ranking.totals();
        let steps = ranking.map(|Tie { positives, negatives, .. }| [positives, negatives]);
        (curve.area([0.0; 2], steps, totals), totals[0])
    });
}

/// Adds a batch to the state `[labels][thresholds + 1]` of steps: step `i` counts the scores that reach exactly `i`
/// of the ascending thresholds. NaN reaches none.
pub fn binned_update(scores: &[f32], codes: &[u8], thresholds: &[f32], state: &mut [Step], labels: usize) {
    let bins = thresholds.len() + 1;
    for (scores, codes) in scores.chunks_exact(labels).zip(codes.chunks_exact(labels)) {
        for ((state, &score), &code) in state.chunks_exact_mut(bins).zip(scores).zip(codes) {
            if code != IGNORED {
                let reached = thresholds.partition_point(|&threshold| threshold <= score);
                state[reached][usize::from(code == 0)] += 1.0;
            }
        }
    }
}

/// Areas with the state's thresholds only: a ROC curve begins and ends at its outermost points.
pub fn binned(curve: Curve, state: &[Step], bins: usize, mean: Average, out: &mut [f32]) {
    let area = |state: &[Step]| {
        let step = |i: usize| state.iter().skip(i).step_by(bins).fold([0.0; 2], add);
        let totals = state.iter().fold([0.0; 2], add);
        let (start, first) = match curve {
            Curve::PrecisionRecall => ([0.0; 2], bins),
            Curve::Roc => (step(bins - 1), bins - 1),
        };
        (curve.area(start, (1..first).rev().map(step), totals), totals[0])
    };
    match mean {
        Average::Micro => out[0] = area(state).0 as f32,
        _ => average(mean, state.len() / bins, out, &mut |label| area(&state[label * bins..][..bins])),
    }
}

fn add(a: Step, b: &Step) -> Step {
    [a[0] + b[0], a[1] + b[1]]
}
