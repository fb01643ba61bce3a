//! Arithmetic of int32, exact: each function tells whether all results fit, and never wraps or rounds one that does not.
//!
//! uint8 and bool are widened before and narrowed after: the low bits are right whatever does not fit, so that uint8 wraps as
//! it should.

use super::elementwise::Broadcast;
use super::reduce::Axis;

/// Stores the low half of an exact result, and keeps in mind whether it is all of it.
#[inline(always)]
fn store(exact: i64, out: &mut i32, fits: &mut bool) {
    *out = exact as i32;
    *fits &= i64::from(*out) == exact;
}

/// `f(a[row][column], b[row][column], &mut out[row][column])`, broadcast.
#[inline(always)]
fn pairs<T>(a: &[i32], b: &[i32], out: &mut [T], dims: Broadcast, mut f: impl FnMut(i64, i64, &mut T)) {
    for (row, out) in out.chunks_mut(dims.columns.max(1)).enumerate() {
        let (mut at_a, mut at_b) = (row * dims.a_row_stride, row * dims.b_row_stride);
        for out in out {
            f(i64::from(a[at_a]), i64::from(b[at_b]), out);
            at_a += dims.a_column_stride;
            at_b += dims.b_column_stride;
        }
    }
}

/// `out = a + alpha b`.
pub fn add(a: &[i32], b: &[i32], alpha: i32, out: &mut [i32], dims: Broadcast) -> bool {
    let (alpha, mut fits) = (i64::from(alpha), true);
    pairs(a, b, out, dims, |a, b, out| store(a + alpha * b, out, &mut fits));
    fits
}

/// `out = a b`.
pub fn mul(a: &[i32], b: &[i32], out: &mut [i32], dims: Broadcast) -> bool {
    let mut fits = true;
    pairs(a, b, out, dims, |a, b, out| store(a * b, out, &mut fits));
    fits
}

/// 1 where the comparison is one of `truths`, else 0: bit 0 stands for less, bit 1 for equal, bit 2 for greater.
pub fn compare(a: &[i32], b: &[i32], truths: u32, out: &mut [u8], dims: Broadcast) {
    pairs(a, b, out, dims, |a, b, out| {
        let order = 1 + u32::from(a > b) - u32::from(a < b);
        *out = (truths >> order & 1) as u8;
    });
}

/// `out = |x|`.
pub fn abs(x: &[i32], out: &mut [i32]) -> bool {
    let mut fits = true;
    for (out, &x) in out.iter_mut().zip(x) {
        store(i64::from(x).abs(), out, &mut fits);
    }
    fits
}

/// `out = min(max(x, low), high)`.
pub fn clamp(x: &[i32], low: i32, high: i32, out: &mut [i32]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = x.max(low).min(high);
    }
}

/// Columns that are summed at a time.
const STRIP: usize = 16;

/// `out[outer][inner] = Σ x[outer][·][inner]`.
pub fn sum_axis(x: &[i32], out: &mut [i32], dims: Axis) -> bool {
    let Axis { axis, inner, .. } = dims;
    let mut fits = true;
    for (i, out) in out.chunks_mut(inner.max(1)).enumerate() {
        let x = &x[i * axis * inner..(i + 1) * axis * inner];
        if let [out] = out {
            store(x.iter().map(|&x| i64::from(x)).sum(), out, &mut fits);
            continue;
        }
        for (strip, out) in out.chunks_mut(STRIP).enumerate() {
            let mut totals = [0i64; STRIP];
            for row in x.chunks_exact(inner) {
                for (total, &x) in totals.iter_mut().zip(&row[strip * STRIP..][..out.len()]) {
                    *total += i64::from(x);
                }
            }
            for (out, total) in out.iter_mut().zip(totals) {
                store(total, out, &mut fits);
            }
        }
    }
    fits
}

/// The greatest value along the axis, which must not be empty; or the index of the first such.
pub fn max_axis(x: &[i32], out: &mut [i32], wants_index: bool, dims: Axis) {
    let Axis { axis, inner, .. } = dims;
    for (i, out) in out.iter_mut().enumerate() {
        let value = |k: usize| x[(i / inner * axis + k) * inner + i % inner];
        let best = (1..axis).fold(0, |best, k| if value(k) > value(best) { k } else { best });
        *out = if wants_index { best as i32 } else { value(best) };
    }
}

/// How the right matrix of a product lies: its element (row, column) is at `row * row_stride + column * column_stride`.
#[derive(Clone, Copy)]
pub struct Right {
    pub columns: usize,
    pub row_stride: usize,
    pub column_stride: usize,
}

/// `out [m, n] = a [m, k] b [k, n]`.
pub fn matmul(a: &[i32], b: &[i32], out: &mut [i32], k: usize, right: Right) -> bool {
    let mut fits = true;
    for (i, out) in out.iter_mut().enumerate() {
        let (row, column) = (i / right.columns, i % right.columns);
        let mut total = 0i64;
        for p in 0..k {
            let product =
                i64::from(a[row * k + p]) * i64::from(b[p * right.row_stride + column * right.column_stride]);
            let (sum, wraps) = total.overflowing_add(product);
            (total, fits) = (sum, fits && !wraps);
        }
        store(total, out, &mut fits);
    }
    fits
}
