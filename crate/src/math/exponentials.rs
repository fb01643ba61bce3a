//! Exponentials and logarithms of other bases, and those that are accurate near 0.

use super::{exp_minus_one_reduced, log_parts, LogParts, LN2_HIGH, LN2_LOW};
use crate::simd::{held, F32x4};
use std::f32::consts::{LN_2, LOG2_E};

/// `2^x`, worst error 1 ulp, including subnormal results and overflow; NaN stays.
#[inline(always)]
pub fn exp2() -> impl Fn(F32x4) -> F32x4 {
    let [round, ln_2, highest, lowest] = held([12_582_912.0, -LN_2, 130.0, -152.0]);
    let [bias] = held([f32::from_bits(127)]);
    let exp_minus_one_reduced = exp_minus_one_reduced::<false>();
    move |x| {
        let x = x.at_most(highest).at_least(lowest);
        let shifted = x + round;
        let e = exp_minus_one_reduced((x - (shifted - round)) * ln_2);
        // 2^n as a product of two normal numbers.
        let exponent = shifted.sub_bits(round);
        let half = exponent.shift_right_signed(1);
        let first = half.add_bits(bias).shift_left(23);
        let second = exponent.sub_bits(half).add_bits(bias).shift_left(23);
        first.mul_add(e, first) * second
    }
}

/// `(exp(x) - 1) / 4`, which only overflows where all of it and its half do; accurate for small x too, worst error 2 ulp; NaN
/// stays.
#[inline(always)]
pub fn quarter_expm1() -> impl Fn(F32x4) -> F32x4 {
    let [round, log2_e, ln2_high, ln2_low] = held([12_582_912.0, LOG2_E, LN2_HIGH, LN2_LOW]);
    // Outside these bounds all of it is -1, or half of it infinite.
    let [highest, lowest, quarter, sign] = held([89.7, -20.0, 0.25, -0.0]);
    let [bias] = held([f32::from_bits(125)]);
    let exp_minus_one_reduced = exp_minus_one_reduced::<false>();
    move |x| {
        let clamped = x.at_most(highest).at_least(lowest);
        let shifted = clamped.mul_add(log2_e, round);
        let n = shifted - round;
        let e = exp_minus_one_reduced(n.mul_add(ln2_low, n * ln2_high - clamped));
        let scale = shifted.sub_bits(round).add_bits(bias).shift_left(23);
        scale.mul_add(e, scale - quarter) | (x & sign)
    }
}

/// `log(x)` for `plus` = 0 and `log(1 + x)` for 1, times a factor: `high` and `low` are the parts of that of log 2, and multiples
/// of the first are exact. Worst error 1.5 ulp; -inf at the pole, NaN below it.
#[inline(always)]
pub fn logarithm<const ONE_PLUS: bool>(high: f32, low: f32, factor: f32) -> impl Fn(F32x4) -> F32x4 {
    let log_parts = log_parts();
    let [high, low, factor, one, sign] = held([high, low, factor, 1.0, -0.0]);
    let [infinity, zero] = held([f32::INFINITY, 0.0]);
    move |x| {
        let sum = if ONE_PLUS { one + x } else { x };
        let LogParts { k, f, h, s } = log_parts(sum);
        // What the sum lost.
        let s = if ONE_PLUS { s + (x - (sum - one)) / sum } else { s };
        let result = k * high + k.mul_add(low, factor * (f - (h - s)));
        let result = F32x4::select(sum.eq(infinity), sum, result);
        let result = F32x4::select(sum.eq(zero), F32x4::splat(f32::NEG_INFINITY), result);
        let result = F32x4::select(sum.lt(zero) | sum.ne(sum), F32x4::splat(f32::NAN), result);
        if ONE_PLUS {
            result | (x & sign)
        } else {
            result
        }
    }
}
