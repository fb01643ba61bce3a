//! How far probabilities are from the shares of labels that are true, in bins of probabilities.

use super::{average, ratio, Average, IGNORED};

/// Samples of one bin, the sum of their probabilities, and how many are true; a state is `[labels][bins]` of them.
pub type Bin = [f64; 3];

/// How the differences of the bins are combined.
#[derive(Clone, Copy)]
pub enum Norm {
    /// `Σ share of samples × |difference|`, the expected calibration error.
    L1,
    /// `√ Σ share of samples × difference²`.
    L2,
    /// The greatest difference.
    Max,
}

/// Adds a batch: a probability is in the last bin whose lower edge it reaches. `edges` ascend from 0; NaN goes to the
/// first bin, whose sum it makes NaN.
pub fn update(scores: &[f32], codes: &[u8], edges: &[f32], state: &mut [Bin], labels: usize) {
    let bins = edges.len();
    for (scores, codes) in scores.chunks_exact(labels).zip(codes.chunks_exact(labels)) {
        for ((state, &score), &code) in state.chunks_exact_mut(bins).zip(scores).zip(codes) {
            if code != IGNORED {
                let bin = &mut state[edges.partition_point(|&edge| edge <= score).saturating_sub(1)];
                bin[0] += 1.0;
                bin[1] += f64::from(score);
                bin[2] += f64::from(code);
            }
        }
    }
}

/// The error of each label, or their mean; 0 for a label without samples.
pub fn reduce(state: &[Bin], bins: usize, norm: Norm, mean: Average, out: &mut [f32]) {
    let sum_over =
        |of: &mut dyn Iterator<Item = Bin>| of.fold([0.0; 3], |a, b| [0, 1, 2].map(|i| a[i] + b[i]));
    let labels = state.len() / bins;
    match mean {
        Average::Micro => {
            let bin = |i: usize| sum_over(&mut state.iter().skip(i).step_by(bins).copied());
            let samples = sum_over(&mut state.iter().copied())[0];
            out[0] = error(&mut (0..bins).map(bin), samples, norm) as f32;
        }
        _ => average(mean, labels, out, &mut |label| {
            let own = &state[label * bins..][..bins];
            let [samples, _, positives] = sum_over(&mut own.iter().copied());
            (error(&mut own.iter().copied(), samples, norm), positives)
        }),
    }
}

fn error(bins: &mut dyn Iterator<Item = Bin>, samples: f64, norm: Norm) -> f64 {
    let mut error = 0.0;
    for [count, sum, positives] in bins {
        let difference = ratio(positives - sum, count, 0.0).abs();
        let share = ratio(count, samples, 0.0);
        error = match norm {
            Norm::L1 => error + share * difference,
            Norm::L2 => error + share * difference * difference,
            // NaN stays.
            Norm::Max if difference <= error => error,
            Norm::Max => difference + 0.0 * error,
        };
    }
    match norm {
        Norm::L2 => crate::simd::sqrt(error),
        _ => error,
    }
}
