//! Gathering elements by index along one axis of `[outer, axis, inner]`, and the gradient.

use crate::kernels::reduce::axis::Axis;

/// `out[o][j][i] = x[o][indices[o][j][i]][i]`; `indices` and `out` are `[outer, count, inner]`.
pub fn gather<T: Copy>(x: &[T], indices: &[i32], out: &mut [T], count: usize, dims: Axis) {
    each(indices, count, dims, |at, source| out[at] = x[source]);
}

/// `gradient[o][indices[o][j][i]][i] += upstream[o][j][i]`: the backward pass of [`gather`]; the gradient must be zero before.
pub fn scatter_add(upstream: &[f32], indices: &[i32], gradient: &mut [f32], count: usize, dims: Axis) {
    each(indices, count, dims, |at, source| gradient[source] += upstream[at]);
}

/// Calls `f` with each place of `indices` and the position in `x` to which it points.
#[inline(always)]
fn each(indices: &[i32], count: usize, dims: Axis, mut f: impl FnMut(usize, usize)) {
    let Axis { axis, inner, .. } = dims;
    if indices.is_empty() {
        return;
    }
    let block = count * inner;
    for (i, indices) in indices.chunks_exact(block).enumerate() {
        if inner == 1 {
            for (j, &index) in indices.iter().enumerate() {
                f(i * block + j, i * axis + index as usize);
            }
            continue;
        }
        for (j, row) in indices.chunks_exact(inner).enumerate() {
            for (column, &index) in row.iter().enumerate() {
                f(i * block + j * inner + column, (i * axis + index as usize) * inner + column);
            }
        }
    }
}

/// The position in `x` of the element with `index` for element `at` of the result.
pub(super) fn source(at: usize, index: i32, count: usize, Axis { axis, inner, .. }: Axis) -> usize {
    let (block, column) = (at / (count * inner), at % inner);
    (block * axis + index as usize) * inner + column
}
