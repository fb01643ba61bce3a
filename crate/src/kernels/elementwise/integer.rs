//! Exact int32 arithmetic: each function returns whether all results fit. Results that do not fit are not usable as int32.
//!
//! uint8 and bool are widened before and narrowed after. The low bits are right even if a result does not fit, so uint8 wraps
//! correctly.

use super::binary::Broadcast;

/// Stores the low half of an exact result, and records whether it fits.
#[inline(always)]
pub fn store(exact: i64, out: &mut i32, fits: &mut bool) {
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

/// The orderings of two numbers for which a comparison is true.
#[derive(Clone, Copy)]
pub struct Truths {
    pub less: bool,
    pub equal: bool,
    pub greater: bool,
}

/// 1 if the ordering of `a` and `b` is in `truths`, else 0.
pub fn compare(a: &[i32], b: &[i32], truths: Truths, out: &mut [u8], dims: Broadcast) {
    let truths = u32::from(truths.less) | u32::from(truths.equal) << 1 | u32::from(truths.greater) << 2;
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
