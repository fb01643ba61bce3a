//! The squared error.

use super::elementwise_loss::{ElementLoss, Elements};
use crate::simd::F32x4;

/// `loss = (x - y)²`, `grad = 2 (x - y)`.
pub struct MeanSquaredError;

impl ElementLoss for MeanSquaredError {
    #[inline(always)]
    fn prepare(&self) -> impl Fn(F32x4) -> [F32x4; 2] {
        |x| [x, x]
    }

    #[inline(always)]
    fn element(&self) -> impl Fn(Elements) -> (F32x4, F32x4) {
        |Elements { x, y, .. }| {
            let difference = x - y;
            (difference * difference, difference + difference)
        }
    }
}
