//! Norms and clamping of gradients.

use crate::float64::pow;
use crate::simd::{load_partial, sqrt, store_partial, F32x4, LANES};

/// `(Σ |x|^p)^(1/p)`, summed in float64, which holds powers of any float32 up to the eighth.
/// The maximum of |x| for an infinite p and the minimum for -∞, NaN if any is; for p = 0 the number
/// of non-zero elements.
pub fn norm(x: &[f32], p: f64) -> f64 {
    if p == f64::INFINITY {
        extreme(x, 0.0, F32x4::pmax)
    } else if p == f64::NEG_INFINITY {
        extreme(x, f32::INFINITY, F32x4::pmin)
    } else if p == 0.0 {
        sum_of(x, |x| if x == 0.0 { 0.0 } else { 1.0 })
    } else if p == 1.0 {
        sum_of(x, f64::abs)
    } else if p == 2.0 {
        sqrt(sum_of(x, |x| x * x))
    } else {
        pow(sum_of(x, |x| pow(x.abs(), p)), 1.0 / p)
    }
}

/// `Σ f(x)`, as eight sums, which the compiler turns into vectors.
#[inline(always)]
fn sum_of(x: &[f32], f: impl Fn(f64) -> f64) -> f64 {
    let (blocks, rest) = x.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for block in blocks {
        for (sum, &x) in sums.iter_mut().zip(block) {
            *sum += f(f64::from(x));
        }
    }
    for &x in rest {
        sums[0] += f(f64::from(x));
    }
    sums.iter().sum()
}

/// Folds `start` and all |x| with `choose`; NaN if any is.
#[inline(always)]
fn extreme(x: &[f32], start: f32, choose: impl Fn(F32x4, F32x4) -> F32x4) -> f64 {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let rest = load_partial(rest, start);
    let (mut best, mut is_nan) = (choose(F32x4::splat(start), rest.abs()), rest.ne(rest));
    for x in vectors {
        let x = F32x4::load(x);
        best = choose(best, x.abs());
        is_nan = is_nan | x.ne(x);
    }
    if is_nan.to_array().iter().any(|lane| lane.to_bits() != 0) {
        return f64::NAN;
    }
    let [a, b, c, d] = best.to_array().map(F32x4::splat);
    f64::from(choose(choose(a, b), choose(c, d)).to_array()[0])
}

/// `min(max(x, -limit), limit)`; NaN stays.
pub fn clamp_in_place(x: &mut [f32], limit: f32) {
    let (low, high) = (F32x4::splat(-limit), F32x4::splat(limit));
    let bounded = |x: F32x4| x.pmax(low).pmin(high);
    let (vectors, rest) = x.as_chunks_mut::<LANES>();
    for x in vectors {
        bounded(F32x4::load(x)).store(x);
    }
    store_partial(bounded(load_partial(rest, 0.0)), rest);
}
