//! Exact int32 arithmetic: each function returns whether all results fit. Results that do not fit are not usable as int32.
//!
//! uint8 and bool are widened before and narrowed after. The low bits are right even if a result does not fit, so uint8 wraps
//! correctly.

use super::binary::Broadcast;
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{as_floats, as_floats_mut, F32x4, LANES};
use std::cmp;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stores the low half of an exact result, and records whether it fits.
#[inline(always)]
pub fn store(exact: i64, out: &mut i32, fits: &mut bool) {
    *out = exact as i32;
    *fits &= i64::from(*out) == exact;
}

/// `f(a[row][column], b[row][column], &mut out[row][column])`, broadcast.
#[inline(always)]
pub fn pairs<T>(a: &[i32], b: &[i32], out: &mut [T], dims: Broadcast, mut f: impl FnMut(i64, i64, &mut T)) {
    for (row, out) in out.chunks_mut(dims.columns.max(1)).enumerate() {
        let (mut at_a, mut at_b) = (row * dims.a_row_stride, row * dims.b_row_stride);
        for out in out {
            f(i64::from(a[at_a]), i64::from(b[at_b]), out);
            at_a += dims.a_column_stride;
            at_b += dims.b_column_stride;
        }
    }
}

/// An operand of one row, four elements at a time.
#[derive(Clone, Copy)]
enum Lines<'a> {
    Each(&'a [[f32; LANES]]),
    Same(F32x4),
}

impl Lines<'_> {
    fn new(x: &[i32], repeated: bool) -> Lines<'_> {
        if repeated {
            Lines::Same(F32x4::splat(f32::from_bits(x[0].cast_unsigned())))
        } else {
            Lines::Each(as_floats(x).as_chunks().0)
        }
    }
    #[inline(always)]
    fn at(self, i: usize) -> F32x4 {
        match self {
            Lines::Each(vectors) => F32x4::load(&vectors[i]),
            Lines::Same(value) => value,
        }
    }
}

/// Computes four elements at a time, and one by one at the ends of parts and where `vectors`, which returns results and a mask
/// with a bit where they may not fit, is not sure.
#[inline(always)]
fn in_lanes(
    a: &[i32],
    b: &[i32],
    out: &mut [i32],
    dims: Broadcast,
    vectors: impl Fn(F32x4, F32x4) -> (F32x4, F32x4) + Sync,
    exact: impl Fn(i64, i64) -> i64 + Sync,
) -> bool {
    let dims = dims.joined();
    in_parts(a, b, out, dims, &|a, b, out| {
        let mut fits = true;
        let (a_vectors, b_vectors) =
            (Lines::new(a, dims.a_column_stride == 0), Lines::new(b, dims.b_column_stride == 0));
        let mut unsure = F32x4::splat(0.0);
        let results = as_floats_mut(out).as_chunks_mut::<LANES>().0;
        for (i, out) in results.iter_mut().enumerate() {
            let (result, doubt) = vectors(a_vectors.at(i), b_vectors.at(i));
            unsure = unsure | doubt;
            result.store(out);
        }
        let done = if unsure.has_bits() { 0 } else { results.len() * LANES };
        for (i, out) in out.iter_mut().enumerate().skip(done) {
            let (a, b) = (a[i * dims.a_column_stride], b[i * dims.b_column_stride]);
            store(exact(i64::from(a), i64::from(b)), out, &mut fits);
        }
        fits
    })
}

/// A function of a part of a row of each operand and of the result; says whether all results fit.
type Part<'a> = dyn Fn(&[i32], &[i32], &mut [i32]) -> bool + Sync + 'a;

/// Runs `part` over all rows, on all threads; says whether all results fit.
fn in_parts(a: &[i32], b: &[i32], out: &mut [i32], dims: Broadcast, part: &Part) -> bool {
    let all_fit = AtomicBool::new(true);
    let size = items_per_job(dims.columns, 1);
    for (row, out) in out.chunks_mut(dims.columns.max(1)).enumerate() {
        let (a, b) = (&a[row * dims.a_row_stride..], &b[row * dims.b_row_stride..]);
        parallel::for_each(chunks(out, size), |job, out| {
            let first = job * size;
            if !part(&a[first * dims.a_column_stride..], &b[first * dims.b_column_stride..], out) {
                all_fit.store(false, Ordering::Relaxed);
            }
        });
    }
    all_fit.into_inner()
}

/// `out = a + alpha b`.
pub fn add(a: &[i32], b: &[i32], alpha: i32, out: &mut [i32], dims: Broadcast) -> bool {
    const SIGN: F32x4 = F32x4::splat(-0.0);
    // A sum does not fit if its sign differs from that of both terms.
    if alpha == 1 {
        let sum = |a: F32x4, b: F32x4| {
            let sum = a.add_bits(b);
            (sum, (a ^ sum) & (b ^ sum) & SIGN)
        };
        return in_lanes(a, b, out, dims, sum, |a, b| a + b);
    }
    if alpha == -1 {
        let difference = |a: F32x4, b: F32x4| {
            let difference = a.sub_bits(b);
            (difference, (a ^ b) & (a ^ difference) & SIGN)
        };
        return in_lanes(a, b, out, dims, difference, |a, b| a - b);
    }
    let (alpha, mut fits) = (i64::from(alpha), true);
    pairs(a, b, out, dims, |a, b, out| store(a + alpha * b, out, &mut fits));
    fits
}

/// `out = a b`.
pub fn mul(a: &[i32], b: &[i32], out: &mut [i32], dims: Broadcast) -> bool {
    // Below this even the exact product is less than 2^31: three roundings are off by 2^-22 at most.
    const SURE: F32x4 = F32x4::splat(2_147_480_000.0);
    let product = |a: F32x4, b: F32x4| {
        let approximate = (a.bits_to_float() * b.bits_to_float()).abs();
        (a.mul_bits(b), SURE.le(approximate))
    };
    in_lanes(a, b, out, dims, product, |a, b| a * b)
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
    let mask = |wanted: bool| F32x4::splat(f32::from_bits(u32::from(wanted)));
    let (less, equal, greater) = (mask(truths.less), mask(truths.equal), mask(truths.greater));
    let dims = dims.joined();
    for (row, out) in out.chunks_mut(dims.columns.max(1)).enumerate() {
        let (a, b) = (&a[row * dims.a_row_stride..], &b[row * dims.b_row_stride..]);
        let (a_vectors, b_vectors) =
            (Lines::new(a, dims.a_column_stride == 0), Lines::new(b, dims.b_column_stride == 0));
        let (results, rest) = out.as_chunks_mut::<LANES>();
        let done = results.len() * LANES;
        for (i, out) in results.iter_mut().enumerate() {
            let (a, b) = (a_vectors.at(i), b_vectors.at(i));
            let truth =
                (less & b.bits_greater(a)) | (equal & a.bits_equal(b)) | (greater & a.bits_greater(b));
            *out = truth.to_low_bytes();
        }
        for (i, out) in (done..).zip(rest) {
            let (a, b) = (a[i * dims.a_column_stride], b[i * dims.b_column_stride]);
            let truth = match a.cmp(&b) {
                cmp::Ordering::Less => truths.less,
                cmp::Ordering::Equal => truths.equal,
                cmp::Ordering::Greater => truths.greater,
            };
            *out = u8::from(truth);
        }
    }
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
