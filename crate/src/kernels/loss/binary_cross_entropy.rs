//! Binary cross-entropy of logits and of probabilities.

use super::elementwise_loss::{ElementLoss, Elements};
use crate::math::{log1p_unit, log_finite};
use crate::simd::F32x4;

const ONE: F32x4 = F32x4::splat(1.0);
const ZERO: F32x4 = F32x4::splat(0.0);

/// For logits, with a weight p of positive labels. With a = |x|, u = exp(-a) and q = u / (1 + u):
///
/// ```text
/// c    = x >= 0 ? 1 - y : p y;   k = p y + (1 - y)
/// loss = a c + k log1p(u)            = -(p y log σ(x) + (1 - y) log σ(-x))
/// grad = x >= 0 ? c - k q : k q - c  = (1 - y) σ(x) - p y σ(-x)
/// ```
///
/// Nothing cancels at labels 0 and 1. `a c` counts as 0 if c is 0: an infinite logit that
/// agrees with its label has loss 0.
pub struct OfLogits;

impl ElementLoss for OfLogits {
    #[inline(always)]
    fn element(&self) -> impl Fn(Elements) -> (F32x4, F32x4) {
        let log1p_unit = log1p_unit();
        move |Elements { x, y, prepared: [u, _], pos_weight }| {
            let (positive, negative) = (pos_weight * y, ONE - y);
            let c = F32x4::select(x.shift_right_signed(31), positive, negative);
            let k = positive + negative;
            let wrong = (x.abs() * c) & c.ne(ZERO);
            let loss = wrong + k * log1p_unit(u);
            let gradient = (c - k * (u / (ONE + u))) ^ (x & F32x4::splat(-0.0));
            (loss, gradient)
        }
    }
}

/// For probabilities, with logarithms clamped at -100 and the gradient's divisor at 1e-12, as in torch:
///
/// ```text
/// loss = -(y max(log x, -100) + (1 - y) max(log(1 - x), -100))
/// grad = (x - y) / max((1 - x) x, 1e-12)
/// ```
pub struct OfProbabilities;

impl ElementLoss for OfProbabilities {
    const PREPARES_TWO: bool = true;

    #[inline(always)]
    fn prepare(&self) -> impl Fn(F32x4) -> [F32x4; 2] {
        let log_finite = log_finite();
        move |x| {
            let rest = ONE - x;
            // 1 - x is exactly rest + ((1 - rest) - x); the second term is used to first order.
            let lost = ((ONE - rest) - x) / rest.pmax(F32x4::splat(f32::MIN_POSITIVE));
            [log_finite(x), log_finite(rest) + lost]
        }
    }

    #[inline(always)]
    fn element(&self) -> impl Fn(Elements) -> (F32x4, F32x4) {
        const LEAST: F32x4 = F32x4::splat(-100.0);
        |Elements { x, y, prepared: [log_x, log_rest], .. }| {
            let loss = (y - ONE) * log_rest.pmax(LEAST) - y * log_x.pmax(LEAST);
            let gradient = (x - y) / ((ONE - x) * x).pmax(F32x4::splat(1e-12));
            (loss, gradient)
        }
    }
}
