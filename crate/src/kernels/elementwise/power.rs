//! Powers with one exponent for all elements, in float64: each result is rounded to float32 once.

use super::rows::{combine, map};
use crate::float64;
use crate::simd::{F32x4, LANES};
use crate::simd64::{held, in_double, F64x2};
use std::f64::consts::{LN_2, LOG2_E};

const ONE: F32x4 = F32x4::splat(1.0);

/// `x ^ exponent`; as in torch, ±0.5 are the square root and its reciprocal, including signed zeros.
pub fn pow(x: &[f32], exponent: f32, out: &mut [f32]) {
    let one = F64x2::splat(1.0);
    if exponent == 2.0 {
        map(x, out, |x| x * x);
    } else if exponent == 1.0 {
        out.copy_from_slice(x);
    } else if exponent == 3.0 {
        map(x, out, |x| in_double(x, |x| x * x * x));
    } else if exponent == 4.0 {
        map(x, out, |x| in_double(x, |x| (x * x) * (x * x)));
    } else if exponent == -1.0 {
        map(x, out, |x| ONE / x);
    } else if exponent == -2.0 {
        map(x, out, |x| in_double(x, |x| one / (x * x)));
    } else if exponent == 0.5 {
        map(x, out, F32x4::sqrt);
    } else if exponent == -0.5 {
        map(x, out, |x| ONE / x.sqrt());
    } else {
        any_power(x, f64::from(exponent), out);
    }
}

/// `upstream * exponent * x ^ (exponent - 1)`, 0 for exponent 0.
pub fn pow_backward(upstream: &[f32], x: &[f32], exponent: f32, gradient: &mut [f32]) {
    if exponent == 0.0 {
        return gradient.fill(0.0);
    }
    pow(x, exponent - 1.0, gradient);
    let exponent = F32x4::splat(exponent);
    combine(gradient, upstream, |power, up| up * (exponent * power));
}

/// Four at a time where all are positive, normal and finite, and so are the results; one by one elsewhere.
fn any_power(x: &[f32], exponent: f64, out: &mut [f32]) {
    let one_by_one = |x: &[f32], out: &mut [f32]| {
        for (out, &x) in out.iter_mut().zip(x) {
            *out = float64::pow(f64::from(x), exponent) as f32;
        }
    };
    if !exponent.is_finite() {
        return one_by_one(x, out);
    }
    // |exponent log2 x| <= 125 for x between these bounds.
    let reach = 125.0 / exponent.abs().max(1.0);
    let bounds = [-reach, reach].map(|power| libm::exp(power * LN_2) as f32);
    let [least, most] = bounds.map(F32x4::splat);
    let positive_power = positive_power(exponent);
    let (vectors, rest) = x.as_chunks::<LANES>();
    let (outs, rest_out) = out.as_chunks_mut::<LANES>();
    for (lanes, out) in vectors.iter().zip(outs) {
        let x = F32x4::load(lanes);
        if (ONE.and_not(least.le(x) & x.le(most))).has_bits() {
            one_by_one(lanes, out);
        } else {
            in_double(x, &positive_power).store(out);
        }
    }
    one_by_one(rest, rest_out);
}

/// `x ^ exponent` for normal x > 0 whose power is a normal float32, relative error 2^-35: `2^n exp(r)` with
/// `n ln 2 + r = exponent log(x)`.
fn positive_power(exponent: f64) -> impl Fn(F64x2) -> F64x2 {
    const EXPONENT_BITS: u32 = 52;
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    let [one, ln_2, log2_e, exponent] = held([1.0, LN_2, LOG2_E, exponent]);
    // The offset makes the exponent field of x that of k, biased.
    let [offset, mantissa, sqrt_half] =
        held([(1023 << EXPONENT_BITS) - SQRT_HALF, 0x000f_ffff_ffff_ffff, SQRT_HALF].map(f64::from_bits));
    // An integer below 2^52 in its low bits, as a float64; and the number to which adding rounds to an integer.
    let [whole, biased_whole, round] =
        held([4_503_599_627_370_496.0, 4_503_599_627_370_496.0 + 1023.0, 6_755_399_441_055_744.0]);
    // atanh(s) / s in s², for |s| <= 0.1716, and (exp(r) - 1 - r) / r² for |r| <= ln(2)/2: their series.
    let atanh: [F64x2; 8] = held(std::array::from_fn(|k| 2.0 / (2 * k + 1) as f64));
    let exp: [F64x2; 8] = held([
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5040.0,
        1.0 / 40320.0,
        1.0 / 362_880.0,
    ]);
    move |x| {
        // k and m with x = 2^k m, m in [sqrt(1/2), sqrt(2)).
        let shifted = x.add_bits(offset);
        let k = (shifted.shift_right(EXPONENT_BITS) | whole) - biased_whole;
        let m = (shifted & mantissa).add_bits(sqrt_half);
        let s = (m - one) / (m + one);
        let log = k * ln_2 + s * polynomial(atanh, s * s);
        let power = exponent * log;
        let rounded = power * log2_e + round;
        let n = rounded - round;
        let r = power - n * ln_2;
        let e = one + (r + r * r * polynomial(exp, r));
        e.add_bits(rounded.shift_left(EXPONENT_BITS))
    }
}

/// A polynomial of degree 7, by Estrin's scheme: a shorter chain than Horner's.
#[inline(always)]
fn polynomial([a, b, c, d, e, f, g, h]: [F64x2; 8], x: F64x2) -> F64x2 {
    let square = x * x;
    let low = (a + b * x) + square * (c + d * x);
    let high = (e + f * x) + square * (g + h * x);
    low + (square * square) * high
}
