//! Functions of two float64 lanes, for results that are rounded to float32 once.

use crate::simd64::{held, F64x2};
use std::f64::consts::{LN_2, LOG2_E};

const EXPONENT_BITS: u32 = 52;

/// `ln x` for normal x > 0, with a relative error of 2^-35, or of 2^-52 if `EXACT`: `k ln 2 + 2 atanh((m - 1) / (m + 1))` with
/// x = 2^k m.
#[inline(always)]
pub fn ln<const EXACT: bool>() -> impl Fn(F64x2) -> F64x2 {
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    let [one, ln_2] = held([1.0, LN_2]);
    // The offset makes the exponent field of x that of k, biased.
    let [offset, mantissa, sqrt_half] =
        held([(1023 << EXPONENT_BITS) - SQRT_HALF, 0x000f_ffff_ffff_ffff, SQRT_HALF].map(f64::from_bits));
    // An integer below 2^52 in its low bits, as a float64.
    let [whole, biased_whole] = held([4_503_599_627_370_496.0, 4_503_599_627_370_496.0 + 1023.0]);
    // atanh(s) / s in s², for |s| <= 0.1716: its series.
    let atanh: [F64x2; 8] = held(std::array::from_fn(|k| 2.0 / (2 * k + 1) as f64));
    let [a, b, c] = held([2.0 / 17.0, 2.0 / 19.0, 2.0 / 21.0]);
    move |x| {
        // k and m with x = 2^k m, m in [sqrt(1/2), sqrt(2)).
        let shifted = x.add_bits(offset);
        let k = (shifted.shift_right(EXPONENT_BITS) | whole) - biased_whole;
        let m = (shifted & mantissa).add_bits(sqrt_half);
        let s = (m - one) / (m + one);
        let z = s * s;
        let mut series = polynomial(atanh, z);
        if EXACT {
            let z4 = (z * z) * (z * z);
            series = series + (z4 * z4) * (a + z * (b + z * c));
        }
        k * ln_2 + s * series
    }
}

/// `exp(x)` where it is a normal number, relative error 2^-35: `2^n exp(r)` with `x = n ln 2 + r`.
#[inline(always)]
pub fn exp() -> impl Fn(F64x2) -> F64x2 {
    let [one, ln_2, log2_e] = held([1.0, LN_2, LOG2_E]);
    // The number to which adding rounds to an integer.
    let [round] = held([6_755_399_441_055_744.0]);
    // (exp(r) - 1 - r) / r² for |r| <= ln(2)/2: its series.
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
        let rounded = x * log2_e + round;
        let n = rounded - round;
        let r = x - n * ln_2;
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

/// `sum c[i] x^i`, by Horner's scheme.
#[inline(always)]
pub fn horner<const N: usize>(x: F64x2, coefficients: [F64x2; N]) -> F64x2 {
    let mut sum = coefficients[N - 1];
    for c in coefficients.into_iter().rev().skip(1) {
        sum = sum * x + c;
    }
    sum
}

/// `sum c[i] x^i`, with a chain of a third of that length.
#[inline(always)]
pub fn in_fours(x: F64x2, coefficients: [F64x2; 12]) -> F64x2 {
    let square = x * x;
    let [low, middle, high] = [0, 4, 8].map(|i| {
        let c = |k: usize| coefficients[i + k];
        (c(0) + c(1) * x) + square * (c(2) + c(3) * x)
    });
    let fourth = square * square;
    low + fourth * (middle + fourth * high)
}
