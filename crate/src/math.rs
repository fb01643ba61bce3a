//! Transcendental functions over four lanes, without branches.
//!
//! Each is created before a loop, with its constants [`held`] in registers, and called inside.
//! The worst errors are over every float32, as measured by `tests/every_float.rs`.

pub mod angles;
pub mod double;
pub mod exponentials;

use crate::simd::{held, F32x4};
use std::f32::consts::{LN_2, LOG2_E};

// ln 2 in two parts (Cody & Waite): n * LN2_HIGH is exact for |n| < 2^9.
const LN2_HIGH: f32 = 0.693_145_75;
const LN2_LOW: f32 = 1.428_606_8e-6;

/// `(exp(r) - 1 - r) / r²` on |r| <= ln(2)/2: minimax of degree 4 (Remez), relative error of exp 2^-28.
const EXP: [f32; 5] = [0.499_999_94, 0.166_665_21, 0.041_668_39, 0.008_368_71, 0.001_381_461_7];

/// `exp(-t) - 1` for |t| <= ln(2)/2; Estrin's scheme, a shorter chain than Horner's.
#[inline(always)]
fn exp_minus_one_reduced<const FUSED: bool>() -> impl Fn(F32x4) -> F32x4 {
    let [c0, c1, c2, c3, c4] = held(EXP);
    move |t| {
        let t2 = t * t;
        let low = c1.fused_mul_sub_from::<FUSED>(t, c0);
        let high = t2.fused_mul_add::<FUSED>(c4, c3.fused_mul_sub_from::<FUSED>(t, c2));
        t2 * t2.fused_mul_add::<FUSED>(high, low) - t
    }
}

/// `exp(-a) = scale * exp(-t)` with |t| <= ln(2)/2, for a >= 0; scale is a power of 2, and 0 where the
/// result would be below 2^-126.5.
#[inline(always)]
fn reduce_negative<const FUSED: bool>() -> impl Fn(F32x4) -> (F32x4, F32x4) {
    // The first is 1.5 * 2^23 + 127: adding it rounds to an integer and leaves n + 127, the exponent
    // field, in the low bits. At the cap n is -127: the field is 0, and so are the scale and the result.
    let [round, cap, log2_e, ln2_high, ln2_low] = held([12_583_039.0, 88.2, LOG2_E, LN2_HIGH, LN2_LOW]);
    move |a| {
        let a = a.at_most(cap);
        let biased = a.fused_mul_sub_from::<FUSED>(log2_e, round);
        let n = biased - round;
        let scale = biased.shift_left(23);
        (scale, n.fused_mul_add::<FUSED>(ln2_low, n.fused_mul_add::<FUSED>(ln2_high, a)))
    }
}

/// `exp(-a)` for a >= 0, worst error 0.99 ulp; 0 where the result would be below 2^-126.5; NaN stays.
#[inline(always)]
pub fn exp_negative() -> impl Fn(F32x4) -> F32x4 {
    exp_negative_fused::<false>()
}

/// The same, fused if `FUSED`.
#[inline(always)]
pub fn exp_negative_fused<const FUSED: bool>() -> impl Fn(F32x4) -> F32x4 {
    let (reduce_negative, exp_minus_one_reduced) =
        (reduce_negative::<FUSED>(), exp_minus_one_reduced::<FUSED>());
    move |a| {
        let (scale, t) = reduce_negative(a);
        scale.fused_mul_add::<FUSED>(exp_minus_one_reduced(t), scale)
    }
}

/// `1 - exp(-a)` for a >= 0, accurate for small a; worst error 0.9 ulp; NaN stays.
#[inline(always)]
pub fn one_minus_exp_negative() -> impl Fn(F32x4) -> F32x4 {
    let (reduce_negative, exp_minus_one_reduced) =
        (reduce_negative::<false>(), exp_minus_one_reduced::<false>());
    let [one] = held([1.0]);
    move |a| {
        let (scale, t) = reduce_negative(a);
        scale.mul_sub_from(exp_minus_one_reduced(t), one - scale)
    }
}

/// `log(1 + u)` for u in [0, 1], worst error 2.06 ulp with u from [`exp_negative`]. With z = u / (2 + u) it is 2 atanh(z), and
/// `2z = u - z u` keeps the leading term exact.
#[inline(always)]
pub fn log1p_unit() -> impl Fn(F32x4) -> F32x4 {
    log1p_unit_fused::<false>()
}

/// The same, fused if `FUSED`.
#[inline(always)]
pub fn log1p_unit_fused<const FUSED: bool>() -> impl Fn(F32x4) -> F32x4 {
    let [two] = held([2.0]);
    // (2 atanh(z) - 2z) / z³ in z² on [0, 1/9]: minimax of degree 3 (Remez).
    let [a0, a1, a2, a3] = held([0.666_664_2, 0.400_215_27, 0.280_018_06, 0.280_119_9]);
    move |u| {
        let z = u / (two + u);
        let t = z * z;
        let t2 = t * t;
        let (high, low) = (a3.fused_mul_add::<FUSED>(t, a2), a1.fused_mul_add::<FUSED>(t, a0));
        let p = t2.fused_mul_add::<FUSED>(high, low);
        z.fused_mul_sub_from::<FUSED>(t.fused_mul_sub_from::<FUSED>(p, u), u)
    }
}

/// `1 / (1 + exp(-x))` as `s / (s + exp(-r))` with `s = 2^n` and `x = n ln 2 + r`, so that neither tail loses digits; worst
/// error 2.2 ulp, 0 where the result would be below 2^-126.5.
#[inline(always)]
pub fn sigmoid() -> impl Fn(F32x4) -> F32x4 {
    let (one, scale_and_power) = (held([1.0]), scale_and_power());
    move |x| {
        let (scale, e) = scale_and_power(x);
        scale / (scale + (one[0] + e))
    }
}

/// `x / (1 + exp(-x))`, in the same way.
#[inline(always)]
pub fn silu() -> impl Fn(F32x4) -> F32x4 {
    let (one, scale_and_power) = (held([1.0]), scale_and_power());
    move |x| {
        let (scale, e) = scale_and_power(x);
        x * (scale / (scale + (one[0] + e)))
    }
}

/// `2^n` and `exp(-r) - 1` with `x = n ln 2 + r`, |r| <= ln(2)/2; n is at most 127, and where it is below -126 the power of 2 is 0.
#[inline(always)]
fn scale_and_power() -> impl Fn(F32x4) -> (F32x4, F32x4) {
    // As in `reduce_negative`.
    let [round, highest, lowest] = held([12_583_039.0, 88.0, -88.2]);
    let [log2_e, ln2_high, ln2_low] = held([LOG2_E, LN2_HIGH, LN2_LOW]);
    let exp_minus_one_reduced = exp_minus_one_reduced::<false>();
    move |x| {
        let x = x.at_most(highest).at_least(lowest);
        let biased = x.mul_add(log2_e, round);
        let n = biased - round;
        let r = (x - n * ln2_high) - n * ln2_low;
        (biased.shift_left(23), exp_minus_one_reduced(r))
    }
}

/// `log(sigmoid(x)) = min(x, 0) - log1p(exp(-|x|))`.
#[inline(always)]
pub fn logsigmoid() -> impl Fn(F32x4) -> F32x4 {
    let (exp_negative, log1p_unit) = (exp_negative(), log1p_unit());
    move |x| x.pmin(F32x4::splat(0.0)) - log1p_unit(exp_negative(x.abs()))
}

/// `tanh(x)`, worst error 2.5 ulp: with `u = 1 - exp(-2|x|)` it is `u / (2 - u)`, which cancels nowhere.
#[inline(always)]
pub fn tanh() -> impl Fn(F32x4) -> F32x4 {
    let one_minus_exp_negative = one_minus_exp_negative();
    let [two, sign] = held([2.0, -0.0]);
    move |x| {
        let u = one_minus_exp_negative(x.abs() * two);
        (u / (two - u)) ^ (x & sign)
    }
}

/// For the standard normal distribution and a >= 0: `P(X < -a)`, worst error 3.3 ulp, and `exp(-a²/2)`, the
/// density without its factor, worst error 1.2 ulp; both 0 if the exponential would be below 2^-126.5.
#[inline(always)]
pub fn normal_tail() -> impl Fn(F32x4) -> (F32x4, F32x4) {
    let tail = tail_of_exponent();
    let [half, cap, upper_bits] = held([0.5, 13.5, f32::from_bits(0xffff_f000)]);
    move |a| {
        let a = a.at_most(cap);
        let high = a & upper_bits;
        tail(a, high * high * half, (a - high) * (a + high) * half)
    }
}

/// For a >= 0: `erfc(a) / 2`, worst error 3.3 ulp, and `exp(-a²)`, likewise.
#[inline(always)]
pub fn half_erfc() -> impl Fn(F32x4) -> (F32x4, F32x4) {
    let tail = tail_of_exponent();
    let [sqrt_2, cap, upper_bits] = held([std::f32::consts::SQRT_2, 9.5, f32::from_bits(0xffff_f000)]);
    move |a| {
        let a = a.at_most(cap);
        let high = a & upper_bits;
        tail(a * sqrt_2, high * high, (a - high) * (a + high))
    }
}

/// The tail and the exponential of [`normal_tail`] for a, with a²/2 in two parts, the first exact, so that the exponential is as
/// accurate as for an exact argument.
///
/// The probability is the exponential over `sqrt(2π) a + G(v)` with `v = 2a / (3 + a)`: exactly 1/2 at 0,
/// and for large a the first term dominates (Mills' ratio), so that the tail is accurate.
#[inline(always)]
fn tail_of_exponent() -> impl Fn(F32x4, F32x4, F32x4) -> (F32x4, F32x4) {
    let (reduce_negative, exp_minus_one_reduced) =
        (reduce_negative::<false>(), exp_minus_one_reduced::<false>());
    // Minimax for a in [0, 13.5].
    let g = held([
        2.0,
        -1.366_292_2,
        -0.068_244_6,
        0.110_197_79,
        0.051_402,
        -0.018_868_579,
        0.020_953_59,
        -0.032_582_432,
        0.015_434_811,
        -0.002_377_313_6,
    ]);
    let [sqrt_tau, three] = held([2.506_628_3, 3.0]);
    move |a, exponent, rest| {
        let (scale, t) = reduce_negative(exponent);
        let exponential = scale.mul_add(exp_minus_one_reduced(t + rest), scale);
        let v = (a + a) / (a + three);
        let g = g.into_iter().rev().reduce(|sum, c| sum.mul_add(v, c)).unwrap_or(three);
        (exponential / sqrt_tau.mul_add(a, g), exponential)
    }
}

/// `exp(x)`, worst error 0.99 ulp, including subnormal results and overflow; NaN stays.
#[inline(always)]
pub fn exp() -> impl Fn(F32x4) -> F32x4 {
    let [round, log2_e, ln2_high, ln2_low] = held([12_582_912.0, LOG2_E, LN2_HIGH, LN2_LOW]);
    // Outside these bounds the result is 0 or infinite, and n still fits two exponent fields.
    let [highest, lowest] = held([90.0, -105.0]);
    let [bias] = held([f32::from_bits(127)]);
    let exp_minus_one_reduced = exp_minus_one_reduced::<false>();
    move |x| {
        let x = x.at_most(highest).at_least(lowest);
        let shifted = x.mul_add(log2_e, round);
        let n = shifted - round;
        let t = n.mul_add(ln2_low, n * ln2_high - x);
        let e = exp_minus_one_reduced(t);
        // 2^n as a product of two normal numbers.
        let exponent = shifted.sub_bits(round);
        let half = exponent.shift_right_signed(1);
        let first = half.add_bits(bias).shift_left(23);
        let second = exponent.sub_bits(half).add_bits(bias).shift_left(23);
        first.mul_add(e, first) * second
    }
}

/// `log(x) = k ln 2 + (f - (h - s))` in parts, for x > 0. The reduction and the polynomial are those of fdlibm's logf.
struct LogParts {
    k: F32x4,
    f: F32x4,
    h: F32x4,
    s: F32x4,
}

#[inline(always)]
fn log_parts() -> impl Fn(F32x4) -> LogParts {
    let [one, two, half] = held([1.0, 2.0, 0.5]);
    let [smallest_normal, scale, scale_exponent] = held([f32::MIN_POSITIVE, 8_388_608.0, 23.0]);
    let [sqrt_half, mantissa] = held([0x3f35_04f3, 0x007f_ffff].map(f32::from_bits));
    let [l1, l2, l3, l4] = held([0.666_666_6, 0.400_009_72, 0.284_987_87, 0.242_790_79]);
    move |x| {
        let tiny = x.lt(smallest_normal);
        let scaled = F32x4::select(tiny, x * scale, x);
        // k and m with x = 2^k m, m in [sqrt(1/2), sqrt(2)).
        let offset = scaled.sub_bits(sqrt_half);
        let k = offset.shift_right_signed(23).bits_to_float() - (tiny & scale_exponent);
        let m = (offset & mantissa).add_bits(sqrt_half);

        let f = m - one;
        let s = f / (two + f);
        let z = s * s;
        let w = z * z;
        let remainder = z * w.mul_add(l3, l1) + w * w.mul_add(l4, l2);
        let h = half * f * f;
        LogParts { k, f, h, s: s * (h + remainder) }
    }
}

/// `log(x)` for finite x >= 0, worst error 0.84 ulp; -104 at 0, which is below the logarithm of any float32.
#[inline(always)]
pub fn log_finite() -> impl Fn(F32x4) -> F32x4 {
    let log_parts = log_parts();
    let [ln2_high, ln2_low] = held([0.693_138_1, 9.058_001e-6]);
    move |x| {
        let LogParts { k, f, h, s } = log_parts(x);
        k * ln2_high - ((h - k.mul_add(ln2_low, s)) - f)
    }
}

/// `log(x)`, worst error 0.84 ulp; -inf at 0, NaN below it.
#[inline(always)]
pub fn log() -> impl Fn(F32x4) -> F32x4 {
    let log_finite = log_finite();
    let [infinity, zero] = held([f32::INFINITY, 0.0]);
    move |x| {
        let result = F32x4::select(x.eq(infinity), x, log_finite(x));
        let result = F32x4::select(x.eq(zero), F32x4::splat(f32::NEG_INFINITY), result);
        F32x4::select(x.lt(zero) | x.ne(x), F32x4::splat(f32::NAN), result)
    }
}

/// A non-negative exponent of [`power`]: its integer part, and its fraction in two parts, of
/// which the first has 12 bits.
#[derive(Clone, Copy)]
pub struct Exponent {
    whole: u32,
    fraction: f32,
    fraction_high: f32,
}

impl Exponent {
    pub fn new(exponent: f32) -> Self {
        let fraction = exponent - libm::truncf(exponent);
        let fraction_high = f32::from_bits(fraction.to_bits() & 0xffff_f000);
        Exponent { whole: exponent as u32, fraction, fraction_high }
    }
}

/// `x ^ exponent` for x from 0 to 1, worst error 3.4 ulp for exponents up to 5; 1 for exponent 0; NaN
/// stays otherwise. The power of the fraction counts as 0 below 2^-126.
#[inline(always)]
pub fn power(x: F32x4, exponent: Exponent) -> F32x4 {
    let mut result = if exponent.fraction == 0.0 { F32x4::splat(1.0) } else { fractional_power(x, exponent) };
    let mut square = x;
    let mut bits = exponent.whole;
    while bits != 0 {
        if bits & 1 != 0 {
            result = result * square;
        }
        square = square * square;
        bits >>= 1;
    }
    result
}

/// `2^n exp(r)` with `n + r / ln 2 = fraction log2(x)`: the product of the fraction's first part
/// with x's exponent is exact, so r is small and accurate.
// Not inlined: rare, and long.
#[inline(never)]
fn fractional_power(x: F32x4, exponent: Exponent) -> F32x4 {
    let [round, bias, ln2] = [12_582_912.0, f32::from_bits(127), LN_2].map(F32x4::splat);
    let Exponent { fraction, fraction_high, .. } = exponent;
    let LogParts { k, f, h, s } = log_parts()(x);
    let scaled = k * F32x4::splat(fraction_high);
    let shifted = scaled + round;
    let rest = (scaled - (shifted - round)) + k * F32x4::splat(fraction - fraction_high);
    let r = rest * ln2 + F32x4::splat(fraction) * (f - (h - s));
    let two_to_n = shifted.sub_bits(round).add_bits(bias).shift_left(23);
    let result = (exp()(r) * two_to_n).and_not(x.lt(F32x4::splat(f32::MIN_POSITIVE)));
    // Soft labels outside of [0, 1] give bases below 0.
    F32x4::select(x.lt(F32x4::splat(0.0)) | x.ne(x), F32x4::splat(f32::NAN), result)
}
