//! Smooth activations, and their gradients.

use super::rows::{map, map_long, zip, zip_long};
use crate::math;
use crate::simd::F32x4;

const ZERO: F32x4 = F32x4::splat(0.0);
const ONE: F32x4 = F32x4::splat(1.0);

pub fn tanh(x: &[f32], out: &mut [f32]) {
    map_long(x, out, math::tanh());
}

/// `upstream * (1 - y²)` with y the tanh.
pub fn tanh_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32]) {
    zip(upstream, y, gradient, |up, y| up * (ONE - y * y));
}

/// `x > 0 ? x : slope x`; NaN stays.
pub fn leaky_relu(x: &[f32], slope: f32, out: &mut [f32]) {
    let slope = F32x4::splat(slope);
    map(x, out, |x| F32x4::select(ZERO.lt(x), x, x * slope));
}

/// `upstream` if x > 0, else `slope * upstream`.
pub fn leaky_relu_backward(upstream: &[f32], x: &[f32], slope: f32, gradient: &mut [f32]) {
    let slope = F32x4::splat(slope);
    zip(upstream, x, gradient, |up, x| F32x4::select(ZERO.lt(x), up, up * slope));
}

/// `x σ(x)`, accurate for x < 0 too.
pub fn silu(x: &[f32], out: &mut [f32]) {
    map_long(x, out, math::silu());
}

/// `upstream * σ(x) (1 + x σ(-x))`.
pub fn silu_backward(upstream: &[f32], x: &[f32], gradient: &mut [f32]) {
    let exp_negative = math::exp_negative();
    zip_long(upstream, x, gradient, |up, x| {
        let u = exp_negative(x.abs());
        let (q, p) = (u / (ONE + u), ONE / (ONE + u));
        let is_negative = x.lt(ZERO);
        let (sigmoid, rest) = (F32x4::select(is_negative, q, p), F32x4::select(is_negative, p, q));
        up * (sigmoid * (ONE + x * rest))
    });
}

/// `x P(X < x)` of the standard normal distribution (Hendrycks & Gimpel 2016).
pub fn gelu(x: &[f32], out: &mut [f32]) {
    let normal_tail = math::normal_tail();
    map_long(x, out, |x| {
        let (tail, _) = normal_tail(x.abs());
        x * F32x4::select(x.lt(ZERO), tail, ONE - tail)
    });
}

/// `upstream * (P(X < x) + x density(x))`.
pub fn gelu_backward(upstream: &[f32], x: &[f32], gradient: &mut [f32]) {
    const FACTOR: F32x4 = F32x4::splat(0.398_942_3);
    let normal_tail = math::normal_tail();
    zip_long(upstream, x, gradient, |up, x| {
        let (tail, exponential) = normal_tail(x.abs());
        let below = tail - x.abs() * (exponential * FACTOR);
        up * F32x4::select(x.lt(ZERO), below, ONE - below)
    });
}

/// `2 sqrt(2/π) (x + 0.044715 x³)`: the tanh of half of it is `2 σ - 1`.
#[inline(always)]
fn inner(x: F32x4) -> F32x4 {
    const LINEAR: F32x4 = F32x4::splat(1.595_769);
    const CUBIC: F32x4 = F32x4::splat(0.071_354_814);
    x * (LINEAR + CUBIC * (x * x))
}

/// `x (1 + tanh(sqrt(2/π) (x + 0.044715 x³))) / 2`, that is `x σ` of twice the argument.
pub fn gelu_tanh(x: &[f32], out: &mut [f32]) {
    let exp_negative = math::exp_negative();
    map_long(x, out, |x| {
        let u = exp_negative(inner(x).abs());
        let q = u / (ONE + u);
        x * F32x4::select(x.lt(ZERO), q, ONE - q)
    });
}

/// `upstream * (σ + x σ (1 - σ) inner'(x))`.
pub fn gelu_tanh_backward(upstream: &[f32], x: &[f32], gradient: &mut [f32]) {
    const LINEAR: F32x4 = F32x4::splat(1.595_769);
    const CUBIC: F32x4 = F32x4::splat(3.0 * 0.071_354_814);
    let exp_negative = math::exp_negative();
    zip_long(upstream, x, gradient, |up, x| {
        let argument = inner(x);
        let u = exp_negative(argument.abs());
        let p = ONE / (ONE + u);
        let q = u * p;
        let sigmoid = F32x4::select(x.lt(ZERO), q, p);
        up * (sigmoid + p * q * (x * (LINEAR + CUBIC * (x * x))))
    });
}
