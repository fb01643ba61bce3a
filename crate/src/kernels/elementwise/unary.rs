//! Elementwise functions of one operand, and their gradients.

use super::rows::{map, map_long, zip, zip_long};
use crate::math;
use crate::simd::F32x4;

const ZERO: F32x4 = F32x4::splat(0.0);
const ONE: F32x4 = F32x4::splat(1.0);

pub fn neg(x: &[f32], out: &mut [f32]) {
    map(x, out, |x| x ^ F32x4::splat(-0.0));
}

pub fn abs(x: &[f32], out: &mut [f32]) {
    map(x, out, F32x4::abs);
}

/// `upstream * sign(x)`, 0 at 0 and at NaN.
pub fn abs_backward(upstream: &[f32], x: &[f32], gradient: &mut [f32]) {
    zip(upstream, x, gradient, |up, x| up * F32x4::select(x.lt(ZERO), F32x4::splat(-1.0), ONE & ZERO.lt(x)));
}

pub fn exp(x: &[f32], out: &mut [f32]) {
    map_long(x, out, math::exp());
}

pub fn log(x: &[f32], out: &mut [f32]) {
    map_long(x, out, math::log());
}

pub fn sqrt(x: &[f32], out: &mut [f32]) {
    map(x, out, F32x4::sqrt);
}

/// `upstream / (2 y)` with y the square root.
pub fn sqrt_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32]) {
    zip(upstream, y, gradient, |up, y| up / (y + y));
}

/// `max(x, 0)`; NaN stays.
pub fn relu(x: &[f32], out: &mut [f32]) {
    map(x, out, |x| x.pmax(ZERO));
}

/// `upstream` where the result is not 0 (NaN included), else 0.
pub fn relu_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32]) {
    zip(upstream, y, gradient, |up, y| up & y.ne(ZERO));
}

pub fn sigmoid(x: &[f32], out: &mut [f32]) {
    map_long(x, out, math::sigmoid());
}

/// `upstream * (1 - y) * y` with y the sigmoid.
pub fn sigmoid_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32]) {
    zip(upstream, y, gradient, |up, y| up * (ONE - y) * y);
}

pub fn logsigmoid(x: &[f32], out: &mut [f32]) {
    map_long(x, out, math::logsigmoid());
}

/// `upstream * sigmoid(-x)`.
pub fn logsigmoid_backward(upstream: &[f32], x: &[f32], gradient: &mut [f32]) {
    let sigmoid = math::sigmoid();
    zip_long(upstream, x, gradient, |up, x| up * sigmoid(x ^ F32x4::splat(-0.0)));
}

/// `factor * x`.
pub fn scale(x: &[f32], factor: f32, out: &mut [f32]) {
    let factor = F32x4::splat(factor);
    map(x, out, |x| x * factor);
}

/// `x` clamped to `[low, high]`; NaN stays.
pub fn clamp(x: &[f32], low: f32, high: f32, out: &mut [f32]) {
    let (low, high) = (F32x4::splat(low), F32x4::splat(high));
    map(x, out, |x| x.pmax(low).pmin(high));
}

/// `upstream` if x is strictly between the bounds, else 0 (also for NaN), as torch 2.15; an
/// infinite bound is no bound.
pub fn clamp_backward(upstream: &[f32], x: &[f32], low: f32, high: f32, gradient: &mut [f32]) {
    let no_low = F32x4::splat(low).eq(F32x4::splat(f32::NEG_INFINITY));
    let no_high = F32x4::splat(high).eq(F32x4::splat(f32::INFINITY));
    let (low, high) = (F32x4::splat(low), F32x4::splat(high));
    zip(upstream, x, gradient, |up, x| up & x.eq(x) & (no_low | low.lt(x)) & (no_high | x.lt(high)));
}
