//! Checks of values that kernels rely on.

use crate::simd::{F32x4, LANES};

/// Whether all are from 0 to 1; NaN is not.
pub fn within_unit(x: &[f32]) -> bool {
    let (vectors, rest) = x.as_chunks::<LANES>();
    // Lanes stay 0 as long as all are inside: a value outside differs from its clamped self.
    let (low, high) = (F32x4::splat(0.0), F32x4::splat(1.0));
    let outside = vectors.iter().fold(low, |outside, x| {
        let x = F32x4::load(x);
        outside | x.ne(x.pmax(low).pmin(high))
    });
    outside.to_array().map(f32::to_bits) == [0; LANES] && rest.iter().all(|x| (0.0..=1.0).contains(x))
}

/// Position of the first index that is outside of `low..high` and not `except`; the length if there is none.
pub fn first_outside(indices: &[i32], low: i32, high: i32, except: i32) -> usize {
    let is_outside = |&index: &i32| (index < low || index >= high) && index != except;
    indices.iter().position(is_outside).unwrap_or(indices.len())
}
