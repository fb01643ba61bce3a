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

/// `into += factor x`.
pub fn add_scaled_in_place(into: &mut [f32], x: &[f32], factor: f32) {
    let factor = F32x4::splat(factor);
    combine(into, x, |into, x| into + factor * x);
}

/// `into *= x`.
pub fn mul_in_place(into: &mut [f32], x: &[f32]) {
    combine(into, x, |into, x| into * x);
}

/// `into /= x`.
pub fn div_in_place(into: &mut [f32], x: &[f32]) {
    combine(into, x, |into, x| into / x);
}

/// `x += addend`.
pub fn shift_in_place(x: &mut [f32], addend: f32) {
    let addend = F32x4::splat(addend);
    map_in_place(x, |x| x + addend);
}

/// `x /= divisor`.
pub fn divide_in_place(x: &mut [f32], divisor: f32) {
    let divisor = F32x4::splat(divisor);
    map_in_place(x, |x| x / divisor);
}
