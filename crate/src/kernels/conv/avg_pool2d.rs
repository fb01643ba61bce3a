//! Means over windows of images.

use super::pool2d::{load_strided, Axis, Dims};
use crate::parallel::{chunks, for_each};
use crate::simd::{F32x4, LANES};
use std::ops::Range;

/// The windows, and the divisor of their sums.
#[derive(Clone, Copy, Debug)]
pub enum Windows {
    /// Windows of one size; padding counts as zeros, or not at all. A divisor replaces the count.
    Fixed { count_padding: bool, divisor: Option<f32> },
    /// Windows from `floor(i size / output)` to `ceil((i + 1) size / output)`.
    Adaptive,
}

impl Windows {
    /// The pixels of one window along an axis, and the number that counts.
    #[inline(always)]
    fn along(self, axis: &Axis, window: usize) -> (Range<usize>, usize) {
        match self {
            Windows::Adaptive => {
                // The products may exceed 32 bits.
                let (i, size, output) = (window as u64, axis.size as u64, axis.output as u64);
                let pixels = (i * size / output) as usize..((i + 1) * size).div_ceil(output) as usize;
                (pixels.clone(), pixels.len())
            }
            Windows::Fixed { count_padding, .. } => {
                let start = window * axis.stride;
                let end = start + axis.kernel;
                let pixels = start.saturating_sub(axis.padding)..(end - axis.padding).min(axis.size);
                // As in torch, a window is cut at the end of the padding.
                let counted = end.min(axis.size + 2 * axis.padding) - start;
                (pixels.clone(), if count_padding { counted } else { pixels.len() })
            }
        }
    }
    #[inline(always)]
    fn divisor(self, counted_rows: usize, counted_columns: usize) -> f32 {
        match self {
            Windows::Fixed { divisor: Some(divisor), .. } => divisor,
            // In float32, as the product may exceed 32 bits.
            _ => counted_rows as f32 * counted_columns as f32,
        }
    }
}

/// Means of the windows; dilation is 1.
pub fn forward(x: &[f32], out: &mut [f32], windows: Windows, dims: Dims) {
    for_each(chunks(out, dims.planes_per_job() * dims.output()), |job, out| {
        let [pixels, _] = dims.of_job(job);
        for (plane, out) in x[pixels].chunks_exact(dims.input()).zip(out.chunks_exact_mut(dims.output())) {
            forward_plane(plane, out, windows, &dims);
        }
    });
}

fn forward_plane(plane: &[f32], out: &mut [f32], windows: Windows, dims: &Dims) {
    for (row, out) in out.chunks_exact_mut(dims.columns.output).enumerate() {
        if matches!(windows, Windows::Adaptive) {
            scalar_means(plane, row, 0, out, windows, dims);
            continue;
        }
        dims.prefetch_next(plane, row);
        match dims.columns.stride {
            1 => forward_row::<1>(plane, row, out, windows, dims),
            2 => forward_row::<2>(plane, row, out, windows, dims),
            _ => forward_row::<0>(plane, row, out, windows, dims),
        }
    }
}

/// One row of windows of one size; `STRIDE` is the stride of the columns, or 0 for any.
#[inline(always)]
fn forward_row<const STRIDE: usize>(
    plane: &[f32],
    row: usize,
    out: &mut [f32],
    windows: Windows,
    dims: &Dims,
) {
    let Dims { rows, columns, .. } = dims;
    let (ys, counted_rows) = windows.along(rows, row);
    // Four windows at a time if they are inside of the image's width.
    let blocks = columns.whole_blocks();
    let (vectors, _) = out[blocks.clone()].as_chunks_mut::<LANES>();
    let divisor = F32x4::splat(windows.divisor(counted_rows, columns.kernel));
    for (block, out) in vectors.iter_mut().enumerate() {
        let left = columns.pixel(blocks.start + block * LANES, 0);
        let mut sum = F32x4::splat(0.0);
        for y in ys.clone() {
            for x in 0..columns.kernel {
                sum = sum + load_strided::<STRIDE>(plane, y * columns.size + left + x, columns.stride);
            }
        }
        (sum / divisor).store(out);
    }
    scalar_means(plane, row, 0, &mut out[..blocks.start], windows, dims);
    scalar_means(plane, row, blocks.end, &mut out[blocks.end..], windows, dims);
}

/// Means of the windows of one row, from window `first` on.
fn scalar_means(plane: &[f32], row: usize, first: usize, out: &mut [f32], windows: Windows, dims: &Dims) {
    let Dims { rows, columns, .. } = dims;
    let (ys, counted_rows) = windows.along(rows, row);
    for (i, out) in out.iter_mut().enumerate() {
        let (xs, counted_columns) = windows.along(columns, first + i);
        let lines = ys.clone().map(|y| &plane[y * columns.size..][xs.clone()]);
        let sum: f32 = lines.map(|line| line.iter().sum::<f32>()).sum();
        *out = sum / windows.divisor(counted_rows, counted_columns);
    }
}

/// Adds each upstream value, divided, to every pixel of its window.
pub fn backward(upstream: &[f32], gradient: &mut [f32], windows: Windows, dims: Dims) {
    for_each(chunks(gradient, dims.planes_per_job() * dims.input()), |job, gradient| {
        let [_, outputs] = dims.of_job(job);
        let planes = gradient.chunks_exact_mut(dims.input());
        for (gradient, upstream) in planes.zip(upstream[outputs].chunks_exact(dims.output())) {
            backward_plane(upstream, gradient, windows, &dims);
        }
    });
}

fn backward_plane(upstream: &[f32], gradient: &mut [f32], windows: Windows, dims: &Dims) {
    let Dims { rows, columns, .. } = dims;
    gradient.fill(0.0);
    for (row, upstream) in upstream.chunks_exact(columns.output).enumerate() {
        let (ys, counted_rows) = windows.along(rows, row);
        for (column, &up) in upstream.iter().enumerate() {
            let (xs, counted_columns) = windows.along(columns, column);
            let share = up / windows.divisor(counted_rows, counted_columns);
            for y in ys.clone() {
                for pixel in &mut gradient[y * columns.size..][xs.clone()] {
                    *pixel += share;
                }
            }
        }
    }
}
