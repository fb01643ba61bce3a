//! Functions of single float64 numbers, in a fraction of the code of libm's, which do more than is needed here.

pub mod special;
pub mod trigonometry;

use std::f64::consts::FRAC_PI_2;

/// Sine and cosine of an angle in [0, 2π], to 0.6 ulp. Larger angles would need a table of 3 kB.
pub fn sine_cosine(angle: f64) -> (f64, f64) {
    // π / 2 in two parts: multiples of the first are exact.
    const HIGH: f64 = 1.570_796_326_734_125_6;
    const LOW: f64 = 6.077_100_506_506_192e-11;
    let quarters = (angle / FRAC_PI_2 + 0.5) as u32;
    let multiple = f64::from(quarters);
    let rest = angle - multiple * HIGH;
    let x = rest - multiple * LOW;
    // The rounding error of x.
    let tail = (rest - x) - multiple * LOW;

    // The series after x³ / 3! and x⁴ / 4!; each term is a factor of the next.
    let z = x * x;
    let series =
        |n: u32| (n..n + 14).step_by(2).rev().fold(1.0, |sum, n| 1.0 - sum * z / f64::from(n * (n + 1)));
    let sine = x + (tail * (1.0 - z / 2.0) - x * z / 6.0 * series(4));
    let start = 1.0 - z / 2.0;
    let cosine = start + (((1.0 - start) - z / 2.0) + (z * z / 24.0 * series(5) - x * tail));
    match quarters % 4 {
        0 => (sine, cosine),
        1 => (cosine, -sine),
        2 => (-sine, -cosine),
        _ => (-cosine, sine),
    }
}

/// The exact rest of `x / y`, of the sign of x; `%` of the compiler takes 2 kB for it. A step for each bit of the quotient.
pub fn remainder(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() || x.is_infinite() || y == 0.0 {
        return f64::NAN;
    }
    const MANTISSA: u32 = 52;
    const ONE: u64 = 1 << MANTISSA;
    // |x| = bits * 2^exponent.
    let parts = |x: f64| {
        let bits = x.abs().to_bits();
        let (exponent, fraction) = (bits >> MANTISSA, bits & (ONE - 1));
        if exponent == 0 {
            (1, fraction)
        } else {
            (exponent, fraction | ONE)
        }
    };
    let ((mut exponent, mut rest), (least, divisor)) = (parts(x), parts(y));
    if y.is_infinite() || exponent < least {
        return x;
    }
    // A subnormal divisor is less than `ONE`, but the rest stays less than twice the divisor, once it is reduced.
    rest %= divisor;
    while exponent > least && rest > 0 {
        rest <<= 1;
        exponent -= 1;
        if rest >= divisor {
            rest -= divisor;
        }
    }
    if rest == 0 {
        return 0f64.copysign(x);
    }
    // As high as the exponent allows.
    let shift = u64::from(rest.leading_zeros() - (u64::BITS - 1 - MANTISSA)).min(least - 1);
    let (rest, exponent) = (rest << shift, least - shift);
    let bits = if rest < ONE { rest } else { (exponent << MANTISSA) | (rest & (ONE - 1)) };
    f64::from_bits(bits).copysign(x)
}

/// `x ^ exponent`, accurate to ten bits beyond float32; as in C if it is not finite, negative or 0.
pub fn pow(x: f64, exponent: f64) -> f64 {
    if exponent == 0.0 || x == 1.0 {
        return 1.0;
    }
    let power = if x == -1.0 { 1.0 } else { libm::exp(exponent * libm::log(x.abs())) };
    if x.is_sign_positive() {
        return power;
    }
    // All floats from 2^53 on are even.
    let is_large = exponent.abs() >= 9_007_199_254_740_992.0;
    let is_whole = is_large || exponent as i64 as f64 == exponent;
    if !is_whole && x.is_finite() && x != 0.0 {
        f64::NAN
    } else if is_whole && !is_large && exponent as i64 % 2 != 0 {
        -power
    } else {
        power
    }
}
