//! Transcendental functions over four lanes, without FMA and without branches.
//!
//! The worst errors stated here are over every float32, measured by `tests/every_float.rs`.

use crate::simd::F32x4;

const LOG2_E: F32x4 = F32x4::splat(std::f32::consts::LOG2_E);
const ONE: F32x4 = F32x4::splat(1.0);
const TWO: F32x4 = F32x4::splat(2.0);
const ZERO: F32x4 = F32x4::splat(0.0);
const SMALLEST: F32x4 = F32x4::splat(f32::MIN_POSITIVE);

// ln 2 in two parts (Cody & Waite): n * LN2_HIGH is exact for |n| < 2^9.
const LN2_HIGH: F32x4 = F32x4::splat(0.693_145_75);
const LN2_LOW: F32x4 = F32x4::splat(1.428_606_8e-6);

/// `(exp(r) - 1 - r) / r²` on |r| <= ln(2)/2: minimax of degree 4 (Remez), relative error of exp 2^-28.
const EXP: [F32x4; 5] = [
    F32x4::splat(0.499_999_94),
    F32x4::splat(0.166_665_21),
    F32x4::splat(0.041_668_39),
    F32x4::splat(0.008_368_71),
    F32x4::splat(0.001_381_461_7),
];

/// `exp(-t) - 1` for |t| <= ln(2)/2; Estrin's scheme, a shorter chain than Horner's.
#[inline(always)]
fn exp_minus_one_reduced(t: F32x4) -> F32x4 {
    let t2 = t * t;
    let q = (EXP[0] - EXP[1] * t) + t2 * ((EXP[2] - EXP[3] * t) + t2 * EXP[4]);
    t2 * q - t
}

/// `2^n` and `exp(-t) - 1` with `exp(-a) = 2^n exp(-t)`, for a >= 0; `2^n` is 0 where exp(-a) would
/// be below 2^-126.5.
#[inline(always)]
fn exp_negative_parts(a: F32x4) -> (F32x4, F32x4) {
    // 1.5 * 2^23 + 127: adding it rounds to an integer and leaves n + 127, the exponent's field,
    // in the low bits. At the cap n is -127: the field is 0, so the scale is 0 and so is the result.
    const ROUND: F32x4 = F32x4::splat(12_583_039.0);
    const CAP: F32x4 = F32x4::splat(88.2);
    let a = a.pmin(CAP);
    let biased = ROUND - a * LOG2_E;
    let scale = biased.shift_left(23);
    let n = biased - ROUND;
    let t = (a + n * LN2_HIGH) + n * LN2_LOW;
    (scale, exp_minus_one_reduced(t))
}

/// `exp(-a)` for a >= 0, worst error 0.99 ulp; 0 where the result would be below 2^-126.5; NaN stays.
#[inline(always)]
pub fn exp_negative(a: F32x4) -> F32x4 {
    let (scale, e) = exp_negative_parts(a);
    scale + scale * e
}

/// `1 - exp(-a)` for a >= 0, all digits of a small one kept; worst error 0.9 ulp; NaN stays.
#[inline(always)]
pub fn one_minus_exp_negative(a: F32x4) -> F32x4 {
    let (scale, e) = exp_negative_parts(a);
    (ONE - scale) - scale * e
}

/// `log(1 + u)` for u in [0, 1], worst error 2.06 ulp with u from [`exp_negative`]. With z = u / (2 + u) it is 2 atanh(z), and
/// `2z = u - z u` keeps the leading term exact.
#[inline(always)]
pub fn log1p_unit(u: F32x4) -> F32x4 {
    // (2 atanh(z) - 2z) / z³ in z² on [0, 1/9]: minimax of degree 3 (Remez).
    const ATANH: [F32x4; 4] = [
        F32x4::splat(0.666_664_2),
        F32x4::splat(0.400_215_27),
        F32x4::splat(0.280_018_06),
        F32x4::splat(0.280_119_9),
    ];
    let z = u / (TWO + u);
    let t = z * z;
    let p = (ATANH[0] + ATANH[1] * t) + t * t * (ATANH[2] + ATANH[3] * t);
    u - z * (u - t * p)
}

/// `1 / (1 + exp(-x))`, from q = exp(-|x|) / (1 + exp(-|x|)), so that neither tail loses digits;
/// worst error 2.41 ulp.
#[inline(always)]
pub fn sigmoid(x: F32x4) -> F32x4 {
    let u = exp_negative(x.abs());
    let q = u / (ONE + u);
    F32x4::select(x.lt(F32x4::splat(0.0)), q, ONE - q)
}

/// `log(sigmoid(x)) = min(x, 0) - log1p(exp(-|x|))`.
#[inline(always)]
pub fn logsigmoid(x: F32x4) -> F32x4 {
    x.pmin(F32x4::splat(0.0)) - log1p_unit(exp_negative(x.abs()))
}

/// `exp(x)`, worst error 0.99 ulp, subnormal results and overflow included; NaN stays.
#[inline(always)]
pub fn exp(x: F32x4) -> F32x4 {
    const ROUND: F32x4 = F32x4::splat(12_582_912.0);
    const BIAS: F32x4 = F32x4::splat(f32::from_bits(127));
    // Outside these bounds the result is 0 or infinite, and n still fits two exponent fields.
    let x = x.pmin(F32x4::splat(90.0)).pmax(F32x4::splat(-105.0));
    let shifted = x * LOG2_E + ROUND;
    let n = shifted - ROUND;
    let t = (n * LN2_HIGH - x) + n * LN2_LOW;
    let e = exp_minus_one_reduced(t);
    // 2^n as a product of two normal numbers.
    let exponent = shifted.sub_bits(ROUND);
    let half = exponent.shift_right_signed(1);
    let first = half.add_bits(BIAS).shift_left(23);
    let second = exponent.sub_bits(half).add_bits(BIAS).shift_left(23);
    (first + first * e) * second
}

/// `log(x) = k ln 2 + (f - (h - s))` in parts, for x > 0. The reduction and the polynomial are those of fdlibm's logf.
struct LogParts {
    k: F32x4,
    f: F32x4,
    h: F32x4,
    s: F32x4,
}

#[inline(always)]
fn log_parts(x: F32x4) -> LogParts {
    const SQRT_HALF: F32x4 = F32x4::splat(f32::from_bits(0x3f35_04f3));
    const L1: F32x4 = F32x4::splat(0.666_666_6);
    const L2: F32x4 = F32x4::splat(0.400_009_72);
    const L3: F32x4 = F32x4::splat(0.284_987_87);
    const L4: F32x4 = F32x4::splat(0.242_790_79);

    let tiny = x.lt(SMALLEST);
    let scaled = F32x4::select(tiny, x * F32x4::splat(8_388_608.0), x);
    // k and m with x = 2^k m, m in [sqrt(1/2), sqrt(2)).
    let offset = scaled.sub_bits(SQRT_HALF);
    let k = offset.shift_right_signed(23).bits_to_float() - (tiny & F32x4::splat(23.0));
    let mantissa = F32x4::splat(f32::from_bits(0x007f_ffff));
    let m = (offset & mantissa).add_bits(SQRT_HALF);

    let f = m - ONE;
    let s = f / (TWO + f);
    let z = s * s;
    let w = z * z;
    let remainder = z * (L1 + w * L3) + w * (L2 + w * L4);
    let h = F32x4::splat(0.5) * f * f;
    LogParts { k, f, h, s: s * (h + remainder) }
}

/// `log(x)` for finite x >= 0, worst error 0.84 ulp; at 0 it is -104, as if that were less than any float32.
#[inline(always)]
pub fn log_finite(x: F32x4) -> F32x4 {
    const LN2_HIGH: F32x4 = F32x4::splat(0.693_138_1);
    const LN2_LOW: F32x4 = F32x4::splat(9.058_001e-6);
    let LogParts { k, f, h, s } = log_parts(x);
    k * LN2_HIGH - ((h - (s + k * LN2_LOW)) - f)
}

/// `log(x)`, worst error 0.84 ulp; -inf at 0, NaN below it.
#[inline(always)]
pub fn log(x: F32x4) -> F32x4 {
    const INFINITY: F32x4 = F32x4::splat(f32::INFINITY);
    let result = F32x4::select(x.eq(INFINITY), x, log_finite(x));
    let result = F32x4::select(x.eq(ZERO), F32x4::splat(f32::NEG_INFINITY), result);
    F32x4::select(x.lt(ZERO) | x.ne(x), F32x4::splat(f32::NAN), result)
}

/// An exponent of [`power`], at least 0: the whole part of it, and the fraction in two parts of
/// which the first has 12 bits.
#[derive(Clone, Copy)]
pub struct Exponent {
    whole: u32,
    fraction: f32,
    fraction_high: f32,
}

impl Exponent {
    pub fn new(exponent: f32) -> Self {
        let fraction = exponent.fract();
        let fraction_high = f32::from_bits(fraction.to_bits() & 0xffff_f000);
        Exponent { whole: exponent as u32, fraction, fraction_high }
    }
}

/// `x ^ exponent` for x from 0 to 1, worst error 3.4 ulp for exponents up to 5; 1 where the exponent is 0; NaN
/// stays otherwise. Below 2^-126 the fraction's power counts as 0.
#[inline(always)]
pub fn power(x: F32x4, exponent: Exponent) -> F32x4 {
    let mut result = if exponent.fraction == 0.0 { ONE } else { fractional_power(x, exponent) };
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
/// with x's exponent is exact, so r is small and known to its last digits.
// Not inlined: rare, and long.
#[inline(never)]
fn fractional_power(x: F32x4, exponent: Exponent) -> F32x4 {
    const ROUND: F32x4 = F32x4::splat(12_582_912.0);
    const BIAS: F32x4 = F32x4::splat(f32::from_bits(127));
    const LN2: F32x4 = F32x4::splat(std::f32::consts::LN_2);
    let Exponent { fraction, fraction_high, .. } = exponent;
    let LogParts { k, f, h, s } = log_parts(x);
    let scaled = k * F32x4::splat(fraction_high);
    let shifted = scaled + ROUND;
    let rest = (scaled - (shifted - ROUND)) + k * F32x4::splat(fraction - fraction_high);
    let r = rest * LN2 + F32x4::splat(fraction) * (f - (h - s));
    let two_to_n = shifted.sub_bits(ROUND).add_bits(BIAS).shift_left(23);
    let result = (exp(r) * two_to_n).and_not(x.lt(SMALLEST));
    // Soft labels outside of [0, 1] give bases below 0.
    F32x4::select(x.lt(ZERO) | x.ne(x), F32x4::splat(f32::NAN), result)
}
