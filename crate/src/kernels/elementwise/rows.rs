//! Functions of one or two rows, element by element.
//!
//! Each function has only its own loop over whole vectors. A shared driver passes the tail as one padded
//! vector, so a kernel's arithmetic is compiled once, or for short functions once for four
//! vectors in flight and once for single vectors.

use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{load_block, load_partial, store_block, store_partial, F32x4, BLOCK, LANES};
use std::slice::{from_mut, from_ref};

pub type Lanes = [f32; LANES];

/// `out[i] = f(x[i])`.
#[inline(always)]
pub fn map(x: &[f32], out: &mut [f32], f: impl Fn(F32x4) -> F32x4 + Sync) {
    in_vectors(x, x, out, &Map(f));
}

/// The same for a long function: the machine overlaps consecutive vectors without unrolling.
#[inline(always)]
pub fn map_long(x: &[f32], out: &mut [f32], f: impl Fn(F32x4) -> F32x4 + Sync) {
    in_vectors(x, x, out, &Long(|x, _| f(x)));
}

/// `out[i] = f(a[i], b[i])`.
#[inline(always)]
pub fn zip(a: &[f32], b: &[f32], out: &mut [f32], f: impl Fn(F32x4, F32x4) -> F32x4 + Sync) {
    in_vectors(a, b, out, &Zip(f));
}

/// The same for a long function.
#[inline(always)]
pub fn zip_long(a: &[f32], b: &[f32], out: &mut [f32], f: impl Fn(F32x4, F32x4) -> F32x4 + Sync) {
    in_vectors(a, b, out, &Long(f));
}

/// `x[i] = f(x[i])`.
#[inline(always)]
pub fn map_in_place(x: &mut [f32], f: impl Fn(F32x4) -> F32x4 + Sync) {
    in_vectors_in_place(x, &[], &Map(f));
}

/// `into[i] = f(into[i], x[i])`.
#[inline(always)]
pub fn combine(into: &mut [f32], x: &[f32], f: impl Fn(F32x4, F32x4) -> F32x4 + Sync) {
    in_vectors_in_place(into, x, &Zip(f));
}

/// A function of whole vectors of two operands. Not `Fn`, which would be compiled twice behind a pointer.
pub trait Vectors: Sync {
    fn run(&self, a: &[Lanes], b: &[Lanes], out: &mut [Lanes]);
}

/// The same in place.
trait VectorsInPlace: Sync {
    fn run(&self, into: &mut [Lanes], x: &[Lanes]);
}

struct Map<F>(F);
struct Zip<F>(F);
struct Long<F: Fn(F32x4, F32x4) -> F32x4>(F);

impl<F: Fn(F32x4) -> F32x4 + Sync> Vectors for Map<F> {
    fn run(&self, x: &[Lanes], _: &[Lanes], out: &mut [Lanes]) {
        map_vectors(x, out, &self.0);
    }
}

impl<F: Fn(F32x4, F32x4) -> F32x4 + Sync> Vectors for Zip<F> {
    fn run(&self, a: &[Lanes], b: &[Lanes], out: &mut [Lanes]) {
        zip_vectors(a, b, out, &self.0);
    }
}

impl<F: Fn(F32x4, F32x4) -> F32x4 + Sync> Vectors for Long<F> {
    fn run(&self, a: &[Lanes], b: &[Lanes], out: &mut [Lanes]) {
        for ((a, b), out) in a.iter().zip(b).zip(out) {
            (self.0)(F32x4::load(a), F32x4::load(b)).store(out);
        }
    }
}

#[inline(always)]
pub fn map_vectors(x: &[Lanes], out: &mut [Lanes], f: impl Fn(F32x4) -> F32x4 + Sync) {
    let (x_blocks, x_rest) = x.as_flattened().as_chunks::<BLOCK>();
    let (blocks, rest) = out.as_flattened_mut().as_chunks_mut::<BLOCK>();
    for (x, out) in x_blocks.iter().zip(blocks) {
        store_block(load_block(x).map(&f), out);
    }
    for (x, out) in x_rest.as_chunks().0.iter().zip(rest.as_chunks_mut().0) {
        f(F32x4::load(x)).store(out);
    }
}

#[inline(always)]
pub fn zip_vectors(a: &[Lanes], b: &[Lanes], out: &mut [Lanes], f: impl Fn(F32x4, F32x4) -> F32x4 + Sync) {
    let (a_blocks, a_rest) = a.as_flattened().as_chunks::<BLOCK>();
    let (b_blocks, b_rest) = b.as_flattened().as_chunks::<BLOCK>();
    let (blocks, rest) = out.as_flattened_mut().as_chunks_mut::<BLOCK>();
    for ((a, b), out) in a_blocks.iter().zip(b_blocks).zip(blocks) {
        let (a, b) = (load_block(a), load_block(b));
        store_block(std::array::from_fn(|i| f(a[i], b[i])), out);
    }
    let rests = a_rest.as_chunks().0.iter().zip(b_rest.as_chunks().0);
    for ((a, b), out) in rests.zip(rest.as_chunks_mut().0) {
        f(F32x4::load(a), F32x4::load(b)).store(out);
    }
}

impl<F: Fn(F32x4) -> F32x4 + Sync> VectorsInPlace for Map<F> {
    fn run(&self, x: &mut [Lanes], _: &[Lanes]) {
        let (blocks, rest) = x.as_flattened_mut().as_chunks_mut::<BLOCK>();
        for x in blocks {
            store_block(load_block(x).map(&self.0), x);
        }
        for x in rest.as_chunks_mut().0 {
            (self.0)(F32x4::load(x)).store(x);
        }
    }
}

impl<F: Fn(F32x4, F32x4) -> F32x4 + Sync> VectorsInPlace for Zip<F> {
    fn run(&self, into: &mut [Lanes], x: &[Lanes]) {
        let (blocks, rest) = into.as_flattened_mut().as_chunks_mut::<BLOCK>();
        let (x_blocks, x_rest) = x.as_flattened().as_chunks::<BLOCK>();
        for (into, x) in blocks.iter_mut().zip(x_blocks) {
            let (a, b) = (load_block(into), load_block(x));
            store_block(std::array::from_fn(|i| (self.0)(a[i], b[i])), into);
        }
        for (into, x) in rest.as_chunks_mut().0.iter_mut().zip(x_rest.as_chunks().0) {
            (self.0)(F32x4::load(into), F32x4::load(x)).store(into);
        }
    }
}

pub fn in_vectors(a: &[f32], b: &[f32], out: &mut [f32], f: &dyn Vectors) {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks(), b.as_chunks());
    let (vectors, rest) = out.as_chunks_mut();
    let size = items_per_job(vectors.len(), LANES);
    if vectors.len() <= size {
        // As the only job would, without the calls that hand it over.
        f.run(a, b, vectors);
    } else {
        parallel::for_each(chunks(vectors, size), |job, out| {
            f.run(part_of(a, job, size), part_of(b, job, size), out);
        });
    }
    if !rest.is_empty() {
        let [a, b] = [a_rest, b_rest].map(|x| load_partial(x, 0.0).to_array());
        let mut result = [0.0; LANES];
        f.run(from_ref(&a), from_ref(&b), from_mut(&mut result));
        store_partial(F32x4::load(&result), rest);
    }
}

#[inline(never)]
fn in_vectors_in_place(into: &mut [f32], x: &[f32], f: &dyn VectorsInPlace) {
    let (x, x_rest) = x.as_chunks();
    let (vectors, rest) = into.as_chunks_mut();
    let size = items_per_job(vectors.len(), LANES);
    if vectors.len() <= size {
        f.run(vectors, x);
    } else {
        parallel::for_each(chunks(vectors, size), |job, into| {
            f.run(into, part_of(x, job, size));
        });
    }
    if !rest.is_empty() {
        let [mut into, x] = [&*rest, x_rest].map(|x| load_partial(x, 0.0).to_array());
        f.run(from_mut(&mut into), from_ref(&x));
        store_partial(F32x4::load(&into), rest);
    }
}

/// The same part of an operand; all of one that is absent or one vector, which is repeated.
fn part_of(x: &[Lanes], job: usize, size: usize) -> &[Lanes] {
    match x {
        [] | [_] => x,
        _ => &x[job * size..][..size.min(x.len() - job * size)],
    }
}
