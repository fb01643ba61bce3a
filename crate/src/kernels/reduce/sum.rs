//! Sums, of whole slices and along one axis of `[outer, axis, inner]`.
//!
//! They sum at most 16 terms per lane (64 per column) in float32, then continue in float64.

use super::axis::Axis;
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{load_block, load_partial, F32x4, BLOCK, LANES};

/// Terms of a lane that are summed in float32.
const FLOAT_TERMS: usize = 16;
const SPAN: usize = FLOAT_TERMS * BLOCK;
const COLUMN_SPAN: usize = 64;
/// Columns that are summed together.
const STRIP: usize = 256;

/// Sum of all elements.
// Not inlined: many kernels sum rows.
#[inline(never)]
pub fn sum(x: &[f32]) -> f64 {
    let mut total = 0.0;
    for span in x.chunks(SPAN) {
        let (blocks, rest) = span.as_chunks::<BLOCK>();
        let mut sums = [F32x4::splat(0.0); 4];
        for block in blocks {
            let block = load_block(block);
            for (sum, x) in sums.iter_mut().zip(block) {
                *sum = *sum + x;
            }
        }
        total += sums.into_iter().map(F32x4::sum_f64).sum::<f64>();
        total += rest.iter().map(|&x| f64::from(x)).sum::<f64>();
    }
    total
}

/// Σ f(a, b) over two slices of one length; f of zeros is 0.
#[inline(always)]
pub fn sum_of_pairs(a: &[f32], b: &[f32], f: impl Fn(F32x4, F32x4) -> F32x4) -> f64 {
    let zero = F32x4::splat(0.0);
    let (a_vectors, a_rest) = a.as_chunks::<LANES>();
    let (b_vectors, b_rest) = b.as_chunks::<LANES>();
    let (mut total, mut sums) = (0.0, zero);
    for (i, (a, b)) in a_vectors.iter().zip(b_vectors).enumerate() {
        sums = sums + f(F32x4::load(a), F32x4::load(b));
        if i % FLOAT_TERMS == FLOAT_TERMS - 1 {
            total += sums.sum_f64();
            sums = zero;
        }
    }
    let rest = f(load_partial(a_rest, 0.0), load_partial(b_rest, 0.0));
    total + sums.sum_f64() + rest.sum_f64()
}

/// `out[outer][inner] = scale * Σ x[outer][·][inner]`; the scale is 1 for a sum, 1 / axis for a mean.
pub fn sum_axis(x: &[f32], scale: f64, out: &mut [f32], dims: Axis) {
    let Axis { axis, inner, .. } = dims;
    if x.is_empty() {
        return out.fill((0.0 * scale) as f32);
    }
    if inner == 1 && axis >= LONG {
        for (x, out) in x.chunks_exact(axis).zip(out) {
            *out = (in_pieces(x, sum) * scale) as f32;
        }
    } else if inner == 1 {
        let rows = items_per_job(out.len(), axis / 2);
        parallel::for_each(chunks(out, rows), |job, out| {
            for (x, out) in x[job * rows * axis..].chunks_exact(axis).zip(out) {
                *out = (sum(x) * scale) as f32;
            }
        });
    } else if inner >= 2 * STRIP {
        // Strips of columns, of one matrix after the other.
        for (x, out) in x.chunks_exact(axis * inner).zip(out.chunks_exact_mut(inner)) {
            let strips = items_per_job(inner.div_ceil(STRIP), axis * STRIP / 2);
            parallel::for_each(chunks(out, strips * STRIP), |job, out| {
                sum_columns(&x[job * strips * STRIP..], scale, out, inner);
            });
        }
    } else {
        let matrices = items_per_job(dims.outer, axis * inner / 2);
        parallel::for_each(chunks(out, matrices * inner), |job, out| {
            let first = job * matrices * axis * inner;
            for (x, out) in x[first..].chunks_exact(axis * inner).zip(out.chunks_exact_mut(inner)) {
                sum_columns(x, scale, out, inner);
            }
        });
    }
}

/// Rows of this length are summed in pieces, which have the length of one [`SPAN`] or several.
const LONG: usize = 1 << 16;

/// The sum of a row by `sum`; pieces of a long one are summed on all threads, and added in their order.
pub fn in_pieces(x: &[f32], sum: impl Fn(&[f32]) -> f64 + Sync) -> f64 {
    if x.len() < LONG {
        return sum(x);
    }
    let mut sums = [0.0; PIECES];
    let length = x.len().div_ceil(PIECES).next_multiple_of(SPAN);
    let count = x.len().div_ceil(length);
    parallel::for_each(chunks(&mut sums[..count], 1), |job, sums| {
        sums[0] = sum(&x[job * length..][..length.min(x.len() - job * length)]);
    });
    sums.iter().sum()
}

const PIECES: usize = 16;

/// Column sums of a matrix whose rows are `stride` elements apart, a strip of them at a time: whole cache lines of each row.
fn sum_columns(x: &[f32], scale: f64, out: &mut [f32], stride: usize) {
    for (strip, out) in out.chunks_mut(STRIP).enumerate() {
        let (start, width) = (strip * STRIP, out.len());
        let mut totals = [0.0f64; STRIP];
        for rows in x[start..].chunks(COLUMN_SPAN.saturating_mul(stride)) {
            let mut sums = [0.0f32; STRIP];
            let sums = &mut sums[..width];
            for rows in rows.chunks(ROWS.saturating_mul(stride)) {
                // All rows but the last one of the matrix have the elements after their part.
                match [0, 1, 2, 3].map(|row| rows.get(row * stride..)?.get(..width)) {
                    [Some(a), Some(b), Some(c), Some(d)] => add_rows([a, b, c, d], sums),
                    rows => rows.into_iter().flatten().for_each(|row| add_rows([row], sums)),
                }
            }
            for (total, sum) in totals.iter_mut().zip(sums) {
                *total += f64::from(*sum);
            }
        }
        for (out, total) in out.iter_mut().zip(totals) {
            *out = (total * scale) as f32;
        }
    }
}

/// Rows that are added to the sums at a time.
const ROWS: usize = 4;

/// Adds rows to the sums one after another.
#[inline(always)]
fn add_rows<const N: usize>(rows: [&[f32]; N], sums: &mut [f32]) {
    let vectors = rows.map(|row| row.as_chunks::<LANES>().0);
    let (sum_vectors, rest) = sums.as_chunks_mut::<LANES>();
    let count = sum_vectors.len();
    let vectors = vectors.map(|row| &row[..count]);
    for (i, sum) in sum_vectors.iter_mut().enumerate() {
        vectors.iter().fold(F32x4::load(sum), |sum, row| sum + F32x4::load(&row[i])).store(sum);
    }
    for (i, sum) in rest.iter_mut().enumerate() {
        *sum = rows.iter().fold(*sum, |sum, row| sum + row[count * LANES + i]);
    }
}
