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

/// Whether `x` takes the place of `best`: as the first NaN, else as what is greater, or less where the least is wanted.
fn is_better<T: Copy + PartialOrd>(x: T, best: T, least: bool) -> bool {
    let is_nan = |x: T| x.partial_cmp(&x).is_none();
    !is_nan(best) && (is_nan(x) || if least { x < best } else { x > best })
}

/// `out[outer][inner] = max x[outer][·][inner]`, or the least, NaN if any is; the axis must not be empty.
pub fn max_axis<T: Copy + PartialOrd>(x: &[T], out: &mut [T], least: bool, dims: Axis) {
    let Axis { axis, inner, .. } = dims;
    if out.is_empty() {
        return;
    }
    for (x, out) in x.chunks_exact(axis * inner).zip(out.chunks_exact_mut(inner)) {
        out.copy_from_slice(&x[..inner]);
        for row in x.chunks_exact(inner).skip(1) {
            for (out, &x) in out.iter_mut().zip(row) {
                if is_better(x, *out, least) {
                    *out = x;
                }
            }
        }
    }
}

/// Distributes the upstream gradient evenly among the elements that equal the maximum, or the minimum; NaN if that is NaN, as in torch's amax.
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

/// Index of the first maximum, or minimum, or of the first NaN, if any, along the axis, which must not be empty.
pub fn argmax_axis<T: Copy + PartialOrd>(x: &[T], out: &mut [i32], least: bool, dims: Axis) {
    let Axis { axis, inner, .. } = dims;
    for (line, out) in out.iter_mut().enumerate() {
        let value = |k: usize| x[(line / inner * axis + k) * inner + line % inner];
        let best =
            (1..axis).fold(0, |best, k| if is_better(value(k), value(best), least) { k } else { best });
        *out = best as i32;
    }
}
