//! Helpers of `nn.init`: truncation by rejection, and orthonormal rows.

use crate::simd::sqrt;

fn is_outside(value: f32, low: f32, high: f32) -> bool {
    value < low || value > high
}

/// The number of elements outside [low, high].
pub fn count_outside(x: &[f32], low: f32, high: f32) -> usize {
    x.iter().filter(|&&value| is_outside(value, low, high)).count()
}

/// Replaces each element outside [low, high] by its candidate.
pub fn replace_outside(x: &mut [f32], candidates: &[f32], low: f32, high: f32) {
    for (x, &candidate) in x.iter_mut().zip(candidates) {
        if is_outside(*x, low, high) {
            *x = candidate;
        }
    }
}

/// One round of rejection sampling of a truncated normal distribution from uniform candidates: pending
/// elements become the candidate, and stay pending if `log u` exceeds the logarithm of the
/// density over its peak. Returns the number of pending elements.
pub fn accept_normal(
    x: &mut [f32],
    candidates: &[f32],
    uniforms: &[f32],
    pending: &mut [u8],
    mean: f32,
    std: f32,
    log_peak: f32,
) -> usize {
    let mut left = 0;
    let drawn = candidates.iter().zip(uniforms);
    for ((x, pending), (&candidate, &u)) in x.iter_mut().zip(pending).zip(drawn) {
        if *pending == 0 {
            continue;
        }
        let distance = (candidate - mean) / std;
        let log_density = distance * distance * -0.5 - log_peak;
        *x = candidate;
        *pending = u8::from((libm::log(f64::from(u)) as f32) > log_density);
        left += usize::from(*pending);
    }
    left
}

/// Makes the rows of x [rows, length] orthonormal, `rows <= length`, by Gram & Schmidt, applied twice, which is
/// enough. The result is Q of the QR decomposition of the transpose with
/// a positive diagonal of R.
pub fn orthonormal_rows(x: &mut [f32], length: usize) {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>();
    for start in (0..x.len()).step_by(length.max(1)) {
        let (done, rest) = x.split_at_mut(start);
        let row = &mut rest[..length];
        for _ in 0..2 {
            for other in done.chunks_exact(length) {
                let projection = dot(row, other);
                for (row, &other) in row.iter_mut().zip(other) {
                    *row = (f64::from(*row) - projection * f64::from(other)) as f32;
                }
            }
            let norm = sqrt(dot(row, row));
            for value in row.iter_mut() {
                *value = (f64::from(*value) / norm) as f32;
            }
        }
    }
}

/// `P(X < x)` of the standard normal distribution: `1/2 + density(x) (x + x³/3 + x⁵/(3·5) + …)`, with an
/// absolute error of 1e-15.
pub fn normal_cdf(x: f64) -> f64 {
    // Beyond, the sum has too many terms and the result is 0 or 1.
    if x.abs() > 9.0 {
        return if x < 0.0 { 0.0 } else { 1.0 };
    }
    let (mut term, mut sum, mut odd) = (x, x, 1.0);
    while term.abs() > sum.abs() * 1e-17 {
        odd += 2.0;
        term *= x * x / odd;
        sum += term;
    }
    0.5 + sum * libm::exp(-0.5 * x * x) / sqrt(std::f64::consts::TAU)
}
