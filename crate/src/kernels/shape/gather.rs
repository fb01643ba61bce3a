//! Gathering elements by index along one axis of `[outer, axis, inner]`, and the gradient.

use crate::kernels::reduce::axis::Axis;

/// `out[o][j][i] = x[o][indices[o][j][i]][i]`; `indices` and `out` are `[outer, count, inner]`.
pub fn gather<T: Copy>(x: &[T], indices: &[i32], out: &mut [T], count: usize, dims: Axis) {
    for (at, (out, &index)) in out.iter_mut().zip(indices).enumerate() {
        *out = x[source(at, index, count, dims)];
    }
}

/// `gradient[o][indices[o][j][i]][i] += upstream[o][j][i]`: the backward pass of [`gather`]; the gradient must be zero before.
pub fn scatter_add(upstream: &[f32], indices: &[i32], gradient: &mut [f32], count: usize, dims: Axis) {
    for (at, (&upstream, &index)) in upstream.iter().zip(indices).enumerate() {
        gradient[source(at, index, count, dims)] += upstream;
    }
}

/// The position in `x` of the element with `index` for element `at` of the result.
pub(super) fn source(at: usize, index: i32, count: usize, Axis { axis, inner, .. }: Axis) -> usize {
    let (block, column) = (at / (count * inner), at % inner);
    (block * axis + index as usize) * inner + column
}
