//! Functions of one operand and at most two parameters, and their derivatives: one loop for all of them.
//!
//! A common function has code for four lanes; the others are computed in float64, and rounded once.

use super::rows::{in_vectors, map_vectors, Lanes, Vectors};
use crate::float64::special::{
    bessel_i_scaled, digamma, erf_slope, erfc, erfcx, erfinv, lgamma, log2, log_ndtr, log_ndtr_slope, ndtr,
    ndtri, polygamma,
};
use crate::float64::trigonometry::{
    acos, acosh, asin, asinh, atan, atanh, cos, cosh, exp, expm1, ln, ln_1p, sin, sin_pi, sinh, tan, tanh,
};
use crate::math;
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{held, sqrt, F32x4};
use libm::rintf;
use std::f64::consts::{FRAC_2_SQRT_PI, LN_10, LN_2, PI};

/// A function of x, and of parameters that all elements share.
type Scalar = fn(f64, f64, f64) -> f64;
type Four = fn(&[Lanes], &mut [Lanes], f32, f32);

#[derive(Clone, Copy)]
pub struct Function {
    value: Value,
    slope: Scalar,
}

#[derive(Clone, Copy)]
enum Value {
    Each(Scalar),
    Four(Four),
}

struct WithParameters(Four, f32, f32);

impl Vectors for WithParameters {
    fn run(&self, x: &[Lanes], _: &[Lanes], out: &mut [Lanes]) {
        (self.0)(x, out, self.1, self.2);
    }
}

/// `out[i] = f(x[i])`.
pub fn function(f: Function, x: &[f32], a: f64, b: f64, out: &mut [f32]) {
    match f.value {
        Value::Four(four) => in_vectors(x, x, out, &WithParameters(four, a as f32, b as f32)),
        Value::Each(value) => {
            let size = items_per_job(out.len(), COST);
            parallel::for_each(chunks(out, size), |job, out| {
                for (out, &x) in out.iter_mut().zip(&x[job * size..]) {
                    *out = value(f64::from(x), a, b) as f32;
                }
            });
        }
    }
}

/// `upstream * f'(x)`.
pub fn function_backward(f: Function, upstream: &[f32], x: &[f32], a: f64, b: f64, gradient: &mut [f32]) {
    let size = items_per_job(gradient.len(), COST);
    parallel::for_each(chunks(gradient, size), |job, gradient| {
        let operands = upstream[job * size..].iter().zip(&x[job * size..]);
        for (gradient, (&up, &x)) in gradient.iter_mut().zip(operands) {
            *gradient = (f64::from(up) * (f.slope)(f64::from(x), a, b)) as f32;
        }
    });
}

/// Of an element, in additions.
const COST: usize = 16;

const fn each(value: Scalar, slope: Scalar) -> Function {
    Function { value: Value::Each(value), slope }
}

const fn four(value: Four, slope: Scalar) -> Function {
    Function { value: Value::Four(value), slope }
}

#[inline(always)]
fn map(x: &[Lanes], out: &mut [Lanes], f: impl Fn(F32x4) -> F32x4 + Sync) {
    map_vectors(x, out, f);
}

/// For a long function: without unrolling.
#[inline(always)]
fn map_long(x: &[Lanes], out: &mut [Lanes], f: impl Fn(F32x4) -> F32x4) {
    for (x, out) in x.iter().zip(out) {
        f(F32x4::load(x)).store(out);
    }
}

const fn truth(x: bool) -> f64 {
    x as u8 as f64
}

const ZERO: F32x4 = F32x4::splat(0.0);
const FLAT: Scalar = |_, _, _| 0.0;

pub const FLOOR: Function = four(|x, out, _, _| map(x, out, F32x4::floor), FLAT);
pub const CEIL: Function = four(|x, out, _, _| map(x, out, F32x4::ceil), FLAT);
pub const TRUNC: Function = four(|x, out, _, _| map(x, out, F32x4::trunc), FLAT);
/// To even if halfway.
pub const ROUND: Function = four(|x, out, _, _| map(x, out, F32x4::nearest), FLAT);
/// To a multiple of a (if b = 1) or of 1 / a (if b = 0), a being a power of ten; with the roundings of float32.
pub const ROUND_DECIMALS: Function = each(
    |x, a, b| {
        let (x, a) = (x as f32, a as f32);
        f64::from(if b == 0.0 { rintf(x * a) / a } else { rintf(x / a) * a })
    },
    FLAT,
);
pub const FRAC: Function = four(|x, out, _, _| map(x, out, |x| x - x.trunc()), |_, _, _| 1.0);
/// NaN gives 0.
pub const SIGN: Function = each(|x, _, _| truth(x > 0.0) - truth(x < 0.0), FLAT);

pub const EXP2: Function = each(|x, _, _| exp(LN_2 * x), |x, _, _| LN_2 * exp(LN_2 * x));
pub const EXPM1: Function = each(|x, _, _| expm1(x), |x, _, _| exp(x));
pub const LOG1P: Function = each(|x, _, _| ln_1p(x), |x, _, _| 1.0 / (x + 1.0));
pub const LOG2: Function = each(|x, _, _| log2(x), |x, _, _| 1.0 / (x * LN_2));
pub const LOG10: Function = each(|x, _, _| ln(x) / LN_10, |x, _, _| 1.0 / (x * LN_10));

pub const SIN: Function = four(|x, out, _, _| turning::<true>(x, out), |x, _, _| cos(x));
pub const COS: Function = four(|x, out, _, _| turning::<false>(x, out), |x, _, _| -sin(x));
pub const TAN: Function = each(|x, _, _| tan(x), |x, _, _| 1.0 + tan(x) * tan(x));
pub const ASIN: Function = each(|x, _, _| asin(x), |x, _, _| 1.0 / sqrt(1.0 - square(x)));
pub const ACOS: Function = each(|x, _, _| acos(x), |x, _, _| -1.0 / sqrt(1.0 - square(x)));
pub const ATAN: Function = each(|x, _, _| atan(x), |x, _, _| 1.0 / (x * x + 1.0));
pub const SINH: Function = each(|x, _, _| sinh(x), |x, _, _| cosh(x));
pub const COSH: Function = each(|x, _, _| cosh(x), |x, _, _| sinh(x));
pub const ASINH: Function = each(|x, _, _| asinh(x), |x, _, _| 1.0 / sqrt(x * x + 1.0));
pub const ACOSH: Function = each(|x, _, _| acosh(x), |x, _, _| 1.0 / sqrt(square(x) - 1.0));
pub const ATANH: Function = each(|x, _, _| atanh(x), |x, _, _| 1.0 / (1.0 - square(x)));
pub const SINC: Function = each(
    |x, _, _| if x == 0.0 { 1.0 } else { sin_pi(x) / (PI * x) },
    |x, _, _| {
        if x == 0.0 {
            0.0
        } else {
            (sin_pi(x + 0.5) - sin_pi(x) / (PI * x)) / x
        }
    },
);

pub const ERF: Function = four(|x, out, _, _| erf_lanes(x, out), |x, _, _| erf_slope(x));
pub const ERFC: Function = each(|x, _, _| erfc(x), |x, _, _| -erf_slope(x));
pub const ERFCX: Function = each(|x, _, _| erfcx(x), |x, _, _| 2.0 * x * erfcx(x) - FRAC_2_SQRT_PI);
pub const ERFINV: Function = each(|x, _, _| erfinv(x), |x, _, _| 1.0 / erf_slope(erfinv(x)));
pub const NDTR: Function = each(|x, _, _| ndtr(x), |x, _, _| density(x));
pub const NDTRI: Function = each(|x, _, _| ndtri(x), |x, _, _| 1.0 / density(ndtri(x)));
pub const LOG_NDTR: Function = each(|x, _, _| log_ndtr(x), |x, _, _| log_ndtr_slope(x));
pub const LGAMMA: Function = each(|x, _, _| lgamma(x), |x, _, _| digamma(x));
/// The derivative of order a of digamma.
pub const POLYGAMMA: Function = each(|x, a, _| polygamma(a, x), |x, a, _| polygamma(a + 1.0, x));
pub const I0: Function = each(|x, _, _| bessel_i(0.0, x), |x, _, _| bessel_i(1.0, x));
pub const I1: Function = each(
    |x, _, _| bessel_i(1.0, x),
    |x, _, _| if x == 0.0 { 0.5 } else { bessel_i(0.0, x) - bessel_i(1.0, x) / x },
);
pub const I0E: Function = each(
    |x, _, _| bessel_i_scaled(0.0, x),
    |x, _, _| bessel_i_scaled(1.0, x) - sign(x) * bessel_i_scaled(0.0, x),
);
pub const I1E: Function = each(
    |x, _, _| bessel_i_scaled(1.0, x),
    |x, _, _| {
        if x == 0.0 {
            0.5
        } else {
            bessel_i_scaled(0.0, x) - bessel_i_scaled(1.0, x) * (sign(x) + 1.0 / x)
        }
    },
);
/// `-x log(x)`.
pub const ENTR: Function = each(
    |x, _, _| {
        if x == 0.0 {
            0.0
        } else if x < 0.0 {
            f64::NEG_INFINITY
        } else {
            -x * ln(x)
        }
    },
    |x, _, _| -ln(x) - 1.0,
);
/// `log(x / (1 - x))`, with x clamped to [a, 1 - a] if a >= 0.
pub const LOGIT: Function = each(
    |x, a, _| {
        let x = if a < 0.0 {
            x
        } else if x < a {
            a
        } else if x > 1.0 - a {
            1.0 - a
        } else {
            x
        };
        ln(x / (1.0 - x))
    },
    |x, a, _| {
        let least = a.max(0.0);
        if x < least || x > 1.0 - least {
            if a < 0.0 {
                f64::NAN
            } else {
                0.0
            }
        } else if x == 0.0 || x == 1.0 {
            f64::INFINITY
        } else {
            1.0 / (x * (1.0 - x))
        }
    },
);

/// `x` above 0, `a (exp(b x) - 1)` elsewhere, which grows if b is negative.
pub const ELU: Function = four(
    |x, out, a, b| {
        if b < 0.0 {
            let (a, b) = (f64::from(a), f64::from(b));
            let one = |x: f32| if x <= 0.0 { (a * expm1(b * f64::from(x))) as f32 } else { x };
            return x.iter().zip(out).for_each(|(x, out)| *out = x.map(one));
        }
        let one_minus_exp_negative = math::one_minus_exp_negative();
        let [a, b] = held([-a, b]);
        map_long(x, out, |x| F32x4::select(x.le(ZERO), a * one_minus_exp_negative((x * b).abs()), x));
    },
    |x, a, b| if x <= 0.0 { a * b * exp(b * x) } else { 1.0 },
);
/// `log(1 + exp(a x)) / a`; x where a x > b.
pub const SOFTPLUS: Function = four(
    |x, out, a, b| {
        let logsigmoid = math::logsigmoid();
        let [a, b] = held([a, b]);
        map_long(x, out, |x| {
            let y = x * a;
            F32x4::select(b.lt(y), x, (logsigmoid(y ^ F32x4::splat(-0.0)) / a) ^ F32x4::splat(-0.0))
        });
    },
    |x, a, b| if a * x > b { 1.0 } else { 1.0 / (1.0 + exp(-a * x)) },
);
/// `x tanh(log(1 + exp(x)))`: with e = exp(x) the tanh is `(e² + 2e) / (e² + 2e + 2)`.
pub const MISH: Function = four(
    |x, out, _, _| {
        let exp_negative = math::exp_negative();
        let [one, two] = held([1.0, 2.0]);
        map_long(x, out, |x| {
            let u = exp_negative(x.abs());
            let (below, above) = (u * (u + two), one + two * u);
            let rest = F32x4::select(x.lt(ZERO), two, two * u * u);
            let part = F32x4::select(x.lt(ZERO), below, above);
            x * (part / (part + rest))
        });
    },
    |x, _, _| {
        let t = tanh(ln_1p(exp(x)));
        t + x * (1.0 - t * t) / (1.0 + exp(-x))
    },
);
/// `min(max(x + 3, 0), 6) / 6`.
pub const HARDSIGMOID: Function = four(
    |x, out, _, _| {
        let [three, six] = held([3.0, 6.0]);
        map(x, out, |x| (x + three).pmax(ZERO).pmin(six) / six);
    },
    |x, _, _| truth(x > -3.0 && x < 3.0) / 6.0,
);
/// `x` times that.
pub const HARDSWISH: Function = four(
    |x, out, _, _| {
        let [three, six] = held([3.0, 6.0]);
        map(x, out, |x| x * (x + three).pmax(ZERO).pmin(six) / six);
    },
    |x, _, _| {
        if x <= -3.0 {
            0.0
        } else if x < 3.0 {
            x / 3.0 + 0.5
        } else {
            1.0
        }
    },
);
/// x clamped to [a, b].
pub const HARDTANH: Function = four(
    |x, out, a, b| {
        let [a, b] = held([a, b]);
        map(x, out, |x| x.pmax(a).pmin(b));
    },
    |x, a, b| truth(!(x <= a || x >= b)),
);
/// 0 from -a to a; outside of that x moved by a towards 0.
pub const SOFTSHRINK: Function = each(
    |x, a, _| {
        if x > a {
            f64::from(x as f32 - a as f32)
        } else if x < -a {
            f64::from(x as f32 + a as f32)
        } else {
            // NaN stays.
            x * 0.0
        }
    },
    |x, a, _| truth(!(x >= -a && x <= a)),
);
/// 0 from -a to a, x elsewhere.
pub const HARDSHRINK: Function =
    each(|x, a, _| if x >= -a && x <= a { 0.0 } else { x }, |x, a, _| truth(!(x >= -a && x <= a)));
/// x above a, b elsewhere.
pub const THRESHOLD: Function =
    each(|x, a, b| if x <= a { b } else { x }, |x, a, _| truth(x > a || x.is_nan()));

/// Rounded to float32, as torch's, which matters near 1.
fn square(x: f64) -> f64 {
    f64::from((x * x) as f32)
}

fn sign(x: f64) -> f64 {
    truth(x > 0.0) - truth(x < 0.0)
}

/// That of the standard normal distribution.
fn density(x: f64) -> f64 {
    exp(-0.5 * x * x) / sqrt(std::f64::consts::TAU)
}

fn bessel_i(order: f64, x: f64) -> f64 {
    exp(x.abs()) * bessel_i_scaled(order, x)
}

/// Sine or cosine: Cody & Waite's reduction by multiples of π / 2 in three parts below 2^13, one by one where one lane is beyond.
#[inline(always)]
fn turning<const SINE: bool>(x: &[Lanes], out: &mut [Lanes]) {
    let [two_over_pi, round, most] = held([std::f32::consts::FRAC_2_PI, 12_582_912.0, 8192.0]);
    let [high, middle, low] = held([1.570_312_5, 4.837_513e-4, 7.549_79e-8]);
    let [s1, s2, s3] = held([-0.166_666_55, 0.008_332_161, -1.951_529_6e-4]);
    let [one, half, c1, c2, c3] = held([1.0, 0.5, 0.041_666_646, -0.001_388_731_6, 2.443_315_7e-5]);
    let [odd, second, shift] = held([f32::from_bits(1), f32::from_bits(2), f32::from_bits(u32::from(!SINE))]);
    for (x, out) in x.iter().zip(out) {
        let v = F32x4::load(x);
        if most.le(v.abs()).has_bits() {
            *out = x.map(|x| if SINE { sin(f64::from(x)) } else { cos(f64::from(x)) } as f32);
            continue;
        }
        let shifted = v.mul_add(two_over_pi, round);
        let n = shifted - round;
        let r = ((v - n * high) - n * middle) - n * low;
        let z = r * r;
        let sine = (z.mul_add(s3, s2).mul_add(z, s1) * z).mul_add(r, r);
        let cosine = (z.mul_add(c3, c2).mul_add(z, c1) * z).mul_add(z, one - half * z);
        let quarter = shifted.add_bits(shift);
        let is_cosine = (quarter & odd).bits_equal(odd);
        let sign = (quarter & second).shift_left(30);
        (F32x4::select(is_cosine, cosine, sine) ^ sign).store(out);
    }
}

/// Its series below 1/2, and 1 minus twice the normal distribution's tail above.
#[inline(always)]
fn erf_lanes(x: &[Lanes], out: &mut [Lanes]) {
    let normal_tail = math::normal_tail();
    let [one, half, sqrt_2, sign] = held([1.0, 0.5, std::f32::consts::SQRT_2, -0.0]);
    let series = held([
        FRAC_2_SQRT_PI as f32,
        -0.376_126_4,
        0.112_837_92,
        -0.026_866_17,
        0.005_223_978,
        -8.548_327e-4,
    ]);
    map_long(x, out, |x| {
        let a = x.abs();
        let (tail, _) = normal_tail(a * sqrt_2);
        let z = x * x;
        let small = x * series.into_iter().rev().reduce(|sum, c| sum.mul_add(z, c)).unwrap_or(one);
        let large = (one - (tail + tail)) | (x & sign);
        F32x4::select(a.lt(half), small, large)
    });
}
