//! Pooling over windows of images, plane by plane (a plane is one channel of one image).

use crate::simd::{F32x4, LANES};

/// Planes [planes, height, width] -> [planes, output_height, output_width].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub planes: usize,
    pub height: usize,
    pub width: usize,
    pub output_height: usize,
    pub output_width: usize,
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub padding: [usize; 2],
    pub dilation: [usize; 2],
}

impl Dims {
    fn input(&self) -> usize {
        self.height * self.width
    }
    fn output(&self) -> usize {
        self.output_height * self.output_width
    }
}

/// The coordinates of window `index` along one axis: first, end (exclusive) and step, clipped to the image.
fn window(
    index: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
    dilation: usize,
    size: usize,
) -> [usize; 2] {
    let start = index * stride;
    let end = (start + (kernel - 1) * dilation + 1).saturating_sub(padding).min(size);
    // The first element of the window that is not in the padding.
    let skipped = padding.saturating_sub(start).div_ceil(dilation);
    [start + skipped * dilation - padding.min(start + skipped * dilation), end]
}

/// Maxima, and where they are in their plane. The first of equals wins, a NaN always, as in torch.
pub fn max_forward(x: &[f32], out: &mut [f32], indices: &mut [i32], dims: Dims) {
    let is_halving = dims.kernel == [2, 2] && dims.stride == [2, 2] && dims.padding == [0, 0];
    let by_fours = if is_halving && dims.dilation == [1, 1] && dims.output_width * 2 <= dims.width {
        dims.output_width - dims.output_width % LANES
    } else {
        0
    };
    let planes = x.chunks_exact(dims.input().max(1)).take(dims.planes);
    let outputs =
        out.chunks_exact_mut(dims.output().max(1)).zip(indices.chunks_exact_mut(dims.output().max(1)));
    for (plane, (out, indices)) in planes.zip(outputs) {
        let rows = out.chunks_exact_mut(dims.output_width).zip(indices.chunks_exact_mut(dims.output_width));
        for (oy, (out, indices)) in rows.enumerate() {
            // With ceil_mode the last windows may reach past the image.
            let by_fours = if 2 * oy + 2 <= dims.height { by_fours } else { 0 };
            let (fours, rest) = out.split_at_mut(by_fours);
            let (index_fours, index_rest) = indices.split_at_mut(by_fours);
            if by_fours > 0 {
                let first = 2 * oy * dims.width;
                max_of_fours(&plane[first..], fours, index_fours, first, dims.width);
            }
            for (i, (out, index)) in rest.iter_mut().zip(index_rest).enumerate() {
                let at = max_of_window(plane, oy, by_fours + i, &dims);
                (*out, *index) = (at.0, at.1 as i32);
            }
        }
    }
}

/// Windows of 2 x 2, side by side in a row of them, four at a time; `first` is the index of `pixels[0]`.
#[inline(always)]
fn max_of_fours(pixels: &[f32], out: &mut [f32], indices: &mut [i32], first: usize, width: usize) {
    let bits = |index: usize| F32x4::splat(f32::from_bits(index as u32));
    let steps = [1, width, width + 1].map(bits);
    let mut places = F32x4::load(&[0, 2, 4, 6].map(f32::from_bits)).add_bits(bits(first));
    let (outs, _) = out.as_chunks_mut::<LANES>();
    let (indices, _) = indices.as_chunks_mut::<LANES>();
    let (upper, lower) = pixels.split_at(width);
    let pairs = upper.as_chunks::<{ 2 * LANES }>().0.iter().zip(lower.as_chunks::<{ 2 * LANES }>().0);
    for ((out, indices), (upper, lower)) in outs.iter_mut().zip(indices).zip(pairs) {
        let columns = |pixels: &[f32; 2 * LANES]| {
            let (vectors, _) = pixels.as_chunks::<LANES>();
            F32x4::load(&vectors[0]).unzip(F32x4::load(&vectors[1]))
        };
        let ([mut best, right], below) = (columns(upper), columns(lower));
        let mut step = F32x4::splat(0.0);
        for (value, its_step) in [right, below[0], below[1]].into_iter().zip(steps) {
            let wins = best.lt(value) | value.ne(value);
            best = F32x4::select(wins, value, best);
            step = F32x4::select(wins, its_step, step);
        }
        best.store(out);
        places.add_bits(step).store_bits(indices);
        places = places.add_bits(bits(2 * LANES));
    }
}

/// The maximum of one window, and its index in the plane.
fn max_of_window(plane: &[f32], oy: usize, ox: usize, dims: &Dims) -> (f32, usize) {
    let [kernel, stride, padding, dilation] = [dims.kernel, dims.stride, dims.padding, dims.dilation];
    let [top, bottom] = window(oy, kernel[0], stride[0], padding[0], dilation[0], dims.height);
    let [left, right] = window(ox, kernel[1], stride[1], padding[1], dilation[1], dims.width);
    // Where dilation leaves a window without a pixel, some index that exists.
    let (mut best, mut at) =
        (f32::NEG_INFINITY, top.min(dims.height - 1) * dims.width + left.min(dims.width - 1));
    for y in (top..bottom).step_by(dilation[0]) {
        for x in (left..right).step_by(dilation[1]) {
            let index = y * dims.width + x;
            let value = plane[index];
            if value > best || value.is_nan() {
                (best, at) = (value, index);
            }
        }
    }
    (best, at)
}

/// Each upstream value goes to where its maximum was.
pub fn max_backward(upstream: &[f32], indices: &[i32], gradient: &mut [f32], dims: Dims) {
    gradient.fill(0.0);
    let planes = gradient.chunks_exact_mut(dims.input().max(1));
    let outputs = upstream.chunks_exact(dims.output().max(1)).zip(indices.chunks_exact(dims.output().max(1)));
    for (gradient, (upstream, indices)) in planes.zip(outputs) {
        for (&up, &index) in upstream.iter().zip(indices) {
            gradient[index as usize] += up;
        }
    }
}

/// How the windows of an average lie, and what it is divided by.
#[derive(Clone, Copy, Debug)]
pub enum Average {
    /// Windows of one size; padding counts as zeros, or not at all.
    Fixed { count_padding: bool },
    /// Windows from `floor(i size / output)` to `ceil((i + 1) size / output)`.
    Adaptive,
}

/// Rows and columns of one window, and the divisor.
fn average_window(mode: Average, oy: usize, ox: usize, dims: &Dims) -> ([usize; 2], [usize; 2], f32) {
    match mode {
        Average::Adaptive => {
            let range = |i: usize, size: usize, out: usize| [i * size / out, ((i + 1) * size).div_ceil(out)];
            let rows = range(oy, dims.height, dims.output_height);
            let columns = range(ox, dims.width, dims.output_width);
            (rows, columns, ((rows[1] - rows[0]) * (columns[1] - columns[0])) as f32)
        }
        Average::Fixed { count_padding } => {
            let axis = |i: usize, a: usize, size: usize| {
                let [kernel, stride, padding] = [dims.kernel[a], dims.stride[a], dims.padding[a]];
                // As torch: a window that reaches past the padding behind is cut there.
                let counted = (i * stride + kernel).min(size + 2 * padding) - i * stride;
                (window(i, kernel, stride, padding, 1, size), counted)
            };
            let (rows, counted_rows) = axis(oy, 0, dims.height);
            let (columns, counted_columns) = axis(ox, 1, dims.width);
            let inside = rows[1].saturating_sub(rows[0]) * columns[1].saturating_sub(columns[0]);
            (rows, columns, if count_padding { counted_rows * counted_columns } else { inside } as f32)
        }
    }
}

/// Means of the windows.
pub fn average_forward(x: &[f32], out: &mut [f32], mode: Average, dims: Dims) {
    let planes = x.chunks_exact(dims.input().max(1)).take(dims.planes);
    for (plane, out) in planes.zip(out.chunks_exact_mut(dims.output().max(1))) {
        for (i, out) in out.iter_mut().enumerate() {
            let (rows, columns, divisor) =
                average_window(mode, i / dims.output_width, i % dims.output_width, &dims);
            let sum: f32 = (rows[0]..rows[1])
                .map(|y| plane[y * dims.width..][columns[0]..columns[1]].iter().sum::<f32>())
                .sum();
            *out = sum / divisor;
        }
    }
}

/// Each upstream value, divided, goes to every pixel of its window.
pub fn average_backward(upstream: &[f32], gradient: &mut [f32], mode: Average, dims: Dims) {
    gradient.fill(0.0);
    let planes = gradient.chunks_exact_mut(dims.input().max(1));
    for (gradient, upstream) in planes.zip(upstream.chunks_exact(dims.output().max(1))) {
        for (i, &up) in upstream.iter().enumerate() {
            let (rows, columns, divisor) =
                average_window(mode, i / dims.output_width, i % dims.output_width, &dims);
            for y in rows[0]..rows[1] {
                for g in &mut gradient[y * dims.width..][columns[0]..columns[1]] {
                    *g += up / divisor;
                }
            }
        }
    }
}
