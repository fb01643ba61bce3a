//! The product of a matrix and a vector, which reads the matrix once: packing it would take longer than the product.

use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{load_block, load_partial, store_block, F32x4, BLOCK, LANES};

/// Multiply-adds in the time of one element of a simple map.
const PER_ELEMENT: usize = 4;
/// Rows that are added to the sums at a time.
const ROWS: usize = 4;
/// The fewest columns of a job.
const MIN_COLUMNS: usize = 64;

/// `out[i] = start(i) + Σ_p rows[i][p] x[p]`.
pub fn by_rows(rows: &[f32], x: &[f32], start: &(dyn Fn(usize) -> f32 + Sync), out: &mut [f32]) {
    let k = x.len();
    let size = items_per_job(out.len(), k / PER_ELEMENT);
    parallel::for_each(chunks(out, size), |job, out| {
        for (i, out) in (job * size..).zip(out) {
            *out = start(i) + dot(&rows[i * k..][..k], x);
        }
    });
}

#[inline(never)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a_blocks, a_rest), (b_blocks, b_rest)) = (a.as_chunks::<BLOCK>(), b.as_chunks::<BLOCK>());
    let mut sums = [F32x4::splat(0.0); BLOCK / LANES];
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for ((sum, a), b) in sums.iter_mut().zip(load_block(a)).zip(load_block(b)) {
            *sum = a.mul_add(b, *sum);
        }
    }
    for (a, b) in a_rest.chunks(LANES).zip(b_rest.chunks(LANES)) {
        sums[0] = load_partial(a, 0.0).mul_add(load_partial(b, 0.0), sums[0]);
    }
    sums.into_iter().map(F32x4::sum_f64).sum::<f64>() as f32
}

/// `out[j] = start(j) + Σ_p x[p] rows[p][j]`.
pub fn by_columns(rows: &[f32], x: &[f32], start: &(dyn Fn(usize) -> f32 + Sync), out: &mut [f32]) {
    let n = out.len();
    let size = items_per_job(n, x.len() / PER_ELEMENT).max(MIN_COLUMNS).next_multiple_of(BLOCK);
    parallel::for_each(chunks(out, size), |job, out| {
        let left = job * size;
        for (j, out) in (left..).zip(&mut *out) {
            *out = start(j);
        }
        let width = out.len();
        let row = |p: usize| &rows[p * n + left..][..width];
        let (whole, rest) = x.as_chunks::<ROWS>();
        for (i, &factors) in whole.iter().enumerate() {
            let p = i * ROWS;
            add_rows([row(p), row(p + 1), row(p + 2), row(p + 3)], factors, out);
        }
        for (p, &factor) in (x.len() - rest.len()..).zip(rest) {
            for (out, &row) in out.iter_mut().zip(row(p)) {
                *out += factor * row;
            }
        }
    });
}

/// `out += Σ_i factors[i] rows[i]`.
#[inline(never)]
fn add_rows(rows: [&[f32]; ROWS], factors: [f32; ROWS], out: &mut [f32]) {
    let lanes = factors.map(F32x4::splat);
    let blocks = rows.map(|row| row.as_chunks::<BLOCK>().0);
    let (out, rest) = out.as_chunks_mut::<BLOCK>();
    let done = out.len() * BLOCK;
    for (i, out) in out.iter_mut().enumerate() {
        let mut sums = load_block(out);
        for (row, factor) in blocks.iter().zip(lanes) {
            for (sum, x) in sums.iter_mut().zip(load_block(&row[i])) {
                *sum = x.mul_add(factor, *sum);
            }
        }
        store_block(sums, out);
    }
    for (j, out) in (done..).zip(rest) {
        for (row, factor) in rows.iter().zip(factors) {
            *out += factor * row[j];
        }
    }
}
