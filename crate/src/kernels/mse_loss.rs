//! The squared error.

use super::elementwise_loss::{ElementLoss, Elements};
use crate::simd::F32x4;

/// `loss = (x - y)²`, `grad = 2 (x - y)`.
pub struct MeanSquaredError;

impl ElementLoss for MeanSquaredError {
    #[inline(always)]
    fn prepare(&self, x: F32x4) -> [F32x4; 2] {
        [x, x]
    }

    #[inline(always)]
    fn element(&self, Elements { x, y, .. }: Elements) -> (F32x4, F32x4) {
        let difference = x - y;
        (difference * difference, difference + difference)
    }
}
