//! Sines, tangents, exponentials and their inverses, of float64 numbers that are float32: accurate to some bits beyond float32,
//! in a fraction of the code of libm's.

use crate::simd::sqrt;
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, PI};

/// `sum c[i] x^i`.
#[inline(always)]
pub fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// The bits of 2 / π, after 32 zeros.
const TWO_OVER_PI: [u32; 9] = [
    0,
    0xa2f9_836e,
    0x4e44_1529,
    0xfc27_57d1,
    0xf534_ddc0,
    0xdb62_9599,
    0x3c43_9041,
    0xfe51_63ab,
    0xdebb_c561,
];

/// `x = n π / 2 + rest`, with |rest| <= π / 4 and n modulo 4.
fn quarters(x: f64) -> (f64, u32) {
    // π / 2 in two parts: multiples of the first below 2^20 are exact.
    const HIGH: f64 = 1.570_796_326_734_125_6;
    const LOW: f64 = 6.077_100_506_506_192e-11;
    if x.abs() < 1e6 {
        let n = libm::rint(x * FRAC_2_PI);
        return ((x - n * HIGH) - n * LOW, n as i32 as u32);
    }
    // Payne & Hanek 1983: |x| = m 2^e, and of the product with 2 / π only the bits from weight 2 on matter.
    let bits = (x as f32).to_bits();
    let (mantissa, e) = (u64::from(bits & 0x007f_ffff | 0x0080_0000), (bits >> 23 & 0xff) as i32 - 150);
    if e > 104 {
        return (f64::NAN, 0);
    }
    let first = (30 + e) as usize;
    let word = |k: usize| {
        let (at, shift) = (first / 32 + k, first % 32);
        let next = TWO_OVER_PI.get(at + 1).copied().unwrap_or(0);
        let both = u64::from(TWO_OVER_PI[at]) << 32 | u64::from(next);
        both << shift >> 32
    };
    let turns = (mantissa.wrapping_mul(word(0)) << 32)
        .wrapping_add(mantissa * word(1))
        .wrapping_add((mantissa * word(2)) >> 32);
    let n = (turns.wrapping_add(1 << 61) >> 62) as u32;
    let rest =
        turns.wrapping_sub(u64::from(n) << 62).cast_signed() as f64 * (FRAC_PI_2 / (1u64 << 62) as f64);
    if x < 0.0 {
        (-rest, n.wrapping_neg())
    } else {
        (rest, n)
    }
}

/// Sine and cosine of |x| <= π / 4: their series.
fn near_zero(x: f64) -> (f64, f64) {
    let z = x * x;
    let sine = [1.0, -1.0 / 6.0, 1.0 / 120.0, -1.0 / 5040.0, 1.0 / 362_880.0, -1.0 / 39_916_800.0];
    let cosine = [1.0, -0.5, 1.0 / 24.0, -1.0 / 720.0, 1.0 / 40320.0, -1.0 / 3_628_800.0];
    (x * polynomial(z, &sine), polynomial(z, &cosine))
}

/// The sine of `x + quarters π / 2`.
pub fn turning(x: f64, quarters: u32) -> f64 {
    let (rest, n) = self::quarters(x);
    let (sine, cosine) = near_zero(rest);
    let n = n.wrapping_add(quarters);
    let result = if n & 1 == 0 { sine } else { cosine };
    if n & 2 == 0 {
        result
    } else {
        -result
    }
}

pub fn sin(x: f64) -> f64 {
    turning(x, 0)
}

/// `sin(π x)`, exact where it is 0.
pub fn sin_pi(x: f64) -> f64 {
    let whole = libm::rint(x);
    let sine = sin(PI * (x - whole));
    if whole % 2.0 == 0.0 {
        sine
    } else {
        -sine
    }
}

pub use libm::{exp, log as ln, log1p as ln_1p};

/// `exp(x) - 1`.
pub fn expm1(x: f64) -> f64 {
    if x.abs() < 0.01 {
        x * polynomial(x, &[1.0, 0.5, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0])
    } else {
        exp(x) - 1.0
    }
}

pub fn asinh(x: f64) -> f64 {
    let a = x.abs();
    let result = if a > 1e10 { ln(2.0 * a) } else { ln_1p(a + a * a / (1.0 + sqrt(a * a + 1.0))) };
    result.copysign(x)
}

pub fn acosh(x: f64) -> f64 {
    let d = x - 1.0;
    ln_1p(d + sqrt(d * (x + 1.0)))
}
