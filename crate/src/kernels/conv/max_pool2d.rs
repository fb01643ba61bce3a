//! Maxima over windows of images. The first of equal values wins, and NaN always does, as in torch.

use super::maxima::{Marks, BYTE_WINDOW, MARK};
use super::pool2d::{load_strided, Dims};
use crate::parallel::{chunks, for_each};
use crate::simd::{F32x4, LANES};

/// Maxima of windows of at most [`BYTE_WINDOW`] elements, and their positions in the windows, row by row.
/// With `rectified` the maxima of `relu(x)`, with marks, of windows of at most [`MARKED_WINDOW`] elements.
pub fn forward(x: &[f32], out: &mut [f32], positions: &mut [u8], rectified: bool, dims: Dims) {
    let floor = if rectified { 0.0 } else { f32::NEG_INFINITY };
    let per_job = dims.planes_per_job() * dims.output();
    for_each((chunks(out, per_job), chunks(positions, per_job)), |job, (out, positions)| {
        let outputs = out.chunks_exact_mut(dims.output()).zip(positions.chunks_exact_mut(dims.output()));
        let [pixels, _] = dims.of_job(job);
        for (plane, (out, positions)) in x[pixels].chunks_exact(dims.input()).zip(outputs) {
            forward_plane(plane, out, positions, floor, &dims);
            if rectified {
                mark_zeros(out, positions);
            }
        }
    });
}

/// Sets [`MARK`] where the maximum is 0.
fn mark_zeros(out: &[f32], positions: &mut [u8]) {
    for (value, position) in out.iter().zip(positions) {
        *position |= if *value == 0.0 { MARK } else { 0 };
    }
}

/// Values up to `floor` count as `floor`, at the window's first element.
fn forward_plane(plane: &[f32], out: &mut [f32], positions: &mut [u8], floor: f32, dims: &Dims) {
    let width = dims.columns.output;
    let rows = out.chunks_exact_mut(width).zip(positions.chunks_exact_mut(width));
    for (window, (out, positions)) in rows.enumerate() {
        dims.prefetch_next(plane, window);
        if dims.is_halving() {
            halve_row(plane, window, out, positions, floor, dims);
            continue;
        }
        match dims.columns.stride {
            2 => forward_row::<2>(plane, window, out, positions, floor, dims),
            1 => forward_row::<1>(plane, window, out, positions, floor, dims),
            _ => forward_row::<0>(plane, window, out, positions, floor, dims),
        }
    }
}

/// One row of windows of two by two that do not overlap.
fn halve_row(plane: &[f32], row: usize, out: &mut [f32], positions: &mut [u8], floor: f32, dims: &Dims) {
    let size = dims.columns.size;
    let (top, bottom) = plane[2 * row * size..][..2 * size].split_at(size);
    let (out_vectors, out_rest) = out.as_chunks_mut::<LANES>();
    let (position_vectors, position_rest) = positions.as_chunks_mut::<LANES>();
    let vectors = top.chunks_exact(2 * LANES).zip(bottom.chunks_exact(2 * LANES));
    for ((top, bottom), (out, positions)) in vectors.zip(out_vectors.iter_mut().zip(position_vectors)) {
        let [top, bottom] = [top, bottom].map(|line| {
            let (pair, _) = line.as_chunks::<LANES>();
            let (low, high) = (F32x4::load(&pair[0]), F32x4::load(&pair[1]));
            let (left, right) = (low.even_lanes(high), low.odd_lanes(high));
            let right_wins = wins(right, left);
            (F32x4::select(right_wins, right, left), right_wins & bits(1))
        });
        let bottom_wins = wins(bottom.0, top.0);
        let best = F32x4::select(bottom_wins, bottom.0, top.0);
        let position = F32x4::select(bottom_wins, bottom.1 | bits(2), top.1);
        let floor = F32x4::splat(floor);
        let is_low = best.le(floor);
        F32x4::select(is_low, floor, best).store(out);
        *positions = F32x4::select(is_low, bits(0), position).to_low_bytes();
    }
    let first = dims.columns.output - out_rest.len();
    for (column, (out, position)) in (first..).zip(out_rest.iter_mut().zip(position_rest)) {
        let (value, [y, x]) = maximum(plane, [row, column], floor, dims);
        (*out, *position) = (value, (2 * y + x) as u8);
    }
}

/// One row of windows; `STRIDE` is the stride of the columns, or 0 for any.
#[inline(always)]
fn forward_row<const STRIDE: usize>(
    plane: &[f32],
    row: usize,
    out: &mut [f32],
    positions: &mut [u8],
    floor: f32,
    dims: &Dims,
) {
    let Dims { rows, columns, .. } = dims;
    let kernel = columns.kernel;
    let elements = rows.elements(row);
    let first = elements.start * kernel;
    // Four windows at a time if they are inside of the image's width.
    let blocks = columns.whole_blocks();
    let (out_vectors, _) = out[blocks.clone()].as_chunks_mut::<LANES>();
    let (position_vectors, _) = positions[blocks.clone()].as_chunks_mut::<LANES>();
    for (block, (out, positions)) in out_vectors.iter_mut().zip(position_vectors).enumerate() {
        let left = columns.pixel(blocks.start + block * LANES, 0);
        let mut best = (F32x4::splat(floor), bits(first));
        let mut position = first;
        for y in elements.clone() {
            let start = rows.pixel(row, y) * columns.size + left;
            for x in 0..kernel {
                let values = load_strided::<STRIDE>(plane, start + x * columns.dilation, columns.stride);
                let is_better = wins(values, best.0);
                best = (
                    F32x4::select(is_better, values, best.0),
                    F32x4::select(is_better, bits(position), best.1),
                );
                position += 1;
            }
        }
        best.0.store(out);
        *positions = best.1.to_low_bytes();
    }
    for column in (0..blocks.start).chain(blocks.end..columns.output) {
        let (value, [y, x]) = maximum(plane, [row, column], floor, dims);
        (out[column], positions[column]) = (value, (y * kernel + x) as u8);
    }
}

/// Where a later value replaces the current maximum: if it is greater or NaN, not if they are equal.
#[inline(always)]
fn wins(later: F32x4, best: F32x4) -> F32x4 {
    best.lt(later) | later.ne(later)
}

#[inline(always)]
fn bits(position: usize) -> F32x4 {
    F32x4::splat(f32::from_bits(position as u32))
}

/// The maximum of one window, and its row and column in the window.
fn maximum(plane: &[f32], [row, column]: [usize; 2], floor: f32, dims: &Dims) -> (f32, [usize; 2]) {
    let Dims { rows, columns, .. } = dims;
    let (ys, xs) = (rows.elements(row), columns.elements(column));
    let mut best = (floor, [ys.start, xs.start]);
    for y in ys {
        for x in xs.clone() {
            let value = plane[rows.pixel(row, y) * columns.size + columns.pixel(column, x)];
            if value > best.0 || value.is_nan() {
                best = (value, [y, x]);
            }
        }
    }
    best
}

/// Gradient of [`forward`]: each upstream value is added at its maximum.
pub fn backward(upstream: &[f32], positions: &[u8], marks: Marks, gradient: &mut [f32], dims: Dims) {
    for_each(chunks(gradient, dims.planes_per_job() * dims.input()), |job, gradient| {
        let [_, windows] = dims.of_job(job);
        let (upstream, positions) = (&upstream[windows.clone()], &positions[windows]);
        let outputs = upstream.chunks_exact(dims.output()).zip(positions.chunks_exact(dims.output()));
        for (gradient, (upstream, positions)) in gradient.chunks_exact_mut(dims.input()).zip(outputs) {
            if dims.is_halving() {
                double_plane(upstream, positions, marks, gradient, &dims);
            } else {
                gradient.fill(0.0);
                scatter_plane(upstream, positions, marks, gradient, &dims);
            }
        }
    });
}

/// The gradient of one plane of windows of two by two that do not overlap, each element written once.
fn double_plane(upstream: &[f32], positions: &[u8], marks: Marks, gradient: &mut [f32], dims: &Dims) {
    let (size, width) = (dims.columns.size, dims.columns.output);
    let whole = width - width % LANES;
    // A marked position matches no element, unless the mark is removed.
    let kept = if matches!(marks, Marks::Ignored) { u32::from_ne_bytes([!MARK; 4]) } else { u32::MAX };
    let (pairs, below) = gradient.split_at_mut(2 * size * dims.rows.output);
    let rows = upstream.chunks_exact(width).zip(positions.chunks_exact(width));
    for (lines, (upstream, positions)) in pairs.chunks_exact_mut(2 * size).zip(rows) {
        let (top, bottom) = lines.split_at_mut(size);
        top[2 * whole..].fill(0.0);
        bottom[2 * whole..].fill(0.0);
        let (up_vectors, up_rest) = upstream.as_chunks::<LANES>();
        let (position_vectors, position_rest) = positions.as_chunks::<LANES>();
        for (column, (up, position)) in (whole..).zip(up_rest.iter().zip(position_rest)) {
            let Some(position) = marks.element(*position) else { continue };
            let line = if position < 2 { &mut *top } else { &mut *bottom };
            line[2 * column + usize::from(position % 2)] = *up;
        }
        let lines = top.as_chunks_mut().0.iter_mut().zip(bottom.as_chunks_mut().0);
        for ((up, position), (top, bottom)) in up_vectors.iter().zip(position_vectors).zip(lines) {
            let up = F32x4::load(up);
            let position = F32x4::from_u8(&(u32::from_ne_bytes(*position) & kept).to_ne_bytes());
            let at = |element: f32| up & position.eq(F32x4::splat(element));
            store_pair(at(0.0).zip(at(1.0)), top);
            store_pair(at(2.0).zip(at(3.0)), bottom);
        }
    }
    below.fill(0.0);
}

#[inline(always)]
fn store_pair(values: [F32x4; 2], out: &mut [f32; 2 * LANES]) {
    let (halves, _) = out.as_chunks_mut::<LANES>();
    for (value, out) in values.into_iter().zip(halves) {
        value.store(out);
    }
}

/// Adds the gradient of one plane.
fn scatter_plane(upstream: &[f32], positions: &[u8], marks: Marks, gradient: &mut [f32], dims: &Dims) {
    let Dims { rows, columns, .. } = dims;
    // Tables, because a division for each would take longer than all the rest.
    let elements: [[usize; 2]; BYTE_WINDOW] =
        std::array::from_fn(|position| [position / columns.kernel, position % columns.kernel]);
    let steps = elements.map(|[y, x]| y * columns.size + x);
    let dilated = rows.dilation > 1 || columns.dilation > 1;
    let lines = upstream.chunks_exact(columns.output).zip(positions.chunks_exact(columns.output));
    for (row, (upstream, positions)) in lines.enumerate() {
        // The pixel of the window's first element, which may be in the padding.
        let left = rows.pixel(row, 0).wrapping_mul(columns.size).wrapping_sub(columns.padding);
        for (column, (up, &position)) in upstream.iter().zip(positions).enumerate() {
            let Some(position) = marks.element(position).map(usize::from) else { continue };
            let pixel = if dilated {
                let [y, x] = elements[position];
                dims.pixel([row, column], [y, x]).unwrap_or(usize::MAX)
            } else {
                left.wrapping_add(column * columns.stride + steps[position])
            };
            if let Some(gradient) = gradient.get_mut(pixel) {
                *gradient += up;
            }
        }
    }
}

/// As [`forward`] for windows of any size, with the pixel in the plane, or -1 for none, instead of the position in the window.
pub fn wide_forward(x: &[f32], out: &mut [f32], pixels: &mut [i32], dims: Dims) {
    let (width, per_job) = (dims.columns.output, dims.planes_per_job() * dims.output());
    for_each((chunks(out, per_job), chunks(pixels, per_job)), |job, (out, pixels)| {
        let outputs = out.chunks_exact_mut(dims.output()).zip(pixels.chunks_exact_mut(dims.output()));
        for (plane, (out, pixels)) in x[dims.of_job(job)[0].clone()].chunks_exact(dims.input()).zip(outputs) {
            for (i, (out, pixel)) in out.iter_mut().zip(pixels).enumerate() {
                let window = [i / width, i % width];
                let (value, element) = maximum(plane, window, f32::NEG_INFINITY, &dims);
                *out = value;
                *pixel = dims.pixel(window, element).map_or(-1, |pixel| pixel as i32);
            }
        }
    });
}

/// The gradient of [`wide_forward`].
pub fn wide_backward(upstream: &[f32], pixels: &[i32], gradient: &mut [f32], dims: Dims) {
    gradient.fill(0.0);
    let outputs = upstream.chunks_exact(dims.output()).zip(pixels.chunks_exact(dims.output()));
    for (gradient, (upstream, pixels)) in gradient.chunks_exact_mut(dims.input()).zip(outputs) {
        for (up, &pixel) in upstream.iter().zip(pixels) {
            if let Some(gradient) = gradient.get_mut(pixel as usize) {
                *gradient += up;
            }
        }
    }
}
