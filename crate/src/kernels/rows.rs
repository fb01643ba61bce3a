//! Functions of one or two rows, element by element, for kernels that take several steps on each row.
//!
//! As those of `elementwise`, but small: one vector in flight, and a tail that is not inlined.

use crate::simd::{load_partial, store_partial, F32x4, LANES};

/// `out[i] = f(x[i])`.
#[inline(always)]
pub fn map(x: &[f32], out: &mut [f32], f: impl Fn(F32x4) -> F32x4) {
    let (x_vectors, x_rest) = x.as_chunks::<LANES>();
    let (out_vectors, out_rest) = out.as_chunks_mut::<LANES>();
    for (x, out) in x_vectors.iter().zip(out_vectors) {
        f(F32x4::load(x)).store(out);
    }
    if !out_rest.is_empty() {
        store_tail(f(load_tail(x_rest)), out_rest);
    }
}

/// `out[i] = f(a[i], b[i])`.
#[inline(always)]
pub fn zip(a: &[f32], b: &[f32], out: &mut [f32], f: impl Fn(F32x4, F32x4) -> F32x4) {
    let (a_vectors, a_rest) = a.as_chunks::<LANES>();
    let (b_vectors, b_rest) = b.as_chunks::<LANES>();
    let (out_vectors, out_rest) = out.as_chunks_mut::<LANES>();
    for ((a, b), out) in a_vectors.iter().zip(b_vectors).zip(out_vectors) {
        f(F32x4::load(a), F32x4::load(b)).store(out);
    }
    if !out_rest.is_empty() {
        store_tail(f(load_tail(a_rest), load_tail(b_rest)), out_rest);
    }
}

/// `into[i] = f(into[i], x[i])`.
#[inline(always)]
pub fn combine(into: &mut [f32], x: &[f32], f: impl Fn(F32x4, F32x4) -> F32x4) {
    let (into_vectors, into_rest) = into.as_chunks_mut::<LANES>();
    let (x_vectors, x_rest) = x.as_chunks::<LANES>();
    for (into, x) in into_vectors.iter_mut().zip(x_vectors) {
        f(F32x4::load(into), F32x4::load(x)).store(into);
    }
    if !into_rest.is_empty() {
        store_tail(f(load_tail(into_rest), load_tail(x_rest)), into_rest);
    }
}

/// Fewer than four elements, then zeros.
#[inline(never)]
fn load_tail(x: &[f32]) -> F32x4 {
    load_partial(x, 0.0)
}

#[inline(never)]
fn store_tail(value: F32x4, out: &mut [f32]) {
    store_partial(value, out);
}
