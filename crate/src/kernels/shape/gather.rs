//! Gathering elements by index along one axis of `[outer, axis, inner]`, and the gradient.

use crate::kernels::reduce::axis::Axis;

/// `out[o][j][i] = x[o][indices[o][j][i]][i]`; `indices` and `out` are `[outer, count, inner]`.
pub fn gather<T: Copy>(x: &[T], indices: &[i32], out: &mut [T], count: usize, dims: Axis) {
    if dims.inner > 1 || out.is_empty() {
        return each(indices, count, dims, |at, source| out[at] = x[source]);
    }
    let blocks = out.chunks_exact_mut(count).zip(indices.chunks_exact(count));
    for ((out, indices), x) in blocks.zip(x.chunks_exact(dims.axis)) {
        for (out, &index) in out.iter_mut().zip(indices) {
            *out = x[index as usize];
        }
    }
}

/// `gradient[o][indices[o][j][i]][i] += upstream[o][j][i]`: the backward pass of [`gather`]; the gradient must be zero before.
pub fn scatter_add(upstream: &[f32], indices: &[i32], gradient: &mut [f32], count: usize, dims: Axis) {
    each(indices, count, dims, |at, place| gradient[place] += upstream[at]);
}

/// Calls `work` with each place in `[outer, count, inner]`, in order, and that of its index in `[outer, axis, inner]`.
#[inline(always)]
pub(super) fn each(
    indices: &[i32],
    count: usize,
    Axis { axis, inner, .. }: Axis,
    mut work: impl FnMut(usize, usize),
) {
    if indices.is_empty() {
        return;
    }
    if inner == 1 {
        for (block, indices) in indices.chunks_exact(count).enumerate() {
            for (j, &index) in indices.iter().enumerate() {
                work(block * count + j, block * axis + index as usize);
            }
        }
        return;
    }
    for (row, indices) in indices.chunks_exact(inner).enumerate() {
        let start = row / count * axis;
        for (i, &index) in indices.iter().enumerate() {
            work(row * inner + i, (start + index as usize) * inner + i);
        }
    }
}
