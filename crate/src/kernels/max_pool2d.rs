//! Maxima over windows of images. The first of equals wins, a NaN always, as in torch.

use super::pool2d::{load_strided, Dims};
use crate::simd::{F32x4, LANES};

/// Elements of a window whose places fit a byte.
pub const BYTE_WINDOW: usize = 256;

/// Maxima of windows of at most [`BYTE_WINDOW`] elements, and which of its elements, counted row by row, each is.
pub fn forward(x: &[f32], out: &mut [f32], places: &mut [u8], dims: Dims) {
    let width = dims.columns.output;
    let outputs = out.chunks_exact_mut(dims.output()).zip(places.chunks_exact_mut(dims.output()));
    for (plane, (out, places)) in x.chunks_exact(dims.input()).zip(outputs) {
        let rows = out.chunks_exact_mut(width).zip(places.chunks_exact_mut(width));
        for (window, (out, places)) in rows.enumerate() {
            match (dims.columns.stride, dims.columns.kernel) {
                (2, 2) => forward_row::<2, 2>(plane, window, out, places, &dims),
                (2, _) => forward_row::<2, 0>(plane, window, out, places, &dims),
                (1, _) => forward_row::<1, 0>(plane, window, out, places, &dims),
                _ => forward_row::<0, 0>(plane, window, out, places, &dims),
            }
        }
    }
}

/// One row of windows; `STRIDE` and `KERNEL` are those of the columns, or 0 for any.
#[inline(always)]
fn forward_row<const STRIDE: usize, const KERNEL: usize>(
    plane: &[f32],
    row: usize,
    out: &mut [f32],
    places: &mut [u8],
    dims: &Dims,
) {
    let Dims { rows, columns, .. } = dims;
    let kernel = if KERNEL > 0 { KERNEL } else { columns.kernel };
    let elements = rows.elements(row);
    let first = elements.start * kernel;
    // Four windows at a time where they lie whole in the image's width.
    let blocks = columns.whole_blocks();
    let (out_vectors, _) = out[blocks.clone()].as_chunks_mut::<LANES>();
    let (place_vectors, _) = places[blocks.clone()].as_chunks_mut::<LANES>();
    for (block, (out, places)) in out_vectors.iter_mut().zip(place_vectors).enumerate() {
        let left = columns.pixel(blocks.start + block * LANES, 0);
        let mut best = (F32x4::splat(f32::NEG_INFINITY), bits(first));
        let mut place = first;
        for y in elements.clone() {
            let start = rows.pixel(row, y) * columns.size + left;
            for x in 0..kernel {
                let values = load_strided::<STRIDE>(plane, start + x * columns.dilation, columns.stride);
                let is_better = best.0.lt(values) | values.ne(values);
                best =
                    (F32x4::select(is_better, values, best.0), F32x4::select(is_better, bits(place), best.1));
                place += 1;
            }
        }
        best.0.store(out);
        *places = best.1.to_low_bytes();
    }
    for column in (0..blocks.start).chain(blocks.end..columns.output) {
        let (value, [y, x]) = maximum(plane, [row, column], dims);
        (out[column], places[column]) = (value, (y * kernel + x) as u8);
    }
}

#[inline(always)]
fn bits(place: usize) -> F32x4 {
    F32x4::splat(f32::from_bits(place as u32))
}

/// The maximum of one window, and which of its rows and columns it is in.
fn maximum(plane: &[f32], [row, column]: [usize; 2], dims: &Dims) -> (f32, [usize; 2]) {
    let Dims { rows, columns, .. } = dims;
    let (ys, xs) = (rows.elements(row), columns.elements(column));
    let mut best = (f32::NEG_INFINITY, [ys.start, xs.start]);
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

/// Each upstream value goes to where its maximum was.
pub fn backward(upstream: &[f32], places: &[u8], gradient: &mut [f32], dims: Dims) {
    let Dims { rows, columns, .. } = dims;
    gradient.fill(0.0);
    // Tables, as a division for each would take longer than all else.
    let elements: [[usize; 2]; BYTE_WINDOW] =
        std::array::from_fn(|place| [place / columns.kernel, place % columns.kernel]);
    let steps = elements.map(|[y, x]| y * columns.size + x);
    let dilated = rows.dilation > 1 || columns.dilation > 1;
    let outputs = upstream.chunks_exact(dims.output()).zip(places.chunks_exact(dims.output()));
    for (gradient, (upstream, places)) in gradient.chunks_exact_mut(dims.input()).zip(outputs) {
        let lines = upstream.chunks_exact(columns.output).zip(places.chunks_exact(columns.output));
        for (row, (upstream, places)) in lines.enumerate() {
            // Of the window's first element, which may lie in the padding.
            let left = rows.pixel(row, 0).wrapping_mul(columns.size).wrapping_sub(columns.padding);
            for (column, (up, &place)) in upstream.iter().zip(places).enumerate() {
                let place = usize::from(place);
                let pixel = if dilated {
                    let [y, x] = elements[place];
                    dims.pixel([row, column], [y, x]).unwrap_or(usize::MAX)
                } else {
                    left.wrapping_add(column * columns.stride + steps[place])
                };
                if let Some(gradient) = gradient.get_mut(pixel) {
                    *gradient += up;
                }
            }
        }
    }
}

/// As [`forward`] for windows of any size, with the pixel of its plane, or -1 for none, instead of the place.
pub fn wide_forward(x: &[f32], out: &mut [f32], pixels: &mut [i32], dims: Dims) {
    let width = dims.columns.output;
    let outputs = out.chunks_exact_mut(dims.output()).zip(pixels.chunks_exact_mut(dims.output()));
    for (plane, (out, pixels)) in x.chunks_exact(dims.input()).zip(outputs) {
        for (i, (out, pixel)) in out.iter_mut().zip(pixels).enumerate() {
            let window = [i / width, i % width];
            let (value, element) = maximum(plane, window, &dims);
            *out = value;
            *pixel = dims.pixel(window, element).map_or(-1, |pixel| pixel as i32);
        }
    }
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
