//! Functions of two operands that are not arithmetic, broadcast, and the derivatives of some: one loop for all of them.

use super::binary::{broadcast, Broadcast, Repeating};
use super::power::{POWER, POWER_SLOPE};
use super::rows::{Lanes, Vectors};
use crate::float64::remainder;
use crate::float64::special::zeta;
use crate::float64::trigonometry::{exp, ln_1p};
use crate::math::{self, angles};
use crate::simd::{held, F32x4};
use crate::simd64::in_double_each;
use std::f64::consts::LN_2;

type Scalar = fn(f64, f64) -> f64;

#[derive(Clone, Copy)]
enum Form {
    /// Of whole vectors, of which an operand of one vector is repeated.
    Four(Four),
    /// In float64, rounded once.
    Each(Scalar),
}

/// Those that every app carries. Without pointers to functions, through which the core of the kernels would reach all others.
#[derive(Clone, Copy)]
pub enum Everyday {
    Maximum,
    Minimum,
    AtLeast,
    AtMost,
    FloorDivide,
    TruncDivide,
    Pow,
    PowBaseSlope,
}

/// The same as [`pair`].
pub fn everyday_pair(f: Everyday, a: &[f32], b: &[f32], out: &mut [f32], dims: Broadcast) {
    let f: &dyn Vectors = match f {
        // A NaN of either operand stays.
        Everyday::Maximum => &Repeating(|a, b| F32x4::select(b.ne(b), b, a.pmax(b))),
        Everyday::Minimum => &Repeating(|a, b| F32x4::select(b.ne(b), b, a.pmin(b))),
        // Which of both is the result of fmax, and of fmin.
        Everyday::AtLeast => &Repeating(|a, b| ONE & (b.le(a) | b.ne(b))),
        Everyday::AtMost => &Repeating(|a, b| ONE & (a.le(b) | b.ne(b))),
        Everyday::FloorDivide => &ByPointer(floor_divide),
        // After rounding to float32.
        Everyday::TruncDivide => &Repeating(|a, b| (a / b).trunc()),
        Everyday::Pow => &POWER,
        Everyday::PowBaseSlope => &POWER_SLOPE,
    };
    broadcast(f, a, b, out, dims);
}

/// `out[row][column] = f(a[row][column], b[row][column])`, broadcast.
pub fn pair(f: Pair, a: &[f32], b: &[f32], out: &mut [f32], dims: Broadcast) {
    match FUNCTIONS[f as usize] {
        Form::Four(f) => broadcast(&ByPointer(f), a, b, out, dims),
        Form::Each(f) => {
            for (row, out) in out.chunks_mut(dims.columns.max(1)).enumerate() {
                let (mut at_a, mut at_b) = (row * dims.a_row_stride, row * dims.b_row_stride);
                for out in out {
                    *out = f(f64::from(a[at_a]), f64::from(b[at_b])) as f32;
                    at_a += dims.a_column_stride;
                    at_b += dims.b_column_stride;
                }
            }
        }
    }
}

/// Declares the names and their functions: an array in memory, by whose address the build finds which kernel calls them
/// (scripts/families.mjs). A `match` may become numbers of functions in the code.
macro_rules! functions {
    ($($name:ident: $function:ident,)*) => {
        /// Functions that not every app carries.
        #[derive(Clone, Copy)]
        pub enum Pair { $($name),* }

        static FUNCTIONS: [Form; [$(stringify!($name)),*].len()] = [$($function),*];
    };
}

functions! {
    Fmax: FMAX,
    Fmin: FMIN,
    MaximumSlope: MAXIMUM_SLOPE,
    MinimumSlope: MINIMUM_SLOPE,
    Atan2: ATAN2,
    Atan2Slope: ATAN2_SLOPE,
    Hypot: HYPOT,
    Logaddexp: LOGADDEXP,
    Logaddexp2: LOGADDEXP2,
    Xlogy: XLOGY,
    Xlog1py: XLOG1PY,
    Fmod: FMOD,
    Remainder: REMAINDER,
    Copysign: COPYSIGN,
    CopysignSlope: COPYSIGN_SLOPE,
    Nextafter: NEXTAFTER,
    Zeta: ZETA,
}

type Four = fn(&[Lanes], &[Lanes], &mut [Lanes]);

struct ByPointer(Four);

impl Vectors for ByPointer {
    fn run(&self, a: &[Lanes], b: &[Lanes], out: &mut [Lanes]) {
        (self.0)(a, b, out);
    }
}

/// Without unrolling, which is as fast for all but the shortest functions.
#[inline(always)]
fn zip(a: &[Lanes], b: &[Lanes], out: &mut [Lanes], f: impl Fn(F32x4, F32x4) -> F32x4) {
    let last = [a, b].map(|x| x.len().saturating_sub(1));
    for (i, out) in out.iter_mut().enumerate() {
        f(F32x4::load(&a[i.min(last[0])]), F32x4::load(&b[i.min(last[1])])).store(out);
    }
}

/// The same, but one by one where `f` says that one of four lanes is beyond it, by a mask.
#[inline(always)]
fn zip_or_each(
    a: &[Lanes],
    b: &[Lanes],
    out: &mut [Lanes],
    f: impl Fn(F32x4, F32x4) -> (F32x4, F32x4),
    each: Scalar,
) {
    let last = [a, b].map(|x| x.len().saturating_sub(1));
    for (i, out) in out.iter_mut().enumerate() {
        let (a, b) = (&a[i.min(last[0])], &b[i.min(last[1])]);
        let (result, is_within) = f(F32x4::load(a), F32x4::load(b));
        if ONE.and_not(is_within).has_bits() {
            *out = std::array::from_fn(|lane| each(f64::from(a[lane]), f64::from(b[lane])) as f32);
        } else {
            result.store(out);
        }
    }
}

const ZERO: F32x4 = F32x4::splat(0.0);
const ONE: F32x4 = F32x4::splat(1.0);
const SIGN_BIT: F32x4 = F32x4::splat(-0.0);

const fn truth(x: bool) -> f64 {
    x as u8 as f64
}

/// The greater one; a number rather than NaN.
const FMAX: Form = Form::Four(|a, b, out| zip(a, b, out, |a, b| F32x4::select(b.le(a) | b.ne(b), a, b)));
const FMIN: Form = Form::Four(|a, b, out| zip(a, b, out, |a, b| F32x4::select(a.le(b) | b.ne(b), a, b)));
/// What of the gradient of the maximum is a's: half if both are equal, all if either is NaN.
const MAXIMUM_SLOPE: Form = Form::Four(|a, b, out| {
    let half = F32x4::splat(0.5);
    zip(a, b, out, |a, b| F32x4::select(a.eq(b), half, ONE.and_not(a.lt(b))));
});
const MINIMUM_SLOPE: Form = Form::Four(|a, b, out| {
    let half = F32x4::splat(0.5);
    zip(a, b, out, |a, b| F32x4::select(a.eq(b), half, ONE.and_not(b.lt(a))));
});
const ATAN2: Form = Form::Four(|a, b, out| zip(a, b, out, angles::atan2()));
/// The derivative by a.
const ATAN2_SLOPE: Form = Form::Four(|a, b, out| zip(a, b, out, |a, b| b / (a * a + b * b)));
/// With the quotient of both, which cannot overflow. Infinite also if the other is NaN.
const HYPOT: Form = Form::Four(|a, b, out| {
    let [infinity] = held([f32::INFINITY]);
    zip(a, b, out, |a, b| {
        let (a, b) = (a.abs(), b.abs());
        let (less, greater) = (a.pmin(b), b.pmax(a));
        let q = less / F32x4::select(greater.eq(ZERO), ONE, greater);
        F32x4::select(a.eq(infinity) | b.eq(infinity), infinity, greater * q.mul_add(q, ONE).sqrt())
    });
});
/// The greater one and `log(1 + exp(-|a - b|))`.
const LOGADDEXP: Form = Form::Four(|a, b, out| {
    let (exp_negative, log1p_unit) = (math::exp_negative(), math::log1p_unit());
    zip(a, b, out, |a, b| {
        // Equal infinities have no difference.
        let distance = (a - b).abs().and_not(a.eq(b));
        F32x4::select(a.lt(b), b, a) + log1p_unit(exp_negative(distance))
    });
});
const LOGADDEXP2: Form = Form::Each(|a, b| logaddexp(a * LN_2, b * LN_2) / LN_2);
/// 0 where a is 0.
const XLOGY: Form = Form::Four(|a, b, out| {
    let log = math::log();
    zip(a, b, out, |a, b| (a * log(b)).and_not(a.eq(ZERO) & b.eq(b)));
});
const XLOG1PY: Form = Form::Each(|a, b| if a == 0.0 && !b.is_nan() { 0.0 } else { a * ln_1p(b) });
/// Of the sign of a; exact.
const FMOD: Form = Form::Four(|a, b, out| zip_or_each(a, b, out, rest_of_quotient, remainder));
/// Of the sign of b, as Python's.
const REMAINDER: Form = Form::Four(|a, b, out| {
    let lanes = |a: F32x4, b: F32x4| {
        let (rest, is_within) = rest_of_quotient(a, b);
        let is_other = rest.ne(ZERO) & (b ^ rest).shift_right_signed(31);
        (F32x4::select(is_other, rest + b, rest), is_within)
    };
    zip_or_each(a, b, out, lanes, |a, b| {
        let rest = remainder(a, b);
        if rest != 0.0 && (b < 0.0) != (rest < 0.0) {
            rest + b
        } else {
            rest
        }
    });
});
const COPYSIGN: Form = Form::Four(|a, b, out| zip(a, b, out, |a, b| a.abs() | (b & SIGN_BIT)));
/// The quotient of the result and a.
const COPYSIGN_SLOPE: Form = Form::Four(|a, b, out| zip(a, b, out, |a, b| (a / b).and_not(b.eq(ZERO))));
const NEXTAFTER: Form = Form::Each(|a, b| {
    let (from, to) = (a as f32, b as f32);
    f64::from(if from.is_nan() || to.is_nan() {
        f32::NAN
    } else if from == to {
        to
    } else if from < to {
        from.next_up()
    } else {
        from.next_down()
    })
});
const ZETA: Form = Form::Each(zeta);

/// `a / b` rounded down, as Python's.
fn floor_divide(a: &[Lanes], b: &[Lanes], out: &mut [Lanes]) {
    let lanes = |a, b| (in_double_each(a, b, |a, b| (a / b).floor()), has_exact_quotient(a, b));
    zip_or_each(a, b, out, lanes, |a, b| {
        if b == 0.0 {
            return a / b;
        }
        let rest = remainder(a, b);
        let quotient = (a - rest) / b;
        let quotient = if rest != 0.0 && (b < 0.0) != (rest < 0.0) { quotient - 1.0 } else { quotient };
        if quotient == 0.0 {
            return 0f64.copysign(a / b);
        }
        let whole = libm::floor(quotient);
        whole + truth(quotient - whole > 0.5)
    });
}

/// Where the quotient in float64, rounded to an integer, is that of the exact one: below 2^24 it is closer to no integer than its
/// own rounding error, unless it is one.
#[inline(always)]
fn has_exact_quotient(a: F32x4, b: F32x4) -> F32x4 {
    let (a, b) = (a.abs(), b.abs());
    a.lt(b * F32x4::splat(16_777_216.0)) & b.lt(F32x4::splat(f32::INFINITY))
}

/// The exact rest of `a / b`, of the sign of a, and where it is that.
#[inline(always)]
fn rest_of_quotient(a: F32x4, b: F32x4) -> (F32x4, F32x4) {
    let rest = in_double_each(a, b, |a, b| a - (a / b).trunc() * b);
    (rest | (a & SIGN_BIT), has_exact_quotient(a, b))
}

fn logaddexp(a: f64, b: f64) -> f64 {
    if a == b && a.is_infinite() {
        return a;
    }
    let greater = if a >= b || a.is_nan() { a } else { b };
    greater + ln_1p(exp(-(a - b).abs()))
}
