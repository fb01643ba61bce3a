//! Sums, of whole slices and along one axis of `[outer, axis, inner]`.
//!
//! They sum at most 16 terms per lane (64 per column) in float32, then continue in float64.

use super::axis::Axis;
use crate::simd::{load_block, load_partial, store_block, F32x4, BLOCK, LANES};

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
    let Axis { outer, axis, inner } = dims;
    if x.is_empty() {
        return out.fill((0.0 * scale) as f32);
    }
    for i in 0..outer {
        let x = &x[i * axis * inner..(i + 1) * axis * inner];
        let out = &mut out[i * inner..(i + 1) * inner];
        if inner == 1 {
            out[0] = (sum(x) * scale) as f32;
        } else {
            sum_columns(x, scale, out, inner);
        }
    }
}

/// Column sums of a matrix with `columns` columns, a strip of them at a time: whole cache lines of each row.
fn sum_columns(x: &[f32], scale: f64, out: &mut [f32], columns: usize) {
    for (strip, out) in out.chunks_mut(STRIP).enumerate() {
        let start = strip * STRIP;
        let width = out.len();
        let mut totals = [0.0f64; STRIP];
        for rows in x.chunks(COLUMN_SPAN.saturating_mul(columns)) {
            let mut sums = [0.0f32; STRIP];
            for row in rows.chunks_exact(columns) {
                add_row(&row[start..start + width], &mut sums[..width]);
            }
            for (total, sum) in totals.iter_mut().zip(sums) {
                *total += f64::from(sum);
            }
        }
        for (out, total) in out.iter_mut().zip(totals) {
            *out = (total * scale) as f32;
        }
    }
}

#[inline(always)]
fn add_row(row: &[f32], sums: &mut [f32]) {
    let (blocks, rest) = row.as_chunks::<BLOCK>();
    let (sum_blocks, sums_rest) = sums.as_chunks_mut::<BLOCK>();
    for (x, sum) in blocks.iter().zip(sum_blocks) {
        let (x, old) = (load_block(x), load_block(sum));
        store_block(std::array::from_fn(|i| old[i] + x[i]), sum);
    }
    for (x, sum) in rest.iter().zip(sums_rest) {
        *sum += x;
    }
}
