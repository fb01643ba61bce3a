//! The absolute error, which is quadratic near 0: L1, smooth L1 and Huber.

use super::elementwise_loss::{ElementLoss, Elements};
use crate::simd::F32x4;

/// With d = x - y:
///
/// ```text
/// loss = |d| > bound ? slope (|d| - bound / 2) : quadratic d²
/// grad = |d| > bound ? slope sign(d)           : 2 quadratic d
/// ```
pub struct SmoothL1 {
    bound: f32,
    slope: f32,
    quadratic: f32,
    has_parabola: bool,
}

impl SmoothL1 {
    pub fn new(bound: f64, slope: f64) -> Self {
        // For a bound of 0 only a difference of 0 is quadratic. An infinite factor times that would be NaN.
        let quadratic = match bound {
            0.0 => 0.0,
            _ if bound == slope => 0.5,
            _ => (0.5 * slope / bound).min(f64::from(f32::MAX)),
        };
        SmoothL1 {
            bound: bound as f32,
            slope: slope as f32,
            quadratic: quadratic as f32,
            has_parabola: bound != 0.0,
        }
    }
}

impl ElementLoss for SmoothL1 {
    #[inline(always)]
    fn prepare(&self) -> impl Fn(F32x4) -> [F32x4; 2] {
        |x| [x, x]
    }

    #[inline(always)]
    fn element(&self) -> impl Fn(Elements) -> (F32x4, F32x4) {
        let bound = F32x4::splat(self.bound);
        let half = F32x4::splat(0.5 * self.bound);
        let slope = F32x4::splat(self.slope);
        let quadratic = F32x4::splat(self.quadratic);
        // Without a parabola the derivative at NaN is 0, as that of |d| in torch.
        let zero = F32x4::splat(0.0);
        let has_parabola = if self.has_parabola { zero.le(zero) } else { zero };
        move |Elements { x, y, .. }| {
            let d = x - y;
            let size = d.abs();
            let is_linear = bound.lt(size);
            let scaled = quadratic * d;
            let loss = F32x4::select(is_linear, slope * (size - half), scaled * d);
            let sign = slope ^ (d & F32x4::splat(-0.0));
            (loss, F32x4::select(is_linear, sign, (scaled + scaled) & has_parabola))
        }
    }
}
