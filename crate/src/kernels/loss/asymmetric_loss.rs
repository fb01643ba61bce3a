//! The asymmetric loss (Ridnik et al. 2021), in terms of logits. With p = σ(x) and the shifted
//! probability p_m = max(p - m, 0):
//!
//! ```text
//! loss = y P + (1 - y) N
//! P    = -(1 - p)^γ₊ log p            P' = -(1 - p)^γ₊ (γ₊ p (-log p) + 1 - p)
//! N    = -p_m^γ₋ log(1 - p_m)         N' = p_m^γ₋ p (1 - p) (γ₋ (-log(1 - p_m)) / p_m + 1 / (1 - p_m))
//! ```
//!
//! All terms of P' have the same sign, and so have those of N'. `-log p` is `log1p(exp(-x))`, finite at
//! any finite logit, so no epsilon is needed. `p - m` is
//! `σ(x) (1 - m) (1 - exp(x₀ - x))` with x₀ the logit of m, accurate where p and m are close.

use super::elementwise_loss::{ElementLoss, Elements};
use crate::math::{exp_negative, log1p_unit, log_finite, one_minus_exp_negative, power, Exponent};
use crate::simd::F32x4;

const ONE: F32x4 = F32x4::splat(1.0);
const ZERO: F32x4 = F32x4::splat(0.0);

#[derive(Clone, Copy)]
struct Focus {
    gamma: F32x4,
    exponent: Exponent,
}

impl Focus {
    fn new(gamma: f64) -> Self {
        Focus { gamma: F32x4::splat(gamma as f32), exponent: Exponent::new(gamma as f32) }
    }

    /// `-s^γ log(1 - s)` and its derivative by the logit of s, given `r = 1 - s` and
    /// `cost = -log(1 - s)`. If the cost is infinite because r is 0, the derivative is its limit.
    #[inline(always)]
    fn unshifted(self, s: F32x4, r: F32x4, cost: F32x4) -> (F32x4, F32x4) {
        let focus = power(s, self.exponent);
        (focus * cost, focus * (self.gamma * ((r * cost) & r.ne(ZERO)) + s))
    }
}

/// A side of the loss and its derivative, times its weight; 0 for a weight of 0, even if it is infinite.
#[inline(always)]
fn weighted(weight: F32x4, (loss, slope): (F32x4, F32x4)) -> (F32x4, F32x4) {
    let counts = weight.ne(ZERO);
    ((weight * loss) & counts, (weight * slope) & counts)
}

pub struct Asymmetric {
    negative: Focus,
    positive: Focus,
    is_shifted: bool,
    /// m, 1 - m, and m's logit in two parts.
    clip: F32x4,
    room: F32x4,
    clip_logit: [F32x4; 2],
}

impl Asymmetric {
    /// Both gammas at least 0, `clip` in [0, 1).
    pub fn new(gamma_neg: f64, gamma_pos: f64, clip: f64) -> Self {
        let logit = libm::log(clip / (1.0 - clip));
        let high = logit as f32;
        Asymmetric {
            negative: Focus::new(gamma_neg),
            positive: Focus::new(gamma_pos),
            // With a margin that float32 flushes to 0 the logarithm could be infinite.
            is_shifted: clip as f32 >= f32::MIN_POSITIVE,
            clip: F32x4::splat(clip as f32),
            room: F32x4::splat((1.0 - clip) as f32),
            clip_logit: [high, (logit - f64::from(high)) as f32].map(F32x4::splat),
        }
    }

    /// N and N' where m > 0, given `1 - exp(x₀ - x)`, p and 1 - p.
    #[inline(always)]
    fn shifted(
        &self,
        beyond: F32x4,
        p: F32x4,
        r: F32x4,
        log_finite: impl Fn(F32x4) -> F32x4,
    ) -> (F32x4, F32x4) {
        let shifted = p * self.room * beyond;
        // 1 - p_m, from the more accurate of its two forms, and its rounding error.
        let is_small = shifted.lt(F32x4::splat(0.5));
        let rest = F32x4::select(is_small, ONE - shifted, r + self.clip);
        let lost = ((ONE - rest) - shifted) & is_small;
        let inverse = ONE / rest;
        // `log_finite` of NaN is a number: multiplying NaN by 0 and adding it restores NaN.
        let cost = rest * ZERO - (log_finite(rest) + lost * inverse);
        let focus = power(shifted, self.negative.exponent);
        let slope = (self.negative.gamma * (cost / shifted) + inverse) & shifted.ne(ZERO);
        (focus * cost, focus * (p * r) * slope)
    }
}

impl ElementLoss for Asymmetric {
    const PREPARES_TWO: bool = true;

    #[inline(always)]
    fn prepare(&self) -> impl Fn(F32x4) -> [F32x4; 2] {
        let (exp_negative, one_minus_exp_negative) = (exp_negative(), one_minus_exp_negative());
        let [high, low] = self.clip_logit;
        move |x| {
            let beyond =
                if self.is_shifted { one_minus_exp_negative(((x - high) - low).pmax(ZERO)) } else { ZERO };
            [exp_negative(x.abs()), beyond]
        }
    }

    #[inline(always)]
    fn element(&self) -> impl Fn(Elements) -> (F32x4, F32x4) {
        let (log1p_unit, log_finite) = (log1p_unit(), log_finite());
        move |Elements { x, y, prepared: [u, beyond], .. }| {
            let is_negative = x.lt(ZERO);
            let q = u / (ONE + u);
            let upper = ONE - q;
            let (p, r) = (F32x4::select(is_negative, q, upper), F32x4::select(is_negative, upper, q));
            let soft = log1p_unit(u);
            let (above, below) = (x.pmax(ZERO) + soft, (ZERO - x).pmax(ZERO) + soft);

            let positive = self.positive.unshifted(r, p, below);
            let negative = if self.is_shifted {
                self.shifted(beyond, p, r, &log_finite)
            } else {
                self.negative.unshifted(p, r, above)
            };
            let (positive, positive_slope) = weighted(y, positive);
            let (negative, negative_slope) = weighted(ONE - y, negative);
            (positive + negative, negative_slope - positive_slope)
        }
    }
}
