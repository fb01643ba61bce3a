//! Patches of an image (im2col), line by line: packed for GEMM, and added back.

use super::conv2d_dims::Dims;
use super::pool2d::load_strided;
use crate::kernels::linear::gemm::{pack_line, pack_lines, Operand};
use crate::simd::LANES;

/// Number of columns of the gradient's patches that are computed at a time.
pub const PATCH_COLUMNS: usize = 512;

/// The patches of one image and group as an operand: K lines of depth P, or vice versa.
pub struct Patches<'a> {
    pub image: &'a [f32],
    pub dims: Dims,
    /// False: lines are positions (columns of the patch matrix), and its rows are the depth; true: the reverse.
    pub transposed: bool,
}

impl Operand for Patches<'_> {
    fn pack<const WIDTH: usize>(
        &self,
        packed: &mut [f32],
        line: usize,
        lines: usize,
        depth: usize,
        depths: usize,
    ) {
        if self.transposed {
            let mut buffers = [[0.0; PATCH_COLUMNS]; LANES];
            for (panel, packed) in
                packed.chunks_exact_mut(WIDTH * depths).take(lines.div_ceil(WIDTH)).enumerate()
            {
                let (groups, _) = packed.as_chunks_mut::<WIDTH>();
                for first in (0..WIDTH).step_by(LANES) {
                    let rows = panel * WIDTH + first;
                    for (row, buffer) in (rows..lines).zip(&mut buffers) {
                        read_line(self.image, &mut buffer[..depths], &self.dims, line + row, depth);
                    }
                    let lines =
                        std::array::from_fn(|i| if rows + i < lines { &buffers[i][..depths] } else { &[] });
                    if first + LANES <= WIDTH {
                        pack_lines(lines, groups, first);
                    } else {
                        lines[..WIDTH - first]
                            .iter()
                            .enumerate()
                            .for_each(|(i, line)| pack_line(line, groups, first + i));
                    }
                }
            }
            return;
        }
        let mut buffer = [0.0; PATCH_COLUMNS];
        let padded = lines.next_multiple_of(WIDTH);
        for d in 0..depths {
            read_line(self.image, &mut buffer[..lines], &self.dims, depth + d, line);
            buffer[lines..padded].fill(0.0);
            let (groups, _) = buffer[..padded].as_chunks::<WIDTH>();
            for (panel, group) in groups.iter().enumerate() {
                let at = (panel * depths + d) * WIDTH;
                packed[at..at + WIDTH].copy_from_slice(group);
            }
        }
    }
}

/// A run of output positions in one output row, and the pixels under one kernel element.
struct Run {
    /// Number of positions in the padding, at its start.
    before: usize,
    /// Number of positions over pixels.
    inside: usize,
    /// Number of all positions of the run.
    length: usize,
    /// The pixel of the first position over pixels.
    pixel: usize,
}

/// The runs of `count` positions from `first` on, for kernel element `row`.
fn runs(dims: &Dims, row: usize, first: usize, count: usize) -> impl Iterator<Item = Run> {
    let Dims { height, width, output_width, stride, padding, dilation, .. } = *dims;
    let kernel = dims.kernel_height * dims.kernel_width;
    let (channel, ky, kx) = (row / kernel, row % kernel / dims.kernel_width, row % dims.kernel_width);
    let (dy, dx) = (ky * dilation[0], kx * dilation[1]);
    // Output columns whose pixel, column * stride + dx - padding, is inside of the width.
    let lowest = padding[1].saturating_sub(dx).div_ceil(stride[1]).min(output_width);
    let highest = (width + padding[1]).saturating_sub(dx).div_ceil(stride[1]).clamp(lowest, output_width);
    let mut position = first;
    std::iter::from_fn(move || {
        if position == first + count {
            return None;
        }
        let (oy, ox) = (position / output_width, position % output_width);
        let length = (output_width - ox).min(first + count - position);
        position += length;
        let y = (oy * stride[0] + dy).wrapping_sub(padding[0]);
        if y >= height {
            return Some(Run { before: length, inside: 0, length, pixel: 0 });
        }
        let (start, end) = (lowest.clamp(ox, ox + length), highest.clamp(ox, ox + length));
        let inside = end.saturating_sub(start);
        let x = if inside > 0 { start * stride[1] + dx - padding[1] } else { 0 };
        Some(Run { before: start - ox, inside, length, pixel: (channel * height + y) * width + x })
    })
}

/// Row `row` of the patch matrix, from position `first` on.
fn read_line(image: &[f32], values: &mut [f32], dims: &Dims, row: usize, first: usize) {
    let mut rest = &mut *values;
    let count = rest.len();
    for Run { before, inside, length, pixel } in runs(dims, row, first, count) {
        let (run, after) = rest.split_at_mut(length);
        rest = after;
        // Runs are short, and most have no padding: a call into the engine would take as long as the copy.
        if inside < length {
            run.fill(0.0);
        }
        let pixels = &image[pixel..];
        if dims.stride[1] == 1 {
            run[before..before + inside].copy_from_slice(&pixels[..inside]);
        } else {
            read_strided(pixels, dims.stride[1], &mut run[before..before + inside]);
        }
    }
}

/// Every `stride`th pixel.
fn read_strided(pixels: &[f32], stride: usize, values: &mut [f32]) {
    let (vectors, rest) = values.as_chunks_mut::<LANES>();
    let first_of_rest = vectors.len() * LANES * stride;
    for (at, values) in vectors.iter_mut().enumerate() {
        let start = at * LANES * stride;
        let vector = match stride {
            2 => load_strided::<2>(pixels, start, 2),
            _ => load_strided::<0>(pixels, start, stride),
        };
        vector.store(values);
    }
    for (value, pixel) in
        rest.iter_mut().zip(pixels[first_of_rest.min(pixels.len())..].iter().step_by(stride))
    {
        *value = *pixel;
    }
}

/// Adds row `row` of the patches' gradient, from position `first` on, to the image's.
pub fn add_line(values: &[f32], image: &mut [f32], dims: &Dims, row: usize, first: usize) {
    let mut rest = values;
    for Run { before, inside, length, pixel } in runs(dims, row, first, values.len()) {
        let (run, after) = rest.split_at(length);
        rest = after;
        let pixels = image[pixel..].iter_mut().step_by(dims.stride[1]);
        for (value, pixel) in run[before..before + inside].iter().zip(pixels) {
            *pixel += value;
        }
    }
}
