//! Copies that rearrange: broadcasting, transposition, blocks of rows, rows by index along an axis.

use crate::kernels::elementwise::in_place::accumulate;
use crate::kernels::reduce::axis::Axis;
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{reverse_bytes, F32x4, LANES};

/// The most dimensions of a strided walk.
pub const MAX_RANK: usize = 8;

/// Number of columns that are processed for all rows before the next ones, so that the cache lines of a transposed operand are reused.
const BLOCK: usize = 64;

/// Two operands of the same shape with their strides in elements; 0 repeats.
#[derive(Clone, Copy)]
pub struct Strided<'a> {
    pub shape: &'a [u32],
    pub from: &'a [u32],
    pub into: &'a [u32],
}

impl Strided<'_> {
    /// Size and strides of one of the last two dimensions, of size 1 if there are fewer.
    fn axis(self, back: usize) -> Side {
        match self.shape.len().checked_sub(back) {
            Some(i) => Side {
                size: self.shape[i] as usize,
                from: self.from[i] as usize,
                into: self.into[i] as usize,
            },
            None => Side { size: 1, from: 0, into: 0 },
        }
    }
    /// Calls `plane(from, into)` with the start of every matrix of the last two dimensions.
    fn planes(self, mut plane: impl FnMut(usize, usize)) {
        if self.shape.contains(&0) {
            return;
        }
        let outer = self.shape.len().saturating_sub(2);
        let mut index = [0u32; MAX_RANK];
        loop {
            let start = |strides: &[u32]| -> usize {
                index.iter().zip(strides).take(outer).map(|(&i, &s)| i as usize * s as usize).sum()
            };
            plane(start(self.from), start(self.into));
            let mut dimension = outer;
            loop {
                let Some(next) = dimension.checked_sub(1) else { return };
                dimension = next;
                index[dimension] += 1;
                if index[dimension] < self.shape[dimension] {
                    break;
                }
                index[dimension] = 0;
            }
        }
    }
    /// Calls `row(from, into, length, from_stride, into_stride)` for runs of elements that cover the shape.
    fn runs(self, mut run: impl FnMut(usize, usize, usize, usize, usize)) {
        let (rows, columns) = (self.axis(2), self.axis(1));
        let block = if columns.from <= 1 && columns.into == 1 { columns.size } else { BLOCK };
        self.planes(|from, into| {
            for first in (0..columns.size).step_by(block) {
                let length = block.min(columns.size - first);
                let (from, into) = (from + first * columns.from, into + first * columns.into);
                for row in 0..rows.size {
                    run(from + row * rows.from, into + row * rows.into, length, columns.from, columns.into);
                }
            }
        });
    }
}

/// One dimension of both operands.
#[derive(Clone, Copy)]
struct Side {
    size: usize,
    from: usize,
    into: usize,
}

/// [`strided`] for elements of four bytes, which are transposed in vectors.
pub fn strided_words(from: &[f32], into: &mut [f32], walk: Strided) {
    let (rows, columns) = (walk.axis(2), walk.axis(1));
    let (p, q) = if rows.from == 1 && columns.into == 1 && columns.from > 1 {
        (rows, columns)
    } else if columns.from == 1 && rows.into == 1 && columns.into > 1 {
        (columns, rows)
    } else {
        return strided(from, into, walk);
    };
    walk.planes(|f, i| transpose(&from[f..], &mut into[i..], p, q));
}

/// `into[p][q] = from[q][p]`: `p` is contiguous in `from`, `q` in `into`.
fn transpose(from: &[f32], into: &mut [f32], p: Side, q: Side) {
    if p.into < q.size {
        return transpose_rows(from, into, p, q);
    }
    let rows = items_per_job(p.size, 2 * q.size).next_multiple_of(TILE);
    let into = &mut into[..(p.size - 1) * p.into + q.size];
    parallel::for_each(chunks(into, rows * p.into), |job, into| {
        let first = job * rows;
        transpose_rows(&from[first..], into, Side { size: rows.min(p.size - first), ..p }, q);
    });
}

/// Rows of the result whose cache lines are filled together: a line of the operand has as many elements.
const TILE: usize = 16;

fn transpose_rows(from: &[f32], into: &mut [f32], p: Side, q: Side) {
    for first in (0..p.size).step_by(TILE) {
        let height = TILE.min(p.size - first);
        let whole = if height == TILE { q.size / LANES * LANES } else { 0 };
        for column in (0..whole).step_by(LANES) {
            for part in 0..TILE / LANES {
                let row = first + part * LANES;
                let tile = std::array::from_fn(|i| F32x4::load(four(from, row + (column + i) * q.from)));
                for (i, vector) in F32x4::transpose(tile).into_iter().enumerate() {
                    let at = (row + i) * p.into + column;
                    if let Some(out) = into[at..].first_chunk_mut() {
                        vector.store(out);
                    }
                }
            }
        }
        for column in whole..q.size {
            for row in first..first + height {
                into[row * p.into + column] = from[row + column * q.from];
            }
        }
    }
}

#[inline(always)]
fn four(x: &[f32], at: usize) -> &[f32; LANES] {
    &x[at..].as_chunks().0[0]
}

/// `out[i] = value`, by copies of what is already filled.
fn repeat<T: Copy>(out: &mut [T], value: T) {
    let start = out.len().min(LANES);
    out[..start].fill(value);
    let mut filled = start;
    while filled < out.len() {
        let length = filled.min(out.len() - filled).min(REPEATED);
        out.copy_within(..length, filled);
        filled += length;
    }
}

/// Elements that are copied at a time where one is repeated: they stay in the first-level cache.
const REPEATED: usize = 2048;

/// `into[…] = from[…]`, each with its own strides.
pub fn strided<T: Copy>(from: &[T], into: &mut [T], walk: Strided) {
    walk.runs(|f, i, length, from_stride, into_stride| match (from_stride, into_stride) {
        (1, 1) => into[i..][..length].copy_from_slice(&from[f..][..length]),
        (0, 1) => repeat(&mut into[i..][..length], from[f]),
        (_, 0) => into[i] = from[f + (length - 1) * from_stride],
        (0, _) => into[i..].iter_mut().step_by(into_stride).take(length).for_each(|out| *out = from[f]),
        _ => {
            let into = into[i..].iter_mut().step_by(into_stride);
            for (out, x) in into.zip(from[f..].iter().step_by(from_stride)).take(length) {
                *out = *x;
            }
        }
    });
}

/// `into[…] += from[…]`; several elements of `from` may be added to one of `into`.
pub fn strided_add(from: &[f32], into: &mut [f32], walk: Strided) {
    walk.runs(|f, i, length, from_stride, into_stride| {
        for n in 0..length {
            into[i + n * into_stride] += from[f + n * from_stride];
        }
    });
}

/// A rectangle: `rows` runs of `length` elements, `stride` elements apart.
#[derive(Clone, Copy)]
pub struct Rectangle {
    pub rows: usize,
    pub length: usize,
    pub from_stride: usize,
    pub into_stride: usize,
}

/// Copies a rectangle at the start of `from` to one at the start of `into`.
pub fn rectangle<T: Copy>(from: &[T], into: &mut [T], dims: Rectangle) {
    if dims.length == 0 {
        return;
    }
    for row in 0..dims.rows {
        let source = &from[row * dims.from_stride..][..dims.length];
        into[row * dims.into_stride..][..dims.length].copy_from_slice(source);
    }
}

/// `out[o][j] = x[o][indices[j]]` of `x` `[outer, axis, inner]`; without indices the axis in reverse order.
pub fn index_select<T: Element>(
    x: &[T],
    indices: Option<&[i32]>,
    out: &mut [T],
    Axis { axis, inner, .. }: Axis,
) {
    if out.is_empty() {
        return;
    }
    let count = indices.map_or(axis, <[i32]>::len);
    for (x, out) in x.chunks_exact(axis * inner).zip(out.chunks_exact_mut(count * inner)) {
        match indices {
            Some(indices) => rows(x, indices.iter().map(|&index| index as usize), out, inner),
            None if inner == 1 => T::reverse(x, out),
            None => rows(x, (0..axis).rev(), out, inner),
        }
    }
}

/// What [`index_select`] moves.
pub trait Element: Copy {
    /// The elements from the last to the first.
    fn reverse(x: &[Self], out: &mut [Self]);
}

impl Element for u8 {
    fn reverse(x: &[u8], out: &mut [u8]) {
        reverse(x, out, reverse_bytes);
    }
}

impl Element for f32 {
    fn reverse(x: &[f32], out: &mut [f32]) {
        reverse(x, out, |x| F32x4::load(x).reverse().to_array());
    }
}

#[inline(always)]
fn reverse<const N: usize, T: Copy>(x: &[T], out: &mut [T], block: impl Fn(&[T; N]) -> [T; N]) {
    let (head, blocks) = x.as_rchunks();
    let (out, rest) = out.as_chunks_mut();
    for (out, x) in out.iter_mut().zip(blocks.iter().rev()) {
        *out = block(x);
    }
    for (out, x) in rest.iter_mut().zip(head.iter().rev()) {
        *out = *x;
    }
}

/// Copies rows of `inner` elements; of a length that is known, if they are short.
fn rows<T: Copy>(x: &[T], places: impl Iterator<Item = usize>, out: &mut [T], inner: usize) {
    #[inline(always)]
    fn short<const N: usize, T: Copy>(x: &[T], places: impl Iterator<Item = usize>, out: &mut [T]) {
        let (x, out) = (x.as_chunks::<N>().0, out.as_chunks_mut::<N>().0);
        for (out, place) in out.iter_mut().zip(places) {
            *out = x[place];
        }
    }
    match inner {
        1 => short::<1, T>(x, places, out),
        2 => short::<2, T>(x, places, out),
        3 => short::<3, T>(x, places, out),
        4 => short::<4, T>(x, places, out),
        _ => {
            for (out, place) in out.chunks_exact_mut(inner).zip(places) {
                out.copy_from_slice(&x[place * inner..][..inner]);
            }
        }
    }
}

/// `out[o][indices[j]] += values[o][j]`: the backward pass of [`index_select`], where `out` must be zero before.
pub fn index_add(values: &[f32], indices: &[i32], out: &mut [f32], Axis { axis, inner, .. }: Axis) {
    if values.is_empty() {
        return;
    }
    for (values, out) in values.chunks_exact(indices.len() * inner).zip(out.chunks_exact_mut(axis * inner)) {
        if inner == 1 {
            for (value, &index) in values.iter().zip(indices) {
                out[index as usize] += value;
            }
            continue;
        }
        for (values, &index) in values.chunks_exact(inner).zip(indices) {
            accumulate(&mut out[index as usize * inner..][..inner], values);
        }
    }
}
