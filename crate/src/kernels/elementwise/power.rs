//! Powers, in float64: each result is rounded to float32 once.

use super::binary::{broadcast, Broadcast};
use super::rows::{combine, map, Lanes, Vectors};
use crate::float64;
use crate::simd::F32x4;
use crate::simd64::{held, in_double, in_double_each, F64x2};
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
        any_power(x, exponent, out);
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

fn any_power(x: &[f32], exponent: f32, out: &mut [f32]) {
    let dims = Broadcast {
        rows: 1,
        columns: x.len(),
        a_row_stride: x.len(),
        a_column_stride: 1,
        b_row_stride: 0,
        b_column_stride: 0,
    };
    broadcast(&POWER, x, &[exponent], out, dims);
}

/// `a ^ b`.
pub const POWER: Power = Power { is_slope: false };
/// `b a ^ (b - 1)`, its derivative by a; 0 for b = 0.
pub const POWER_SLOPE: Power = Power { is_slope: true };

pub struct Power {
    is_slope: bool,
}

impl Power {
    fn of_one(&self, x: f32, exponent: f32) -> f32 {
        let (x, exponent) = (f64::from(x), f64::from(exponent));
        (if !self.is_slope {
            float64::pow(x, exponent)
        } else if exponent == 0.0 {
            0.0
        } else {
            exponent * float64::pow(x, exponent - 1.0)
        }) as f32
    }
}

/// Four at a time where all are positive, normal and finite, and so are the results; one by one elsewhere.
impl Vectors for Power {
    fn run(&self, a: &[Lanes], b: &[Lanes], out: &mut [Lanes]) {
        let less = f32::from(u8::from(self.is_slope));
        let positive_power = positive_power(f64::from(less));
        let [infinity, most, bias, less] = [f32::INFINITY, 125.0, 126.0, less].map(F32x4::splat);
        let least = F32x4::splat(f32::MIN_POSITIVE);
        let last = [a, b].map(|x| x.len().saturating_sub(1));
        for (i, out) in out.iter_mut().enumerate() {
            let (x, y) = (&a[i.min(last[0])], &b[i.min(last[1])]);
            let (base, exponent) = (F32x4::load(x), F32x4::load(y));
            // |log2 x| is at most this: the exponent field less its bias of 127 is rounded down.
            let magnitude = (base.shift_right_signed(23).bits_to_float() - bias).abs() + ONE;
            let reach = (exponent - less).abs() * magnitude;
            let is_tame = reach.le(most) & least.le(base) & base.lt(infinity);
            if ONE.and_not(is_tame).has_bits() {
                *out = std::array::from_fn(|lane| self.of_one(x[lane], y[lane]));
                continue;
            }
            let power = in_double_each(base, exponent, &positive_power);
            (if self.is_slope { exponent * power } else { power }).store(out);
        }
    }
}

/// `x ^ (exponent - less)` for normal x > 0 whose power is a normal float32, relative error 2^-35: `2^n exp(r)` with
/// `n ln 2 + r = (exponent - less) log(x)`.
#[inline(always)]
fn positive_power(less: f64) -> impl Fn(F64x2, F64x2) -> F64x2 {
    const EXPONENT_BITS: u32 = 52;
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    let [one, ln_2, log2_e, less] = held([1.0, LN_2, LOG2_E, less]);
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
    move |x, exponent| {
        // k and m with x = 2^k m, m in [sqrt(1/2), sqrt(2)).
        let shifted = x.add_bits(offset);
        let k = (shifted.shift_right(EXPONENT_BITS) | whole) - biased_whole;
        let m = (shifted & mantissa).add_bits(sqrt_half);
        let s = (m - one) / (m + one);
        let log = k * ln_2 + s * polynomial(atanh, s * s);
        let power = (exponent - less) * log;
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
