//! Weights of labels by their rarity.

use super::IGNORED;
use crate::float64::pow;
use crate::simd::sqrt;

/// Weight of a label with `n` positives among `m` rows, of `C` labels; a label without positives counts as if it had one.
#[derive(Clone, Copy)]
pub enum Scheme {
    /// `m / (C n)`
    Balanced,
    /// `1 / n`, scaled to a mean weight of 1.
    Inverse,
    /// `1 / √n`, scaled to a mean of 1.
    InverseSqrt,
    /// `(1 - β) / (1 - β^n)`, scaled to a mean of 1.
    EffectiveNumber { beta: f64 },
    /// `(m - n) / n`, but at least 1 / n.
    PosWeight,
}

/// `counts` is a workspace as long as `weights`: one element for each label.
pub fn class_weights(codes: &[u8], scheme: Scheme, counts: &mut [[f64; 2]], weights: &mut [f32]) {
    let labels = weights.len();
    counts.fill([0.0; 2]);
    for codes in codes.chunks_exact(labels) {
        for (counts, &code) in counts.iter_mut().zip(codes) {
            if code != IGNORED {
                counts[usize::from(code)] += 1.0;
            }
        }
    }
    let mut total = 0.0;
    for counts in &mut *counts {
        let [absent, present] = *counts;
        let n = present.max(1.0);
        counts[0] = match scheme {
            Scheme::Balanced => (absent + present) / (labels as f64 * n),
            Scheme::Inverse => 1.0 / n,
            Scheme::InverseSqrt => 1.0 / sqrt(n),
            Scheme::EffectiveNumber { beta } => (1.0 - beta) / (1.0 - pow(beta, n)),
            Scheme::PosWeight => absent.max(1.0) / n,
        };
        total += counts[0];
    }
    let scale = match scheme {
        Scheme::Balanced | Scheme::PosWeight => 1.0,
        _ => labels as f64 / total,
    };
    for (weights, counts) in weights.iter_mut().zip(counts) {
        *weights = (scale * counts[0]) as f32;
    }
}
