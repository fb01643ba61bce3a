//! True and false positives and negatives of every label, and the scores computed from them.

use super::{average, ratio, Average, IGNORED};

/// True negatives, false negatives, false positives and true positives of one label; a state is an array of them.
pub type Counts = [f64; 4];

/// Adds a batch: a label is predicted if its score is above its threshold; NaN never is.
pub fn update(scores: &[f32], codes: &[u8], thresholds: &[f32], state: &mut [Counts]) {
    let labels = thresholds.len();
    for (scores, codes) in scores.chunks_exact(labels).zip(codes.chunks_exact(labels)) {
        for (((score, &code), threshold), counts) in scores.iter().zip(codes).zip(thresholds).zip(&mut *state)
        {
            if code != IGNORED {
                counts[usize::from(code == 1) + 2 * usize::from(score > threshold)] += 1.0;
            }
        }
    }
}

/// Adds to `[rows that are right in every label, rows]`; an ignored label is always right.
pub fn exact_match_update(scores: &[f32], codes: &[u8], thresholds: &[f32], state: &mut [f64; 2]) {
    let labels = thresholds.len();
    for (scores, codes) in scores.chunks_exact(labels).zip(codes.chunks_exact(labels)) {
        let mut sample = scores.iter().zip(codes).zip(thresholds);
        let is_right =
            sample.all(|((score, &code), threshold)| code == IGNORED || (score > threshold) == (code == 1));
        state[0] += f64::from(u8::from(is_right));
        state[1] += 1.0;
    }
}

/// A score computed from the counts of one label.
#[derive(Clone, Copy)]
pub enum Statistic {
    /// `(1 + β²) tp / ((1 + β²) tp + β² fn + fp)`
    FBeta { beta: f64 },
    /// `tp / (tp + fp)`
    Precision,
    /// `tp / (tp + fn)`
    Recall,
    /// `(tp + tn) / all`
    Accuracy,
    /// `1 - accuracy`
    HammingDistance,
    /// The mean of `tp / positives` and `tn / negatives`, leaving out one without samples.
    BalancedAccuracy,
}

impl Statistic {
    /// `undefined` is the value of 0 / 0 (but the accuracy without samples is always 0).
    pub fn of(self, counts: Counts, undefined: f64) -> f64 {
        let [tn, fn_, fp, tp] = counts;
        match self {
            Statistic::FBeta { beta } => {
                let square = beta * beta;
                let hits = (1.0 + square) * tp;
                ratio(hits, hits + square * fn_ + fp, undefined)
            }
            Statistic::Precision => ratio(tp, tp + fp, undefined),
            Statistic::Recall => ratio(tp, tp + fn_, undefined),
            Statistic::Accuracy => ratio(tp + tn, tp + fp + tn + fn_, 0.0),
            Statistic::HammingDistance => 1.0 - Statistic::Accuracy.of(counts, 0.0),
            Statistic::BalancedAccuracy => {
                let [positives, negatives] = [tp + fn_, tn + fp];
                let pairs = positives * negatives;
                // One division of exact numbers, so that equal scores have equal bits.
                let of_one_kind = ratio(tp + tn, positives + negatives, undefined);
                ratio(0.5 * (tp * negatives + tn * positives), pairs, of_one_kind)
            }
        }
    }
}

/// The statistic of every label, or their mean, according to `mean`.
pub fn reduce(state: &[Counts], statistic: Statistic, mean: Average, undefined: f64, out: &mut [f32]) {
    let all;
    let (state, mean) = match mean {
        Average::Micro => {
            all = [state.iter().fold([0.0; 4], |a, b| std::array::from_fn(|i| a[i] + b[i]))];
            (&all[..], Average::None)
        }
        _ => (state, mean),
    };
    average(mean, state.len(), out, &mut |label| {
        let [_, fn_, _, tp] = state[label];
        (statistic.of(state[label], undefined), tp + fn_)
    });
}
