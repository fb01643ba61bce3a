//! Functions of two operands that are not arithmetic, broadcast, and the derivatives of some: one loop for all of them.

use super::binary::{broadcast, Broadcast, Repeating};
use crate::float64::special::zeta;
use crate::float64::trigonometry::{atan2, exp, ln, ln_1p};
use crate::float64::{pow, remainder};
use crate::simd::{sqrt, F32x4};
use std::f64::consts::LN_2;

type Scalar = fn(f64, f64) -> f64;

#[derive(Clone, Copy)]
pub enum Pair {
    Maximum,
    Minimum,
    /// In float64, rounded once.
    Each(Scalar),
}

/// `out[row][column] = f(a[row][column], b[row][column])`, broadcast.
pub fn pair(f: Pair, a: &[f32], b: &[f32], out: &mut [f32], dims: Broadcast) {
    match f {
        // A NaN of either operand stays.
        Pair::Maximum => broadcast(&Repeating(|a, b| F32x4::select(b.ne(b), b, a.pmax(b))), a, b, out, dims),
        Pair::Minimum => broadcast(&Repeating(|a, b| F32x4::select(b.ne(b), b, a.pmin(b))), a, b, out, dims),
        Pair::Each(f) => {
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

const fn truth(x: bool) -> f64 {
    x as u8 as f64
}

/// The greater one; a number rather than NaN.
pub const FMAX: Pair = Pair::Each(|a, b| if a >= b || b.is_nan() { a } else { b });
pub const FMIN: Pair = Pair::Each(|a, b| if a <= b || b.is_nan() { a } else { b });
/// What of the gradient of the maximum is a's: half if both are equal, all if either is NaN.
pub const MAXIMUM_SLOPE: Pair = Pair::Each(|a, b| if a == b { 0.5 } else { 1.0 - truth(a < b) });
pub const MINIMUM_SLOPE: Pair = Pair::Each(|a, b| if a == b { 0.5 } else { 1.0 - truth(a > b) });
/// Which of both is the result of fmax.
pub const AT_LEAST: Pair = Pair::Each(|a, b| truth(a >= b || b.is_nan()));
pub const AT_MOST: Pair = Pair::Each(|a, b| truth(a <= b || b.is_nan()));

pub const ATAN2: Pair = Pair::Each(atan2);
/// The derivative by a.
pub const ATAN2_SLOPE: Pair = Pair::Each(|a, b| b / (a * a + b * b));
pub const HYPOT: Pair =
    Pair::Each(|a, b| if a.is_infinite() || b.is_infinite() { f64::INFINITY } else { sqrt(a * a + b * b) });
pub const LOGADDEXP: Pair = Pair::Each(logaddexp);
pub const LOGADDEXP2: Pair = Pair::Each(|a, b| logaddexp(a * LN_2, b * LN_2) / LN_2);
/// 0 where a is 0.
pub const XLOGY: Pair = Pair::Each(|a, b| if a == 0.0 && !b.is_nan() { 0.0 } else { a * ln(b) });
pub const XLOG1PY: Pair = Pair::Each(|a, b| if a == 0.0 && !b.is_nan() { 0.0 } else { a * ln_1p(b) });
/// Of the sign of a; exact.
pub const FMOD: Pair = Pair::Each(remainder);
/// Of the sign of b, as Python's.
pub const REMAINDER: Pair = Pair::Each(|a, b| {
    let rest = remainder(a, b);
    if rest != 0.0 && (b < 0.0) != (rest < 0.0) {
        rest + b
    } else {
        rest
    }
});
/// `a / b` rounded down, as Python's.
pub const FLOOR_DIVIDE: Pair = Pair::Each(|a, b| {
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
/// `a / b` rounded towards 0, after rounding to float32.
pub const TRUNC_DIVIDE: Pair = Pair::Each(|a, b| f64::from(libm::truncf(a as f32 / b as f32)));
pub const COPYSIGN: Pair = Pair::Each(f64::copysign);
pub const POW: Pair = Pair::Each(pow);
/// The derivative of the power by its base.
pub const POW_BASE_SLOPE: Pair = Pair::Each(|a, b| if b == 0.0 { 0.0 } else { b * pow(a, b - 1.0) });
/// That by its exponent.
pub const POW_EXPONENT_SLOPE: Pair =
    Pair::Each(|a, b| if a == 0.0 && b >= 0.0 { 0.0 } else { pow(a, b) * ln(a) });
pub const NEXTAFTER: Pair = Pair::Each(|a, b| {
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
pub const ZETA: Pair = Pair::Each(zeta);

fn logaddexp(a: f64, b: f64) -> f64 {
    if a == b && a.is_infinite() {
        return a;
    }
    let greater = if a >= b || a.is_nan() { a } else { b };
    greater + ln_1p(exp(-(a - b).abs()))
}
