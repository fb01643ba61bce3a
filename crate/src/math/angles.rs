//! Sines, tangents and their inverses.

use crate::simd::{held, F32x4};
use std::f32::consts::{FRAC_PI_2, PI};

/// Sine and cosine of the rest r of x by multiples of π / 2, and which multiple it is, in the low bits. Cody & Waite's
/// reduction in three parts, for |x| < 2^13.
#[inline(always)]
pub fn sine_and_cosine() -> impl Fn(F32x4) -> (F32x4, F32x4, F32x4) {
    let [two_over_pi, round] = held([std::f32::consts::FRAC_2_PI, 12_582_912.0]);
    let [high, middle, low] = held([1.570_312_5, 4.837_513e-4, 7.549_79e-8]);
    let [s1, s2, s3] = held([-0.166_666_55, 0.008_332_161, -1.951_529_6e-4]);
    let [one, half, c1, c2, c3] = held([1.0, 0.5, 0.041_666_646, -0.001_388_731_6, 2.443_315_7e-5]);
    let [sign] = held([-0.0]);
    move |x| {
        let shifted = x.mul_add(two_over_pi, round);
        let n = shifted - round;
        let r = ((x - n * high) - n * middle) - n * low;
        let z = r * r;
        // Of the sign of r, also where that is 0.
        let sine = (z.mul_add(s3, s2).mul_add(z, s1) * z).mul_add(r, r) | (r & sign);
        let cosine = (z.mul_add(c3, c2).mul_add(z, c1) * z).mul_add(z, one - half * z);
        (sine, cosine, shifted)
    }
}

/// The angle whose tangent is `|y| / |x|`, from 0 to π / 2, and worst error 2 ulp; NaN stays.
#[inline(always)]
pub fn atan_of_ratio() -> impl Fn(F32x4, F32x4) -> F32x4 {
    // (atan(t) - t) / t³ in t² on [0, 1]: minimax, relative error of atan 2^-28.
    let series = held([
        -0.333_333,
        0.199_985_49,
        -0.142_642_42,
        0.109_521_86,
        -0.084_034_495,
        0.057_957_582,
        -0.031_177_834,
        0.010_914_6,
        -0.001_793_620_3,
    ]);
    let [right_angle, rest, one, zero] = held([FRAC_PI_2, -4.371_139e-8, 1.0, 0.0]);
    move |y, x| {
        let (y, x) = (y.abs(), x.abs());
        let is_steep = x.lt(y);
        let (less, greater) = (F32x4::select(is_steep, x, y), F32x4::select(is_steep, y, x));
        // Both 0 or both infinite are as an angle of 0 and of π / 4.
        let t = F32x4::select(less.eq(greater), one & zero.lt(less), less / greater);
        let z = t * t;
        let sum = series.into_iter().rev().reduce(|sum, c| sum.mul_add(z, c)).unwrap_or(z);
        let tail = t * z * sum;
        F32x4::select(is_steep, right_angle - ((t + tail) - rest), t + tail)
    }
}

/// `atan(x)`, worst error 2 ulp.
#[inline(always)]
pub fn atan() -> impl Fn(F32x4) -> F32x4 {
    let atan_of_ratio = atan_of_ratio();
    let [one, sign] = held([1.0, -0.0]);
    move |x| atan_of_ratio(x, one) | (x & sign)
}

/// The angle of the point (x, y), as in C; worst error 2 ulp.
#[inline(always)]
pub fn atan2() -> impl Fn(F32x4, F32x4) -> F32x4 {
    let atan_of_ratio = atan_of_ratio();
    let [straight, rest, sign] = held([PI, -8.742_278e-8, -0.0]);
    move |y, x| {
        let angle = atan_of_ratio(y, x);
        let is_left = x.shift_right_signed(31);
        F32x4::select(is_left, straight - (angle - rest), angle) | (y & sign)
    }
}

/// `asin(x)`, or `acos(x)`, worst error 2 ulp; NaN outside of [-1, 1].
#[inline(always)]
pub fn inverse_sine<const COSINE: bool>() -> impl Fn(F32x4) -> F32x4 {
    // (asin(s) - s) / s³ in s² on [0, 1/4]: minimax, relative error of asin 2^-28.
    let series = held([0.166_667_52, 0.074_952_975, 0.045_470_376, 0.024_179_516, 0.042_166_308]);
    let [one, half, sign, right_angle, straight, rest] = held([1.0, 0.5, -0.0, FRAC_PI_2, PI, -4.371_139e-8]);
    move |x| {
        let a = x.abs();
        let is_large = half.lt(a);
        // asin(a) = π / 2 - 2 asin(sqrt((1 - a) / 2)).
        let z = F32x4::select(is_large, (one - a) * half, a * a);
        let s = F32x4::select(is_large, z.sqrt(), a);
        let sum = series.into_iter().rev().reduce(|sum, c| sum.mul_add(z, c)).unwrap_or(z);
        let angle = (s * z).mul_add(sum, s);
        let twice = angle + angle;
        if COSINE {
            let is_left = x.lt(F32x4::splat(0.0));
            let of_large = F32x4::select(is_left, straight - (twice - (rest + rest)), twice);
            let of_small = right_angle - ((angle ^ (x & sign)) - rest);
            F32x4::select(is_large, of_large, of_small)
        } else {
            F32x4::select(is_large, right_angle - (twice - rest), angle) | (x & sign)
        }
    }
}
