//! Functions of one operand and at most three parameters, and their gradients: one loop for all of them.
//!
//! A common function has code for four lanes; the others are computed in float64, and rounded once.

use super::rows::{in_vectors, Lanes, Vectors};
use super::special;
use crate::float64::special::{
    bessel_i_scaled, digamma, erf_slope, erfcx, erfinv, lgamma, log_ndtr, log_ndtr_slope, ndtr, ndtri,
    polygamma,
};
use crate::float64::trigonometry::{acosh, asinh, exp, expm1, ln, sin_pi, turning};
use crate::math::{self, angles, exponentials};
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{held, sqrt, F32x4, LANES};
use crate::simd64::{in_double, F64x2};
use std::f64::consts::{FRAC_2_SQRT_PI, PI};

/// What all elements share.
pub type Parameters = [f64; 3];

/// A function of x and the first two parameters.
type Scalar = fn(f64, f64, f64) -> f64;

/// A function of whole vectors: of x, given twice, or of the upstream gradient and x.
type Four = fn(&[Lanes], &[Lanes], &mut [Lanes], &[f32; 3]);

#[derive(Clone, Copy)]
pub struct Function {
    value: Value,
    gradient: Gradient,
}

#[derive(Clone, Copy)]
enum Value {
    Each(Scalar),
    Four(Four),
}

/// The upstream gradient times the derivative, at x, or at the result where the record saves that.
#[derive(Clone, Copy)]
enum Gradient {
    /// The derivative alone.
    Slope(Scalar),
    Four(Four),
}

struct WithParameters(Four, [f32; 3]);

impl Vectors for WithParameters {
    fn run(&self, a: &[Lanes], b: &[Lanes], out: &mut [Lanes]) {
        (self.0)(a, b, out, &self.1);
    }
}

/// `out[i] = f(x[i])`.
pub fn function(f: Function, x: &[f32], parameters: Parameters, out: &mut [f32]) {
    let [a, b, _] = parameters;
    match f.value {
        Value::Four(four) => in_vectors(x, x, out, &WithParameters(four, parameters.map(|p| p as f32))),
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

/// `upstream * f'(x)`; of some functions `saved` is the result instead of x.
pub fn function_backward(
    f: Function,
    upstream: &[f32],
    saved: &[f32],
    parameters: Parameters,
    gradient: &mut [f32],
) {
    let [a, b, _] = parameters;
    match f.gradient {
        Gradient::Four(four) => {
            let f = WithParameters(four, parameters.map(|p| p as f32));
            in_vectors(upstream, saved, gradient, &f);
        }
        Gradient::Slope(slope) => {
            let size = items_per_job(gradient.len(), COST);
            parallel::for_each(chunks(gradient, size), |job, gradient| {
                let operands = upstream[job * size..].iter().zip(&saved[job * size..]);
                for (gradient, (&up, &x)) in gradient.iter_mut().zip(operands) {
                    *gradient = (f64::from(up) * slope(f64::from(x), a, b)) as f32;
                }
            });
        }
    }
}

/// Of an element, in additions.
const COST: usize = 16;

const fn each(value: Scalar, slope: Scalar) -> Function {
    Function { value: Value::Each(value), gradient: Gradient::Slope(slope) }
}

const fn partly(value: Scalar, gradient: Four) -> Function {
    Function { value: Value::Each(value), gradient: Gradient::Four(gradient) }
}

const fn four(value: Four, gradient: Four) -> Function {
    Function { value: Value::Four(value), gradient: Gradient::Four(gradient) }
}

/// With a gradient of 0 whatever the upstream gradient is.
// By a function too: the build finds the functions of this file in arrays of functions alone (scripts/families.mjs).
const fn flat(value: Four) -> Function {
    four(value, |_, _, out, _| out.fill([0.0; LANES]))
}

/// Without unrolling, which is as fast for all but the shortest functions.
#[inline(always)]
fn map(x: &[Lanes], out: &mut [Lanes], f: impl Fn(F32x4) -> F32x4) {
    for (x, out) in x.iter().zip(out) {
        f(F32x4::load(x)).store(out);
    }
}

#[inline(always)]
fn zip(a: &[Lanes], b: &[Lanes], out: &mut [Lanes], f: impl Fn(F32x4, F32x4) -> F32x4) {
    for ((a, b), out) in a.iter().zip(b).zip(out) {
        f(F32x4::load(a), F32x4::load(b)).store(out);
    }
}

#[inline(always)]
fn map_in_place(x: &mut [Lanes], f: impl Fn(F32x4) -> F32x4) {
    for x in x {
        f(F32x4::load(x)).store(x);
    }
}

#[inline(always)]
fn zip_in_place(into: &mut [Lanes], x: &[Lanes], f: impl Fn(F32x4, F32x4) -> F32x4) {
    for (into, x) in into.iter_mut().zip(x) {
        f(F32x4::load(into), F32x4::load(x)).store(into);
    }
}

const fn truth(x: bool) -> f64 {
    x as u8 as f64
}

const ZERO: F32x4 = F32x4::splat(0.0);
const ONE: F32x4 = F32x4::splat(1.0);
const SIGN_BIT: F32x4 = F32x4::splat(-0.0);

pub const FLOOR: Function = flat(|x, _, out, _| map(x, out, F32x4::floor));
pub const CEIL: Function = flat(|x, _, out, _| map(x, out, F32x4::ceil));
pub const TRUNC: Function = flat(|x, _, out, _| map(x, out, F32x4::trunc));
/// To even if halfway.
pub const ROUND: Function = flat(|x, _, out, _| map(x, out, F32x4::nearest));
/// To a multiple of a (if b = 1) or of 1 / a (if b = 0), a being a power of ten.
pub const ROUND_DECIMALS: Function = flat(|x, _, out, &[a, b, _]| {
    let a = F32x4::splat(a);
    if b == 0.0 {
        map(x, out, |x| (x * a).nearest() / a);
    } else {
        map(x, out, |x| (x / a).nearest() * a);
    }
});
pub const FRAC: Function =
    four(|x, _, out, _| map(x, out, |x| x - x.trunc()), |up, _, out, _| out.copy_from_slice(up));
/// NaN gives 0.
pub const SIGN: Function = flat(|x, _, out, _| map(x, out, |x| (ONE & ZERO.lt(x)) - (ONE & x.lt(ZERO))));
/// a for NaN, b for infinity, c for -infinity.
pub const NAN_TO_NUM: Function = four(
    |x, _, out, parameters| {
        let [nan, above, below] = parameters.map(F32x4::splat);
        map(x, out, |x| {
            let magnitude = F32x4::splat(f32::INFINITY);
            let limit = F32x4::select(x.lt(ZERO), below, above);
            let x = F32x4::select(magnitude.eq(x.abs()), limit, x);
            F32x4::select(x.ne(x), nan, x)
        });
    },
    |up, x, out, _| zip(up, x, out, |up, x| up * (ONE & x.abs().lt(F32x4::splat(f32::INFINITY)))),
);

/// The gradient is of the result.
pub const EXP2: Function = four(
    |x, _, out, _| map(x, out, exponentials::exp2()),
    |up, y, out, _| zip(up, y, out, |up, y| up * (y * F32x4::splat(std::f32::consts::LN_2))),
);
pub const EXPM1: Function = four(
    |x, _, out, _| {
        out.copy_from_slice(x);
        to_quarter_expm1(out);
        map_in_place(out, |y| y * F32x4::splat(4.0));
    },
    |up, x, out, _| {
        let exp = math::exp();
        zip(up, x, out, |up, x| up * exp(x));
    },
);
pub const LOG1P: Function = four(
    |x, _, out, _| {
        out.copy_from_slice(x);
        to_log1p(out);
    },
    |up, x, out, _| zip(up, x, out, |up, x| up / (x + ONE)),
);
pub const LOG2: Function = four(
    |x, _, out, _| logarithm(x, out, 1.0, 0.0, std::f32::consts::LOG2_E),
    |up, x, out, _| zip(up, x, out, |up, x| up / (x * F32x4::splat(std::f32::consts::LN_2))),
);
pub const LOG10: Function = four(
    |x, _, out, _| logarithm(x, out, 0.301_025_4, 4.605_039e-6, std::f32::consts::LOG10_E),
    |up, x, out, _| zip(up, x, out, |up, x| up / (x * F32x4::splat(std::f32::consts::LN_10))),
);

pub const SIN: Function = four(
    |x, _, out, _| turned(x, 0, out),
    |up, x, out, _| {
        turned(x, 1, out);
        times(up, out);
    },
);
pub const COS: Function = four(
    |x, _, out, _| turned(x, 1, out),
    |up, x, out, _| {
        turned(x, 2, out);
        times(up, out);
    },
);
/// The gradient is of the result.
pub const TAN: Function =
    four(|x, _, out, _| tangents(x, out), |up, y, out, _| zip(up, y, out, |up, y| up * (ONE + y * y)));
pub const ASIN: Function = four(
    |x, _, out, _| map(x, out, angles::inverse_sine::<false>()),
    |up, x, out, _| zip(up, x, out, |up, x| up / (ONE - x * x).sqrt()),
);
pub const ACOS: Function = four(
    |x, _, out, _| map(x, out, angles::inverse_sine::<true>()),
    |up, x, out, _| zip(up, x, out, |up, x| (up / (ONE - x * x).sqrt()) ^ SIGN_BIT),
);
pub const ATAN: Function = four(
    |x, _, out, _| map(x, out, angles::atan()),
    |up, x, out, _| zip(up, x, out, |up, x| up / x.mul_add(x, ONE)),
);
pub const SINH: Function = four(
    |x, _, out, _| hyperbolic(x, false, out),
    |up, x, out, _| {
        hyperbolic(x, true, out);
        times(up, out);
    },
);
pub const COSH: Function = four(
    |x, _, out, _| hyperbolic(x, true, out),
    |up, x, out, _| {
        hyperbolic(x, false, out);
        times(up, out);
    },
);
pub const ASINH: Function = partly(
    |x, _, _| asinh(x),
    |up, x, out, _| {
        // Where the square would overflow, the 1 is lost anyway.
        let [most] = held([1e9]);
        zip(up, x, out, |up, x| {
            let a = x.abs().pmin(most);
            up / F32x4::select(a.lt(most), a.mul_add(a, ONE).sqrt(), x.abs())
        });
    },
);
pub const ACOSH: Function =
    partly(|x, _, _| acosh(x), |up, x, out, _| zip(up, x, out, |up, x| up / (x * x - ONE).sqrt()));
pub const ATANH: Function = four(
    |x, _, out, _| {
        map(x, out, |x| (x.abs() + x.abs()) / (ONE - x.abs()));
        to_log1p(out);
        zip_in_place(out, x, |y, x| (y * F32x4::splat(0.5)) | (x & SIGN_BIT));
    },
    |up, x, out, _| zip(up, x, out, |up, x| up / (ONE - x * x)),
);
/// Of an angle that is rounded as torch's.
pub const SINC: Function = four(
    |x, _, out, _| {
        let [pi] = held([std::f32::consts::PI]);
        map(x, out, |x| x * pi);
        turn(out, 0);
        zip_in_place(out, x, |sine, x| F32x4::select(x.eq(ZERO), ONE, sine / (x * pi)));
    },
    sinc_backward,
);

pub const ERF: Function =
    four(|x, _, out, _| error_function(x, false, out), |up, x, out, _| erf_backward(up, x, 1.0, out));
pub const ERFC: Function =
    four(|x, _, out, _| error_function(x, true, out), |up, x, out, _| erf_backward(up, x, -1.0, out));
pub const ERFCX: Function = each(|x, _, _| erfcx(x), |x, _, _| 2.0 * x * erfcx(x) - FRAC_2_SQRT_PI);
pub const ERFINV: Function = four(
    |x, _, out, _| map_or_each(x, out, is_inside, special::erfinv(), erfinv),
    |up, x, out, _| {
        map_or_each(x, out, is_inside, special::erfinv_slope(), |x| 1.0 / erf_slope(erfinv(x)));
        times(up, out);
    },
);
pub const NDTR: Function = each(|x, _, _| ndtr(x), |x, _, _| density(x));
pub const NDTRI: Function = each(|x, _, _| ndtri(x), |x, _, _| 1.0 / density(ndtri(x)));
pub const LOG_NDTR: Function = each(|x, _, _| log_ndtr(x), |x, _, _| log_ndtr_slope(x));
pub const LGAMMA: Function = four(
    |x, _, out, _| {
        // Exactly 0 at 1 and 2.
        let two = F32x4::splat(2.0);
        map_or_each(x, out, is_beyond_half, special::lgamma(), lgamma);
        zip_in_place(out, x, |y, x| y.and_not(x.eq(ONE) | x.eq(two)));
    },
    |up, x, out, _| {
        derivative_of_digamma(x, 0.0, out);
        times(up, out);
    },
);
/// The derivative of order a of digamma.
pub const POLYGAMMA: Function = four(
    |x, _, out, &[a, ..]| derivative_of_digamma(x, a, out),
    |up, x, out, &[a, ..]| {
        derivative_of_digamma(x, a + 1.0, out);
        times(up, out);
    },
);
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
/// `log(x / (1 - x))`, with x clamped to [a, 1 - a] if a >= 0: for the nearer end of [0, 1] it is the logarithm of 1 and what is
/// exact near 1/2.
pub const LOGIT: Function = four(
    |x, _, out, &[a, ..]| {
        let [least, most] = held(if a < 0.0 { [f32::NEG_INFINITY, f32::INFINITY] } else { [a, 1.0 - a] });
        // The reciprocals of subnormal numbers would overflow.
        let [tiny, scale, log_of_scale] = held([f32::MIN_POSITIVE, 16_777_216.0, 16.635_532]);
        let parts = |x: F32x4| {
            // As torch, where eps is above one half: at least eps first.
            let x = F32x4::select(x.lt(least), least, x.pmin(most));
            (x, ONE - (x + x), x.abs().lt(tiny))
        };
        map(x, out, |x| {
            let (x, rest, is_tiny) = parts(x);
            // The sum makes a negative zero positive.
            let left = F32x4::select(is_tiny, x * scale + ZERO, x);
            rest.abs() / F32x4::select(ZERO.lt(rest), left, ONE - x)
        });
        to_log1p(out);
        zip_in_place(out, x, |y, x| {
            let (_, rest, is_tiny) = parts(x);
            (y + (is_tiny & log_of_scale)) ^ (SIGN_BIT & ZERO.lt(rest))
        });
    },
    |up, x, out, &[a, ..]| {
        let least = a.max(0.0);
        let outside = if a < 0.0 { f32::NAN } else { 0.0 };
        let [least, most, outside] = held([least, 1.0 - least, outside]);
        zip(up, x, out, |up, x| {
            F32x4::select(x.lt(least) | most.lt(x), outside, up / ((x + ZERO) * (ONE - x)))
        });
    },
);

/// c times: `x` above 0, `a (exp(b x) - 1)` elsewhere, which grows if b is negative.
pub const ELU: Function = four(
    |x, _, out, &[a, b, c]| {
        if b < 0.0 {
            let [a, b, c] = [a, b, c].map(f64::from);
            let one = |x: f32| {
                let x = f64::from(x);
                (c * if x <= 0.0 { a * expm1(b * x) } else { x }) as f32
            };
            return x.iter().zip(out).for_each(|(x, out)| *out = x.map(one));
        }
        let one_minus_exp_negative = math::one_minus_exp_negative();
        let [a, b, c] = held([-a * c, b, c]);
        map(x, out, |x| F32x4::select(x.le(ZERO), a * one_minus_exp_negative((x * b).abs()), x * c));
    },
    |up, x, out, &[a, b, c]| {
        if b < 0.0 {
            let [a, b, c] = [a, b, c].map(f64::from);
            let one = |x: f32| {
                let x = f64::from(x);
                (c * if x <= 0.0 { a * b * exp(b * x) } else { 1.0 }) as f32
            };
            x.iter().zip(&mut *out).for_each(|(x, out)| *out = x.map(one));
            return times(up, out);
        }
        let exp_negative = math::exp_negative();
        let [a, b, c] = held([a * b * c, b, c]);
        zip(up, x, out, |up, x| up * F32x4::select(x.le(ZERO), a * exp_negative((x * b).abs()), c));
    },
);
/// `log(1 + exp(a x)) / a`; x where a x > b.
pub const SOFTPLUS: Function = four(
    |x, _, out, &[a, b, _]| {
        let logsigmoid = math::logsigmoid();
        let [a, b] = held([a, b]);
        map(x, out, |x| {
            let y = x * a;
            F32x4::select(b.lt(y), x, (logsigmoid(y ^ SIGN_BIT) / a) ^ SIGN_BIT)
        });
    },
    |up, x, out, &[a, b, _]| {
        let sigmoid = math::sigmoid();
        let [a, b] = held([a, b]);
        zip(up, x, out, |up, x| {
            let y = x * a;
            F32x4::select(b.lt(y), up, up * sigmoid(y))
        });
    },
);
/// `x tanh(log(1 + exp(x)))`: with e = exp(x) the tanh is `(e² + 2e) / (e² + 2e + 2)`.
pub const MISH: Function = four(
    |x, _, out, _| {
        let parts = parts_of_mish();
        map(x, out, |x| {
            let (part, rest, _) = parts(x);
            x * (part / (part + rest))
        });
    },
    // `t + x (1 - t²) σ(x)` with the tanh t, where `1 - t²` is `(1 - t) (1 + t)`.
    |up, x, out, _| {
        let parts = parts_of_mish();
        zip(up, x, out, |up, x| {
            let (part, rest, u) = parts(x);
            let sum = part + rest;
            let sigmoid = F32x4::select(x.lt(ZERO), u, ONE) / (ONE + u);
            let t = part / sum;
            up * x.mul_add(sigmoid * ((rest / sum) * (ONE + t)), t)
        });
    },
);
/// `min(max(x + 3, 0), 6) / 6`.
pub const HARDSIGMOID: Function = four(
    |x, _, out, _| {
        let [three, six] = held([3.0, 6.0]);
        map(x, out, |x| (x + three).pmax(ZERO).pmin(six) / six);
    },
    |up, x, out, _| {
        let [three, six] = held([3.0, 6.0]);
        zip(up, x, out, |up, x| (up / six) & x.abs().lt(three));
    },
);
/// `x` times that.
pub const HARDSWISH: Function = four(
    |x, _, out, _| {
        let [three, six] = held([3.0, 6.0]);
        map(x, out, |x| x * (x + three).pmax(ZERO).pmin(six) / six);
    },
    |up, x, out, _| {
        let [three, half] = held([3.0, 0.5]);
        zip(up, x, out, |up, x| {
            let slope = F32x4::select(x.lt(three), x / three + half, ONE);
            (up * slope).and_not(x.le(three ^ SIGN_BIT))
        });
    },
);
/// x clamped to [a, b].
pub const HARDTANH: Function = four(
    |x, _, out, &[a, b, _]| {
        let [a, b] = held([a, b]);
        map(x, out, |x| x.pmax(a).pmin(b));
    },
    |up, x, out, &[a, b, _]| {
        let [a, b] = held([a, b]);
        zip(up, x, out, |up, x| up.and_not(x.le(a) | b.le(x)));
    },
);
/// 0 from -a to a; outside of that x moved by a towards 0. NaN stays.
pub const SOFTSHRINK: Function = four(
    |x, _, out, &[a, ..]| {
        let a = F32x4::splat(a);
        map(x, out, |x| {
            let sign = x & SIGN_BIT;
            (x - (a ^ sign)).and_not(x.abs().le(a)) | sign
        });
    },
    outside_backward,
);
/// 0 from -a to a, x elsewhere.
pub const HARDSHRINK: Function = four(|x, _, out, p| outside_backward(x, x, out, p), outside_backward);
/// x above a, b elsewhere.
pub const THRESHOLD: Function = four(
    |x, _, out, &[a, b, _]| {
        let [a, b] = held([a, b]);
        map(x, out, |x| F32x4::select(x.le(a), b, x));
    },
    |up, x, out, &[a, ..]| {
        let a = F32x4::splat(a);
        zip(up, x, out, |up, x| up.and_not(x.le(a)));
    },
);

/// `upstream` where x is not from -a to a.
fn outside_backward(up: &[Lanes], x: &[Lanes], out: &mut [Lanes], &[a, ..]: &[f32; 3]) {
    let a = F32x4::splat(a);
    zip(up, x, out, |up, x| up.and_not(x.abs().le(a)));
}

/// The tanh of mish is the first over the sum of the first two; and `exp(-|x|)`.
#[inline(always)]
fn parts_of_mish() -> impl Fn(F32x4) -> (F32x4, F32x4, F32x4) {
    let exp_negative = math::exp_negative();
    let [one, two] = held([1.0, 2.0]);
    move |x| {
        let u = exp_negative(x.abs());
        let (below, above) = (u * (u + two), one + two * u);
        let is_negative = x.lt(ZERO);
        (F32x4::select(is_negative, below, above), F32x4::select(is_negative, two, two * u * u), u)
    }
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

/// `out *= upstream`.
fn times(up: &[Lanes], out: &mut [Lanes]) {
    zip_in_place(out, up, |out, up| out * up);
}

/// In float64, rounded once; one by one where one lane is not in the range of `f`, of which `is_within` has a mask.
#[inline(always)]
fn map_or_each(
    x: &[Lanes],
    out: &mut [Lanes],
    is_within: impl Fn(F32x4) -> F32x4,
    f: impl Fn(F64x2) -> F64x2,
    each: impl Fn(f64) -> f64,
) {
    for (x, out) in x.iter().zip(out) {
        let v = F32x4::load(x);
        if ONE.and_not(is_within(v)).has_bits() {
            *out = x.map(|x| each(f64::from(x)) as f32);
        } else {
            in_double(v, &f).store(out);
        }
    }
}

/// From 1/2 on, and finite.
fn is_beyond_half(x: F32x4) -> F32x4 {
    F32x4::splat(0.5).le(x) & x.lt(F32x4::splat(f32::INFINITY))
}

fn is_inside(x: F32x4) -> F32x4 {
    x.abs().lt(ONE)
}

fn derivative_of_digamma(x: &[Lanes], order: f32, out: &mut [Lanes]) {
    if order == 0.0 {
        return map_or_each(x, out, is_beyond_half, special::digamma(), digamma);
    }
    let each = |x| polygamma(f64::from(order), x);
    if order == 1.0 {
        return map_or_each(x, out, is_beyond_half, special::trigamma(), each);
    }
    for (x, out) in x.iter().zip(out) {
        *out = x.map(|x| each(f64::from(x)) as f32);
    }
}

/// `π (cos(y) - sin(y) / y) / y` with y = π x; near 0 by its series, as the terms cancel.
fn sinc_backward(up: &[Lanes], x: &[Lanes], out: &mut [Lanes], _: &[f32; 3]) {
    let sine_and_cosine = angles::sine_and_cosine();
    let [pi, most, near] = held([std::f32::consts::PI, 8192.0, 1.5]);
    let [odd, second] = held([1, 2].map(f32::from_bits));
    // (cos(y) - sin(y) / y) / y² in y².
    let [s0, s1, s2] = held([-1.0 / 3.0, 1.0 / 30.0, -1.0 / 840.0]);
    let [s3, s4, s5] = held([1.0 / 45_360.0, -1.0 / 3_991_680.0, 1.0 / 518_918_400.0]);
    for ((up, x), out) in up.iter().zip(x).zip(out) {
        let v = F32x4::load(x);
        let y = v * pi;
        let slope = if most.le(y.abs()).has_bits() {
            F32x4::load(&x.map(|x| {
                let x = f64::from(x);
                (if x == 0.0 { 0.0 } else { (sin_pi(x + 0.5) - sin_pi(x) / (PI * x)) / x }) as f32
            }))
        } else {
            let (sine, cosine, quarter) = sine_and_cosine(y);
            let is_odd = (quarter & odd).bits_equal(odd);
            let sign_of_sine = (quarter & second).shift_left(30);
            let sign_of_cosine = (quarter.add_bits(odd) & second).shift_left(30);
            let (s, c) = (
                F32x4::select(is_odd, cosine, sine) ^ sign_of_sine,
                F32x4::select(is_odd, sine, cosine) ^ sign_of_cosine,
            );
            let z = y * y;
            let series = y * s5.mul_add(z, s4).mul_add(z, s3).mul_add(z, s2).mul_add(z, s1).mul_add(z, s0);
            F32x4::select(y.abs().lt(near), series, (c - s / y) / y) * pi
        };
        (F32x4::load(up) * slope).store(out);
    }
}

/// `exp(x) - 1`, a quarter of it.
fn to_quarter_expm1(x: &mut [Lanes]) {
    map_in_place(x, exponentials::quarter_expm1());
}

fn to_log1p(x: &mut [Lanes]) {
    map_in_place(x, exponentials::logarithm::<true>(0.693_138_1, 9.058_001e-6, 1.0));
}

/// cosh or sinh, with `h = (exp(|x|) - 1) / 2`: of them the first is `h + 1/2 + 1/4 / (h + 1/2)`, and the other `h + h / (2h + 1)`.
fn hyperbolic(x: &[Lanes], is_cosine: bool, out: &mut [Lanes]) {
    map(x, out, F32x4::abs);
    to_quarter_expm1(out);
    let [half, quarter, most] = held([0.5, 0.25, f32::MAX]);
    if is_cosine {
        map_in_place(out, |y| {
            let e = y + y + half;
            e + quarter / e
        });
    } else {
        zip_in_place(out, x, |y, x| {
            let h = y + y;
            let finite = h.pmin(most);
            (h + finite / (finite + finite + ONE)) | (x & SIGN_BIT)
        });
    }
}

/// The sine of `x + quarters π / 2`.
fn turned(x: &[Lanes], quarters: u32, out: &mut [Lanes]) {
    out.copy_from_slice(x);
    turn(out, quarters);
}

/// The same in place; one by one where one lane is beyond the lanes' reduction.
fn turn(x: &mut [Lanes], quarters: u32) {
    let sine_and_cosine = angles::sine_and_cosine();
    let [most] = held([8192.0]);
    let [odd, second, shift] = held([1, 2, quarters].map(f32::from_bits));
    for x in x {
        let v = F32x4::load(x);
        if most.le(v.abs()).has_bits() {
            *x = x.map(|x| turning(f64::from(x), quarters) as f32);
            continue;
        }
        let (sine, cosine, quarter) = sine_and_cosine(v);
        let quarter = quarter.add_bits(shift);
        let is_cosine = (quarter & odd).bits_equal(odd);
        let sign = (quarter & second).shift_left(30);
        (F32x4::select(is_cosine, cosine, sine) ^ sign).store(x);
    }
}

/// One by one where one lane is so large that the lanes' reduction loses digits near a multiple of π / 2.
fn tangents(x: &[Lanes], out: &mut [Lanes]) {
    let sine_and_cosine = angles::sine_and_cosine();
    let [most] = held([64.0]);
    let [odd] = held([f32::from_bits(1)]);
    for (x, out) in x.iter().zip(out) {
        let v = F32x4::load(x);
        if most.le(v.abs()).has_bits() {
            *out = x.map(|x| (turning(f64::from(x), 0) / turning(f64::from(x), 1)) as f32);
            continue;
        }
        let (sine, cosine, quarter) = sine_and_cosine(v);
        let is_odd = (quarter & odd).bits_equal(odd);
        let above = F32x4::select(is_odd, cosine ^ SIGN_BIT, sine);
        (above / F32x4::select(is_odd, sine, cosine)).store(out);
    }
}

/// `high`, `low` and `factor` are those of [`exponentials::logarithm`].
fn logarithm(x: &[Lanes], out: &mut [Lanes], high: f32, low: f32, factor: f32) {
    map(x, out, exponentials::logarithm::<false>(high, low, factor));
}

/// erfc if `complement`, otherwise erf: its series below 1/2, and 1 minus erfc above.
fn error_function(x: &[Lanes], complement: bool, out: &mut [Lanes]) {
    let half_erfc = math::half_erfc();
    let [one, two, half, sign] = held([1.0, 2.0, 0.5, -0.0]);
    let series = held([
        FRAC_2_SQRT_PI as f32,
        -0.376_126_4,
        0.112_837_92,
        -0.026_866_17,
        0.005_223_978,
        -8.548_327e-4,
    ]);
    map(x, out, |x| {
        let a = x.abs();
        let (tail, _) = half_erfc(a);
        let tail = tail + tail;
        if complement {
            return F32x4::select(x.lt(ZERO), two - tail, tail);
        }
        let z = x * x;
        let small = x * series.into_iter().rev().reduce(|sum, c| sum.mul_add(z, c)).unwrap_or(one);
        F32x4::select(a.lt(half), small, (one - tail) | (x & sign))
    });
}

/// The upstream gradient times the derivative of erf times `sign`.
fn erf_backward(up: &[Lanes], x: &[Lanes], sign: f32, out: &mut [Lanes]) {
    let half_erfc = math::half_erfc();
    let [factor] = held([sign * FRAC_2_SQRT_PI as f32]);
    zip(up, x, out, |up, x| up * (factor * half_erfc(x.abs()).1));
}
