//! Products of many pairs of matrices of the same sizes.

use super::gemm::{gemm, Dims, WORKSPACE_OF_THREAD};
use crate::parallel::{self, chunks, items_per_job};

/// Multiply-adds in the time of one element of a simple map.
const PER_ELEMENT: usize = 8;
/// From so many products on each has one thread; fewer have all threads each.
const MANY: usize = 8;

/// `out[i] = A[i] B[i]`. There may be fewer matrices in `a` or `b`, which are then repeated, each as often as the others.
/// `workspace` is that of [`gemm()`].
pub fn gemm_batch(a: &[f32], b: &[f32], out: &mut [f32], workspace: &mut [f32], dims: Dims) {
    if out.is_empty() {
        return;
    }
    let Dims { m, n, k, .. } = dims;
    let product = |i: usize, out: &mut [f32], workspace: &mut [f32]| {
        let matrix =
            |x: &[f32], size: usize| x.len().checked_div(size).map_or(0, |matrices| i % matrices * size);
        let (a_start, b_start) = (matrix(a, m * k), matrix(b, k * n));
        gemm(&a[a_start..][..m * k], &b[b_start..][..k * n], None, out, workspace, dims);
    };
    let count = out.len() / (m * n);
    if count < MANY {
        for (i, out) in out.chunks_exact_mut(m * n).enumerate() {
            product(i, out, workspace);
        }
        return;
    }
    let cost = m.saturating_mul(n).saturating_mul(k) / PER_ELEMENT;
    let items = items_per_job(count, cost);
    parallel::for_each_with(
        chunks(out, items * m * n),
        workspace,
        WORKSPACE_OF_THREAD,
        |job, out, workspace| {
            for (i, out) in out.chunks_exact_mut(m * n).enumerate() {
                product(job * items + i, out, workspace);
            }
        },
    );
}
