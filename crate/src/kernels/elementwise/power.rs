//! Powers, in float64: each result is rounded to float32 once.

use super::binary::{broadcast, Broadcast};
use super::rows::{combine, map, Lanes, Vectors};
use crate::float64;
use crate::math::double::{exp, ln};
use crate::simd::F32x4;
use crate::simd64::{held, in_double, in_double_each, F64x2};

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
    } else if exponent == -1.5 {
        // The gradient of the reciprocal root. Of -infinity, whose root is NaN, it is 0.
        let lowest = F32x4::splat(f32::NEG_INFINITY);
        map(x, out, |x| in_double(x, |x| one / (x * x.sqrt())).and_not(x.eq(lowest)));
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

/// `x ^ (exponent - less)` for normal x > 0 whose power is a normal float32, to ten bits beyond that.
#[inline(always)]
fn positive_power(less: f64) -> impl Fn(F64x2, F64x2) -> F64x2 {
    let (ln, exp) = (ln::<false>(), exp());
    let [less] = held([less]);
    move |x, exponent| exp((exponent - less) * ln(x))
}
