//! Changes in place, element by element.

use super::rows::{combine, map_in_place};
use crate::simd::F32x4;

const ZERO: F32x4 = F32x4::splat(0.0);

/// `out[i] = value`.
pub fn fill(out: &mut [f32], value: f32) {
    let value = F32x4::splat(value);
    map_in_place(out, |_| value);
}

/// `into += x`.
pub fn accumulate(into: &mut [f32], x: &[f32]) {
    combine(into, x, |into, x| into + x);
}

/// `x = relu(x)`.
pub fn relu_in_place(x: &mut [f32]) {
    map_in_place(x, |x| x.pmax(ZERO));
}

/// `relu_backward`, overwriting the upstream gradient.
pub fn relu_backward_in_place(upstream: &mut [f32], y: &[f32]) {
    combine(upstream, y, |up, y| up & y.ne(ZERO));
}

/// `x *= factor`.
pub fn scale_in_place(x: &mut [f32], factor: f32) {
    let factor = F32x4::splat(factor);
    map_in_place(x, |x| x * factor);
}
