//! Maxima, of whole slices and along one axis of `[outer, axis, inner]`.

use super::axis::Axis;
use crate::simd::{load_partial, F32x4, LANES};

/// The greatest element, ignoring NaN; -inf if there is none.
pub fn maximum(x: &[f32]) -> f32 {
    let least = F32x4::splat(f32::NEG_INFINITY);
    let (vectors, rest) = x.as_chunks::<LANES>();
    let most = vectors.iter().fold(least, |most, x| most.pmax(F32x4::load(x)));
    let most = most.pmax(load_partial(rest, f32::NEG_INFINITY));
    most.to_array().into_iter().fold(f32::NEG_INFINITY, |most, x| if most < x { x } else { most })
}

/// `out[outer][inner] = max x[outer][·][inner]`, NaN if any is; the axis must not be empty.
pub fn max_axis(x: &[f32], out: &mut [f32], dims: Axis) {
    let Axis { outer, axis, inner } = dims;
    if out.is_empty() {
        return;
    }
    for i in 0..outer {
        let x = &x[i * axis * inner..(i + 1) * axis * inner];
        let out = &mut out[i * inner..(i + 1) * inner];
        out.fill(f32::NEG_INFINITY);
        for row in x.chunks_exact(inner) {
            for (out, &x) in out.iter_mut().zip(row) {
                if x > *out || x.is_nan() {
                    *out = x;
                }
            }
        }
    }
}

/// Distributes the upstream gradient evenly among the elements that equal the maximum; NaN if that is NaN, as in torch's amax.
pub fn max_axis_backward(upstream: &[f32], x: &[f32], maximum: &[f32], gradient: &mut [f32], dims: Axis) {
    let Axis { outer, axis, inner } = dims;
    if x.is_empty() {
        return;
    }
    for o in 0..outer {
        for i in 0..inner {
            let at = |k: usize| (o * axis + k) * inner + i;
            let (maximum, upstream) = (maximum[o * inner + i], upstream[o * inner + i]);
            let ties = (0..axis).filter(|&k| x[at(k)] == maximum).count() as f32;
            for k in 0..axis {
                let share = if x[at(k)] == maximum { upstream } else { 0.0 };
                gradient[at(k)] = share / ties;
            }
        }
    }
}

/// Index of the first maximum (of the first NaN, if any) along the axis, which must not be empty.
pub fn argmax_axis<T: Copy + PartialOrd>(x: &[T], out: &mut [i32], dims: Axis) {
    let Axis { axis, inner, .. } = dims;
    let is_nan = |x: T| x.partial_cmp(&x).is_none();
    for (line, out) in out.iter_mut().enumerate() {
        let value = |k: usize| x[(line / inner * axis + k) * inner + line % inner];
        let mut best = 0;
        for k in 1..axis {
            if !is_nan(value(best)) && (value(k) > value(best) || is_nan(value(k))) {
                best = k;
            }
        }
        *out = best as i32;
    }
}
