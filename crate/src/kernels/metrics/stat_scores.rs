//! True and false positives and negatives of every label, and the scores computed from them.

use super::{average, ratio, Average, IGNORED};
use crate::kernels::elementwise::integer::store;
use crate::simd::sqrt;

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

/// Writes `[tp, fp, tn, fn, tp + fn]` of every label, or of one for all: the sums, the means, or the means weighted by the
/// numbers of positives. Returns whether all fit.
pub fn scores(state: &[Counts], mean: Average, out: Numbers) -> bool {
    let columns = |[tn, fn_, fp, tp]: Counts| [tp, fp, tn, fn_, tp + fn_];
    if mean == Average::None {
        return out.write(state.iter().flat_map(|&counts| columns(counts)));
    }
    let positives: f64 = state.iter().map(|[_, fn_, _, tp]| tp + fn_).sum();
    let mut sums = [0.0; 5];
    for &counts in state {
        let weight = match mean {
            Average::Macro => 1.0 / state.len() as f64,
            Average::Weighted => (counts[1] + counts[3]) / positives,
            _ => 1.0,
        };
        for (sum, count) in sums.iter_mut().zip(columns(counts)) {
            *sum += weight * count;
        }
    }
    out.write(sums.into_iter())
}

/// Where results go: to float32, or whole ones to int32.
pub enum Numbers<'a> {
    Floats(&'a mut [f32]),
    Integers(&'a mut [i32]),
}

impl Numbers<'_> {
    /// Whether all values fit.
    fn write(self, values: impl Iterator<Item = f64>) -> bool {
        let mut fits = true;
        match self {
            Numbers::Floats(out) => out.iter_mut().zip(values).for_each(|(out, value)| *out = value as f32),
            Numbers::Integers(out) => {
                out.iter_mut().zip(values).for_each(|(out, value)| store(value as i64, out, &mut fits));
            }
        }
        fits
    }
}

/// How a confusion matrix is normalised.
#[derive(Clone, Copy)]
pub enum Normalize {
    None,
    /// Over the targets: rows add up to 1.
    True,
    /// Over the predictions: columns do.
    Pred,
    All,
}

/// Writes `[[tn, fp], [fn, tp]]` of every label; 0 for 0 / 0. Returns whether all fit.
pub fn confusion_matrix(state: &[Counts], normalize: Normalize, out: Numbers) -> bool {
    out.write(state.iter().flat_map(|&[tn, fn_, fp, tp]| {
        let totals = match normalize {
            Normalize::None => [1.0; 4],
            Normalize::True => [tn + fp, tn + fp, fn_ + tp, fn_ + tp],
            Normalize::Pred => [tn + fn_, fp + tp, tn + fn_, fp + tp],
            Normalize::All => [tn + fn_ + fp + tp; 4],
        };
        let counts = [tn, fp, fn_, tp];
        std::array::from_fn::<f64, 4, _>(|i| ratio(counts[i], totals[i], 0.0))
    }))
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
    /// `tn / (tn + fp)`
    Specificity,
    /// `tn / (tn + fn)`
    NegativePredictiveValue,
    /// `tp / (tp + fp + fn)`
    Jaccard,
    /// The correlation coefficient of predictions and targets.
    Matthews,
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
            Statistic::Specificity => ratio(tn, tn + fp, undefined),
            Statistic::NegativePredictiveValue => ratio(tn, tn + fn_, undefined),
            Statistic::Jaccard => ratio(tp, tp + fp + fn_, undefined),
            Statistic::Matthews => matthews(counts),
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

/// `(tp tn - fp fn) / sqrt((tp + fp)(tp + fn)(tn + fp)(tn + fn))`. Where that is 0 / 0, as in torchmetrics, which
/// gives 1 without mistakes, -1 without hits, and else a limit.
fn matthews([tn, fn_, fp, tp]: Counts) -> f64 {
    if tp + tn != 0.0 && fp + fn_ == 0.0 {
        return 1.0;
    }
    if tp + tn == 0.0 && fp + fn_ != 0.0 {
        return -1.0;
    }
    let product = (tp + fp) * (tp + fn_) * (tn + fp) * (tn + fn_);
    if product != 0.0 {
        return (tp * tn - fp * fn_) / sqrt(product);
    }
    const EPSILON: f64 = f32::EPSILON as f64;
    let limit = sqrt(EPSILON);
    let numerator = match [tn, fn_, fp, tp].map(|count| count == 0.0) {
        [true, true, _, _] => limit * (tp - fp),
        [true, _, true, _] => limit * (tp - fn_),
        [_, true, _, true] => limit * (tn - fp),
        [_, _, true, true] => limit * (tn - fn_),
        _ => return 0.0,
    };
    let [a, b, c, d] = [tp + fp, tp + fn_, tn + fp, tn + fn_].map(|sum| sum + EPSILON);
    numerator / sqrt(a * b * c * d)
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
