//! Copies that rearrange: broadcasting, transposition, blocks of rows, rows by index.

use crate::kernels::elementwise::in_place::accumulate;

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
    /// Calls `row(from, into, length, from_stride, into_stride)` for runs of elements that cover the shape.
    fn runs(self, mut run: impl FnMut(usize, usize, usize, usize, usize)) {
        if self.shape.contains(&0) {
            return;
        }
        let rank = self.shape.len();
        // The last two dimensions, with size 1 if there are fewer.
        let axis = |back: usize| match rank.checked_sub(back) {
            Some(i) => (self.shape[i] as usize, self.from[i] as usize, self.into[i] as usize),
            None => (1, 0, 0),
        };
        let ((rows, from_row, into_row), (columns, from_column, into_column)) = (axis(2), axis(1));
        let block = if from_column == 1 && into_column == 1 { columns } else { BLOCK };
        let outer = rank.saturating_sub(2);
        let mut index = [0u32; MAX_RANK];
        loop {
            let start = |strides: &[u32]| -> usize {
                index.iter().zip(strides).take(outer).map(|(&i, &s)| i as usize * s as usize).sum()
            };
            let (from, into) = (start(self.from), start(self.into));
            for first in (0..columns).step_by(block) {
                let length = block.min(columns - first);
                let (from, into) = (from + first * from_column, into + first * into_column);
                for row in 0..rows {
                    run(from + row * from_row, into + row * into_row, length, from_column, into_column);
                }
            }
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
}

/// `into[…] = from[…]`, each with its own strides.
pub fn strided<T: Copy>(from: &[T], into: &mut [T], walk: Strided) {
    walk.runs(|f, i, length, from_stride, into_stride| match (from_stride, into_stride) {
        (1, 1) => into[i..][..length].copy_from_slice(&from[f..][..length]),
        (0, 1) => into[i..][..length].fill(from[f]),
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

/// `out[i] = x[indices[i]]`, rows of `length` elements.
pub fn gather_rows<T: Copy>(x: &[T], indices: &[i32], out: &mut [T], length: usize) {
    if out.is_empty() {
        return;
    }
    for (i, &index) in indices.iter().enumerate() {
        out[i * length..][..length].copy_from_slice(&x[index as usize * length..][..length]);
    }
}

/// `gradient[indices[i]] += upstream[i]`: the backward pass of [`gather_rows`]; the gradient must be zero before.
pub fn scatter_add_rows(upstream: &[f32], indices: &[i32], gradient: &mut [f32], length: usize) {
    if upstream.is_empty() {
        return;
    }
    for (i, &index) in indices.iter().enumerate() {
        let source = &upstream[i * length..][..length];
        accumulate(&mut gradient[index as usize * length..][..length], source);
    }
}
