//! The logistic loss of labels -1 and 1.

use super::elementwise_loss::{ElementLoss, Elements};
use crate::math::{exp_negative, log1p_unit};
use crate::simd::F32x4;

/// With z = -y x and u = exp(-|z|):
///
/// ```text
/// loss = log(1 + exp(z)) = max(z, 0) + log1p(u)
/// grad = -y σ(z)         = -y (z > 0 ? 1 : u) / (1 + u)
/// ```
pub struct SoftMargin;

impl ElementLoss for SoftMargin {
    #[inline(always)]
    fn prepare(&self) -> impl Fn(F32x4) -> [F32x4; 2] {
        |x| [x, x]
    }

    #[inline(always)]
    fn element(&self) -> impl Fn(Elements) -> (F32x4, F32x4) {
        const ONE: F32x4 = F32x4::splat(1.0);
        const ZERO: F32x4 = F32x4::splat(0.0);
        let (exp_negative, log1p_unit) = (exp_negative(), log1p_unit());
        move |Elements { x, y, .. }| {
            let minus_y = y ^ F32x4::splat(-0.0);
            let z = minus_y * x;
            let u = exp_negative(z.abs());
            let loss = z.pmax(ZERO) + log1p_unit(u);
            let share = F32x4::select(ZERO.lt(z), ONE, u) / (ONE + u);
            (loss, minus_y * share)
        }
    }
}
