//! Copies that rearrange: broadcasting, transposition, blocks of rows, rows by index.

use crate::kernels::elementwise::in_place::accumulate;

/// Most dimensions that [`strided`] takes.
pub const MAX_RANK: usize = 8;

/// `out`, contiguous of `shape`, from `x` read with `strides` (in elements; 0 repeats).
pub fn strided<T: Copy>(x: &[T], out: &mut [T], shape: &[u32], strides: &[u32]) {
    let Some((&columns, outer_shape)) = shape.split_last() else {
        out[0] = x[0];
        return;
    };
    let columns = columns as usize;
    if out.is_empty() {
        return;
    }
    let column_stride = strides[outer_shape.len()] as usize;
    let mut index = [0u32; MAX_RANK];
    for row in out.chunks_exact_mut(columns) {
        let start: usize =
            index.iter().zip(strides).take(outer_shape.len()).map(|(&i, &s)| i as usize * s as usize).sum();
        match column_stride {
            0 => row.fill(x[start]),
            1 => row.copy_from_slice(&x[start..start + columns]),
            _ => {
                for (out, x) in row.iter_mut().zip(x[start..].iter().step_by(column_stride)) {
                    *out = *x;
                }
            }
        }
        for (i, &size) in index[..outer_shape.len()].iter_mut().zip(outer_shape).rev() {
            *i += 1;
            if *i < size {
                break;
            }
            *i = 0;
        }
    }
}

/// A rectangle: `rows` runs of `length` elements, each `stride` after the one before.
#[derive(Clone, Copy)]
pub struct Rectangle {
    pub rows: usize,
    pub length: usize,
    pub from_stride: usize,
    pub into_stride: usize,
}

/// Copies a rectangle of `from` (its first element first) onto one of `into`.
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

/// `gradient[indices[i]] += upstream[i]`: the backward pass of [`gather_rows`], onto zeros.
pub fn scatter_add_rows(upstream: &[f32], indices: &[i32], gradient: &mut [f32], length: usize) {
    if upstream.is_empty() {
        return;
    }
    for (i, &index) in indices.iter().enumerate() {
        let source = &upstream[i * length..][..length];
        accumulate(&mut gradient[index as usize * length..][..length], source);
    }
}
