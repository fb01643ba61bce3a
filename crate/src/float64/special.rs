//! The error function, the gamma function and Bessel functions, to some bits beyond float32.

use super::pow;
use super::trigonometry::{exp, ln, ln_1p, polynomial, sin, sin_pi};
use crate::simd::sqrt;
use libm::floor;
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, PI, SQRT_2, TAU};

/// `exp(x²) erfc(x)`: for x >= 0 it is `t exp(g(2t - 1))` with `t = 2 / (2 + x)`; minimax, relative error 3e-10.
pub fn erfcx(x: f64) -> f64 {
    const G: [f64; 15] = [
        -0.67179408416036,
        0.67264322054601,
        0.04734332036742,
        -0.04689548216096,
        -0.0098729804598294,
        0.008823558177252,
        0.0017613393674587,
        -0.0023392777223949,
        -0.00015613428048482,
        0.00065795384465162,
        -7.1197302838755e-05,
        -0.00015463378813934,
        4.1795889683272e-05,
        2.0723070088025e-05,
        -8.1212532677455e-06,
    ];
    if x < 0.0 {
        return 2.0 * exp(x * x) - erfcx(-x);
    }
    let t = 2.0 / (2.0 + x);
    t * exp(polynomial(2.0 * t - 1.0, &G))
}

pub fn erfc(x: f64) -> f64 {
    let tail = exp(-x * x) * erfcx(x.abs());
    if x < 0.0 {
        2.0 - tail
    } else {
        tail
    }
}

pub fn erf(x: f64) -> f64 {
    if x.abs() > 0.5 {
        return (1.0 - erfc(x.abs())).copysign(x);
    }
    let series = [1.0, -1.0 / 3.0, 0.1, -1.0 / 42.0, 1.0 / 216.0, -1.0 / 1320.0, 1.0 / 9360.0];
    FRAC_2_SQRT_PI * (x * polynomial(x * x, &series))
}

/// The derivative of erf.
pub fn erf_slope(x: f64) -> f64 {
    FRAC_2_SQRT_PI * exp(-x * x)
}

/// x >= 0 with `erfc(x) = q` and `erf(x) = y`, their sum being 1: Winitzki's approximation, and steps of Halley.
fn erf_inverse(y: f64, q: f64) -> f64 {
    const A: f64 = 0.147;
    if q == 0.0 {
        return f64::INFINITY;
    }
    let logarithm = if q > 0.5 { ln_1p(-y * y) } else { ln(q * (2.0 - q)) };
    let t = 2.0 / (PI * A) + logarithm / 2.0;
    let mut x = sqrt(-logarithm / A / (sqrt(t * t - logarithm / A) + t));
    for _ in 0..5 {
        let distance = if q > 0.5 { y - erf(x) } else { erfc(x) - q };
        let step = distance / erf_slope(x);
        x += step / (1.0 + x * step);
    }
    x
}

pub fn erfinv(y: f64) -> f64 {
    if y.abs() <= 1.0 {
        erf_inverse(y.abs(), 1.0 - y.abs()).copysign(y)
    } else {
        f64::NAN
    }
}

/// `P(X < x)` of the standard normal distribution.
pub fn ndtr(x: f64) -> f64 {
    erfc(-x * FRAC_1_SQRT_2) / 2.0
}

/// Its inverse.
pub fn ndtri(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let q = 2.0 * if p > 0.5 { 1.0 - p } else { p };
    (SQRT_2 * erf_inverse(1.0 - q, q)).copysign(p - 0.5)
}

/// Its logarithm.
pub fn log_ndtr(x: f64) -> f64 {
    let z = x * FRAC_1_SQRT_2;
    if x < -1.0 {
        ln(erfcx(-z) / 2.0) - z * z
    } else {
        ln_1p(-erfc(z) / 2.0)
    }
}

/// The derivative of the logarithm.
pub fn log_ndtr_slope(x: f64) -> f64 {
    sqrt(2.0 / PI) / erfcx(-x * FRAC_1_SQRT_2)
}

fn is_pole(x: f64) -> bool {
    x <= 0.0 && x == floor(x)
}

/// `ln |Γ(x)|`: reflection below 1/2, recurrence up to 10, then Stirling's series.
pub fn lgamma(x: f64) -> f64 {
    if is_pole(x) || x.is_infinite() {
        return f64::INFINITY;
    }
    if x == 1.0 || x == 2.0 {
        return 0.0;
    }
    if x < 0.5 {
        return ln(PI / sin_pi(x).abs()) - lgamma(1.0 - x);
    }
    let (mut y, mut product) = (x, 1.0);
    while y < 10.0 {
        product *= y;
        y += 1.0;
    }
    let z = 1.0 / (y * y);
    let series = polynomial(
        z,
        &[1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0],
    ) / y;
    (y - 0.5) * ln(y) - y + 0.5 * ln(TAU) + series - ln(product)
}

pub fn digamma(x: f64) -> f64 {
    if x == 0.0 {
        return f64::INFINITY.copysign(-x);
    }
    if is_pole(x) {
        return f64::NAN;
    }
    if x < 0.0 {
        return digamma(1.0 - x) - PI * sin_pi(x + 0.5) / sin_pi(x);
    }
    let (mut y, mut sum) = (x, 0.0);
    while y < 10.0 {
        sum += 1.0 / y;
        y += 1.0;
    }
    let z = 1.0 / (y * y);
    ln(y)
        - 0.5 / y
        - z * polynomial(
            z,
            &[1.0 / 12.0, -1.0 / 120.0, 1.0 / 252.0, -1.0 / 240.0, 1.0 / 132.0, -691.0 / 32_760.0],
        )
        - sum
}

/// Hurwitz' zeta function, the sum of `(q + k)^-s` over all k >= 0: its first terms, and Euler and Maclaurin's formula for the rest.
pub fn zeta(s: f64, q: f64) -> f64 {
    /// (2k)! / B(2k)
    const A: [f64; 6] = [12.0, -720.0, 30_240.0, -1_209_600.0, 47_900_160.0, -1_892_437_580.318_379_2];
    if s == 1.0 || s > 1.0 && is_pole(q) {
        return f64::INFINITY;
    }
    if s.is_nan() || s < 1.0 || q.is_nan() || q < 0.0 && s != floor(s) {
        return f64::NAN;
    }
    if q < 0.0 {
        // The terms of negative numbers, those from 1 - start to -q, and those from `start` on.
        let start = q - floor(q);
        let negative = zeta(s, 1.0 - start) - zeta(s, 1.0 - q);
        return zeta(s, start) + if s % 2.0 == 0.0 { negative } else { -negative };
    }
    if q == f64::INFINITY {
        return 0.0;
    }
    let (mut a, mut sum) = (q, 0.0);
    while a < 10.0 {
        sum += pow(a, -s);
        a += 1.0;
    }
    let last = pow(a, -s);
    sum += a * last / (s - 1.0) + 0.5 * last;
    let mut factor = last * s / a;
    for (k, a_k) in A.into_iter().enumerate() {
        if factor == 0.0 {
            break;
        }
        sum += factor / a_k;
        let k = 2.0 * k as f64;
        factor *= (s + k + 1.0) * (s + k + 2.0) / (a * a);
    }
    sum
}

/// The derivative of order n of digamma.
pub fn polygamma(n: f64, x: f64) -> f64 {
    if n == 0.0 {
        return digamma(x);
    }
    if n == 1.0 && x < 0.5 {
        // Near poles the roundings of torch's float32 matter.
        let sine = f64::from(sin(f64::from(PI as f32 * x as f32)) as f32);
        return PI * PI / (sine * sine) - zeta(2.0, 1.0 - x);
    }
    let factorial = (1..=n.min(200.0) as u32).fold(1.0, |product, k| product * f64::from(k));
    let value = factorial * zeta(n + 1.0, x);
    if n % 2.0 == 0.0 {
        -value
    } else {
        value
    }
}

/// `exp(-|x|) I(x)` of the modified Bessel function of order 0 or 1: its series, and Hankel's expansion for large x.
pub fn bessel_i_scaled(order: f64, x: f64) -> f64 {
    let a = x.abs();
    let sign = if order == 1.0 && x < 0.0 { -1.0 } else { 1.0 };
    let mut sum = 1.0;
    let mut term = 1.0;
    if a <= 20.0 {
        let quarter = a * a / 4.0;
        let mut k = 1.0;
        while term > 1e-12 * sum {
            term *= quarter / (k * (k + order));
            sum += term;
            k += 1.0;
        }
        let first = if order == 1.0 { a / 2.0 } else { 1.0 };
        return sign * exp(-a) * first * sum;
    }
    for k in 1..12 {
        let odd = f64::from(2 * k - 1);
        term *= -(4.0 * order - odd * odd) / (f64::from(8 * k) * a);
        sum += term;
    }
    sign * sum / sqrt(TAU * a)
}
