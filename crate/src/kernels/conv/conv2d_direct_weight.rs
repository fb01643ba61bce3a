//! The gradient of the weight of a convolution of stride 1, from shifted rows as in `conv2d_direct.rs`.

use super::conv2d_direct::{fill_strip, Dims};
use crate::simd::{load_partial, F32x4, LANES};

/// Number of positions whose terms of the weight's gradient are summed in float32 lanes before the lanes are added up.
const POSITIONS: usize = 2048;

/// Adds the gradient of the weight, [outputs, channels, kernel], of one image:
/// `Σ over y, x of upstream[o][y][x] image[c][y + i dilation - padding][x + j - padding]`.
pub fn weight_gradient<const FUSED: bool>(
    image: &[f32],
    upstream: &[f32],
    gradient: &mut [f32],
    strip: &mut [f32],
    dims: &Dims,
) {
    // Sums, a vector of pixels and one of each output fit V8's registers, also with a separate product.
    match dims.kernel[1] {
        3 if FUSED => weight_gradient_width::<3, 3, FUSED>(image, upstream, gradient, strip, dims),
        3 => weight_gradient_width::<3, 2, FUSED>(image, upstream, gradient, strip, dims),
        5 => weight_gradient_width::<5, 2, FUSED>(image, upstream, gradient, strip, dims),
        _ => weight_gradient_width::<7, 1, FUSED>(image, upstream, gradient, strip, dims),
    }
}

fn weight_gradient_width<const KERNEL: usize, const OUTPUTS: usize, const FUSED: bool>(
    image: &[f32],
    upstream: &[f32],
    gradient: &mut [f32],
    strip: &mut [f32],
    dims: &Dims,
) {
    let (width, plane) = (dims.output_width, dims.output_height * dims.output_width);
    let rows = dims.rows_at_once().min(POSITIONS.div_ceil(width));
    let lines = dims.channels * dims.kernel[0];
    for top in (0..dims.output_height).step_by(rows) {
        let rows = rows.min(dims.output_height - top);
        fill_strip(image, strip, top, rows, dims);
        for first in (0..dims.outputs).step_by(OUTPUTS) {
            // Padding repeats the last output; its sums are not used.
            let upstream: [&[f32]; OUTPUTS] = std::array::from_fn(|i| {
                let output = (first + i).min(dims.outputs - 1);
                &upstream[output * plane + top * width..][..rows * width]
            });
            for line in 0..lines {
                let pixels = &strip[dims.line_start(line, rows)..];
                let sums = line_sums::<KERNEL, OUTPUTS, FUSED>(pixels, upstream, width, dims.strip_width());
                for (output, sums) in (first..dims.outputs).zip(sums) {
                    let gradient = &mut gradient[(output * lines + line) * KERNEL..][..KERNEL];
                    for (gradient, sum) in gradient.iter_mut().zip(sums) {
                        *gradient += sum.sum_f64() as f32;
                    }
                }
            }
        }
    }
}

/// Sums over rows of `upstream`, for one row of the kernel.
#[inline(always)]
fn line_sums<const KERNEL: usize, const OUTPUTS: usize, const FUSED: bool>(
    strip: &[f32],
    upstream: [&[f32]; OUTPUTS],
    width: usize,
    strip_width: usize,
) -> [[F32x4; KERNEL]; OUTPUTS] {
    let mut sums = [[F32x4::splat(0.0); KERNEL]; OUTPUTS];
    let whole = width - width % LANES;
    for (row, pixels) in strip.chunks_exact(strip_width).take(upstream[0].len() / width).enumerate() {
        let upstream = upstream.map(|upstream| &upstream[row * width..][..width]);
        let mut add = |pixels: [F32x4; KERNEL], upstream: [F32x4; OUTPUTS]| {
            for (x, pixels) in pixels.into_iter().enumerate() {
                for (sums, upstream) in sums.iter_mut().zip(upstream) {
                    sums[x] = pixels.fused_mul_add::<FUSED>(upstream, sums[x]);
                }
            }
        };
        let vectors = upstream.map(|upstream| upstream.as_chunks::<LANES>().0);
        for (at, pixels) in pixels.windows(LANES - 1 + KERNEL).step_by(LANES).take(whole / LANES).enumerate()
        {
            let pixels =
                std::array::from_fn(|x| F32x4::load(pixels[x..].first_chunk().unwrap_or(&[0.0; LANES])));
            add(pixels, vectors.map(|vectors| F32x4::load(&vectors[at])));
        }
        if whole < width {
            let rest = width - whole;
            let pixels = std::array::from_fn(|x| load_partial(&pixels[whole + x..][..rest], 0.0));
            add(pixels, upstream.map(|upstream| load_partial(&upstream[whole..], 0.0)));
        }
    }
    sums
}
