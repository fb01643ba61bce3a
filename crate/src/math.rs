//! Transcendental functions over four lanes, without FMA and without branches.
//!
//! The worst errors stated here are over every float32, measured by `tests/every_float.rs`.

use crate::simd::F32x4;

const LOG2_E: F32x4 = F32x4::splat(std::f32::consts::LOG2_E);
const ONE: F32x4 = F32x4::splat(1.0);
const TWO: F32x4 = F32x4::splat(2.0);

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

/// `exp(-a)` for a >= 0, worst error 0.99 ulp; 0 where the result would be below 2^-126.5; NaN stays.
#[inline(always)]
pub fn exp_negative(a: F32x4) -> F32x4 {
    // 1.5 * 2^23 + 127: adding it rounds to an integer and leaves n + 127, the exponent's field,
    // in the low bits. At the cap n is -127: the field is 0, so the scale is 0 and so is the result.
    const ROUND: F32x4 = F32x4::splat(12_583_039.0);
    const CAP: F32x4 = F32x4::splat(88.2);
    let a = a.pmin(CAP);
    let biased = ROUND - a * LOG2_E;
    let scale = biased.shift_left(23);
    let n = biased - ROUND;
    let t = (a + n * LN2_HIGH) + n * LN2_LOW;
    scale + scale * exp_minus_one_reduced(t)
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

/// `exp(-r) = scale * exp(-t)` with |t| <= ln(2)/2, for r >= 0; scale is 0 where the result would be below 2^-126.5.
#[inline(always)]
fn reduce_negative(r: F32x4) -> (F32x4, F32x4) {
    const ROUND: F32x4 = F32x4::splat(12_583_039.0);
    const CAP: F32x4 = F32x4::splat(88.2);
    let r = r.pmin(CAP);
    let biased = ROUND - r * LOG2_E;
    let n = biased - ROUND;
    (biased.shift_left(23), (r + n * LN2_HIGH) + n * LN2_LOW)
}

/// `tanh(x)`, worst error 2.5 ulp: with `u = 1 - exp(-2|x|)` it is `u / (2 - u)`, which cancels nowhere.
#[inline(always)]
pub fn tanh(x: F32x4) -> F32x4 {
    let (scale, t) = reduce_negative(x.abs() * TWO);
    let u = (ONE - scale) - scale * exp_minus_one_reduced(t);
    (u / (TWO - u)) ^ (x & F32x4::splat(-0.0))
}

/// Of the standard normal distribution, for a >= 0: `P(X < -a)`, worst error 3.2 ulp, and `exp(-a²/2)`, the
/// density but for its factor, worst error 1.2 ulp; both 0 where the exponential would be below 2^-126.5.
///
/// Below 0.65 the probability is `1/2 - a S(a²)`. From there on it is the exponential over
/// `sqrt(2π) a + G(w)` with `w = (2 - a) / (2 + a)`: for large a the first term is all (Mills' ratio),
/// so that the tail keeps its digits.
#[inline(always)]
pub fn normal_tail(a: F32x4) -> (F32x4, F32x4) {
    // Minimax: S on [0, 0.65²], G for a in [0.65, 13.5].
    const S: [F32x4; 5] = [
        F32x4::splat(0.398_942_3),
        F32x4::splat(-0.066_490_35),
        F32x4::splat(0.009_973_003),
        F32x4::splat(-0.001_183_715_5),
        F32x4::splat(0.000_105_725_834),
    ];
    const G: [F32x4; 9] = [
        F32x4::splat(0.935_512_6),
        F32x4::splat(1.145_822_4),
        F32x4::splat(0.044_441_64),
        F32x4::splat(-0.180_733_98),
        F32x4::splat(0.040_944_986),
        F32x4::splat(0.038_076_993),
        F32x4::splat(-0.030_297_494),
        F32x4::splat(-0.001_923_352_8),
        F32x4::splat(0.010_857_252),
    ];
    const SQRT_TAU: F32x4 = F32x4::splat(2.506_628_3);
    const HALF: F32x4 = F32x4::splat(0.5);

    // a²/2 in two parts, the first exact, so that the exponential is as good as for an exact argument.
    let a = a.pmin(F32x4::splat(13.5));
    let high = a & F32x4::splat(f32::from_bits(0xffff_f000));
    let (scale, t) = reduce_negative(high * high * HALF);
    let t = t + (a - high) * (a + high) * HALF;
    let exponential = scale + scale * exp_minus_one_reduced(t);

    let square = a * a;
    let fourth = square * square;
    let s = (S[0] + S[1] * square) + fourth * ((S[2] + S[3] * square) + fourth * S[4]);
    let w = (TWO - a) / (TWO + a);
    let g = G.into_iter().rev().reduce(|sum, c| sum * w + c).unwrap_or(ONE);
    let tail = exponential / (SQRT_TAU * a + g);
    (F32x4::select(a.lt(F32x4::splat(0.65)), HALF - a * s, tail), exponential)
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

/// `log(x)`, worst error 0.84 ulp; -inf at 0, NaN below it. The reduction and the polynomial are those of fdlibm's logf.
#[inline(always)]
pub fn log(x: F32x4) -> F32x4 {
    const SUBNORMAL: F32x4 = F32x4::splat(f32::MIN_POSITIVE);
    const INFINITY: F32x4 = F32x4::splat(f32::INFINITY);
    const SQRT_HALF: F32x4 = F32x4::splat(f32::from_bits(0x3f35_04f3));
    const LN2_HIGH: F32x4 = F32x4::splat(0.693_138_1);
    const LN2_LOW: F32x4 = F32x4::splat(9.058_001e-6);
    const L1: F32x4 = F32x4::splat(0.666_666_6);
    const L2: F32x4 = F32x4::splat(0.400_009_72);
    const L3: F32x4 = F32x4::splat(0.284_987_87);
    const L4: F32x4 = F32x4::splat(0.242_790_79);

    let tiny = x.lt(SUBNORMAL);
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
    let half_square = F32x4::splat(0.5) * f * f;
    let result = k * LN2_HIGH - ((half_square - (s * (half_square + remainder) + k * LN2_LOW)) - f);

    let zero = F32x4::splat(0.0);
    let result = F32x4::select(x.eq(INFINITY), x, result);
    let result = F32x4::select(x.eq(zero), F32x4::splat(f32::NEG_INFINITY), result);
    F32x4::select(x.lt(zero) | x.ne(x), F32x4::splat(f32::NAN), result)
}
