//! Metrics of multi-label classification, over scores and label codes `[rows][labels]`.
//!
//! Counts and sums are float64, exact up to 2^53. They are streamed: an update adds to a state.

pub mod calibration;
pub mod class_weights;
pub mod curves;
pub mod encode;
mod order;
pub mod ranking;
pub mod stat_scores;
pub mod thresholds;

/// Code of an ignored label, in addition to 0 and 1.
pub const IGNORED: u8 = 2;

/// `total[i] += part[i]`: merges two states of one kind.
pub fn merge(total: &mut [f64], part: &[f64]) {
    for (total, part) in total.iter_mut().zip(part) {
        *total += part;
    }
}

/// `sum / count` of a state that holds these two; `empty` if the count is 0.
pub fn mean(state: [f64; 2], empty: f64) -> f32 {
    ratio(state[0], state[1], empty) as f32
}

fn ratio(numerator: f64, denominator: f64, undefined: f64) -> f64 {
    if denominator == 0.0 {
        undefined
    } else {
        numerator / denominator
    }
}

/// How the scores of the labels are combined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Average {
    /// Not at all: one result for each label.
    None,
    /// All labels count as one.
    Micro,
    Macro,
    /// The mean weighted by each label's number of positives.
    Weighted,
}

/// Fills `out` with the scores of the labels, or with their mean; `score_of` returns a label's score and its number of
/// positives. The caller handles micro, by treating all labels as one.
fn average(mean: Average, labels: usize, out: &mut [f32], score_of: &mut dyn FnMut(usize) -> (f64, f64)) {
    if mean == Average::None {
        for (label, out) in out.iter_mut().enumerate() {
            *out = score_of(label).0 as f32;
        }
        return;
    }
    let [mut sum, mut total] = [0.0; 2];
    for label in 0..labels {
        let (score, positives) = score_of(label);
        let weight = if mean == Average::Weighted { positives } else { 1.0 };
        sum += weight * score;
        total += weight;
    }
    out[0] = ratio(sum, total, 0.0) as f32;
}
