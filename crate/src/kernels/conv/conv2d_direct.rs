//! Convolution of stride 1 without a matrix of patches: a row of output is a sum of shifted and scaled
//! rows of the image, so vectors are loaded directly. Only a strip of rows
//! is copied, with its padding.
//!
//! For one image and group. The gradient of the input is the same [`correlate`] with the weight
//! rotated.

use crate::kernels::linear::gemm_tile::{multiply_panel, rows_in_tall, Start, COLUMNS, SHORT, TALL};
use crate::simd::{F32x4, LANES};
use crate::size::product;
use std::ops::Range;

/// Longest sum; longer ones are faster in the blocks of `gemm.rs`.
const MAX_DEPTH: usize = 1024;
/// Floats of a strip and of the packed weight: 256 KiB each.
pub const STRIP: usize = 1 << 16;
pub const WEIGHT: usize = 1 << 16;

/// Input [channels, height, width], output [outputs, output_height, output_width].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub channels: usize,
    pub outputs: usize,
    pub height: usize,
    pub width: usize,
    pub output_height: usize,
    pub output_width: usize,
    pub kernel: [usize; 2],
    /// Dilation of the rows; columns have none.
    pub dilation: usize,
    /// Padding above and to the left; negative if the input is cropped.
    pub padding: [isize; 2],
}

impl Dims {
    /// Length of the sums.
    fn depth(&self) -> usize {
        self.channels * self.kernel[0] * self.kernel[1]
    }
    /// Number of input rows for `rows` rows of output.
    fn strip_rows(&self, rows: usize) -> usize {
        rows + (self.kernel[0] - 1) * self.dilation
    }
    pub fn strip_width(&self) -> usize {
        self.output_width + self.kernel[1] - 1
    }
    /// Offset in a strip of the pixels under a row of the kernel, of one channel.
    pub fn line_start(&self, line: usize, rows: usize) -> usize {
        let (channel, y) = (line / self.kernel[0], line % self.kernel[0]);
        (channel * self.strip_rows(rows) + y * self.dilation) * self.strip_width()
    }
    /// The maximum number of output rows whose strip fits, with room after it for the last tile.
    pub fn rows_at_once(&self) -> usize {
        // With a wide border the length of a strip's rows may exceed 32 bits.
        let rows = (STRIP - COLUMNS) as u64 / product([self.channels, self.strip_width()]).max(1);
        (rows as usize + 1).saturating_sub(self.strip_rows(1)).min(self.output_height)
    }
    /// Number of outputs in tall tiles, like rows of GEMM; the rest are in short ones.
    fn tall_outputs<const FUSED: bool>(&self) -> usize {
        rows_in_tall::<FUSED>(self.outputs)
    }
    /// Length of the packed weight in floats, and of its tall tiles.
    fn packed<const FUSED: bool>(&self) -> [usize; 2] {
        let tall = self.tall_outputs::<FUSED>();
        let short = (self.outputs - tall).next_multiple_of(SHORT);
        [tall.next_multiple_of(TALL) + short, tall.next_multiple_of(TALL)]
            .map(|outputs| outputs * self.depth())
    }
    /// Whether [`correlate`] supports this: the sums are not too long, and the columns fill the tiles.
    pub fn fit<const FUSED: bool>(&self) -> bool {
        let columns = self.output_width.next_multiple_of(COLUMNS);
        self.depth() <= MAX_DEPTH
            && self.packed::<FUSED>()[0] <= WEIGHT
            && 3 * self.output_width >= 2 * columns
            && self.rows_at_once() > 0
    }
    /// Whether `conv2d_direct_weight.rs` supports this: the kernel's width is known, the rows fill their vectors, and
    /// there are too few outputs to make up for packing patches.
    pub fn fit_weight_gradient(&self) -> bool {
        matches!(self.kernel[1], 3 | 5 | 7)
            && (self.output_width.is_multiple_of(LANES) || self.output_width > 16 * LANES)
            && self.outputs <= 128
            && self.rows_at_once() > 0
    }
}

/// Packs the weight for [`correlate`] as `[tiles][depth][outputs of the tile]`, padded with zeros;
/// `weight(output, channel, y, x)` gives its elements. Also returns the rest of the workspace, for strips.
pub fn pack_weight<'a, const FUSED: bool>(
    workspace: &'a mut [f32],
    dims: &Dims,
    weight: impl Fn(usize, usize, usize, usize) -> f32,
) -> (&'a [f32], &'a mut [f32]) {
    let (packed, strip) = workspace.split_at_mut(WEIGHT);
    let (tall, short) = packed.split_at_mut(dims.packed::<FUSED>()[1]);
    let in_tall = dims.tall_outputs::<FUSED>();
    if in_tall > 0 {
        pack_tiles::<TALL>(tall, 0..in_tall, dims, &weight);
    }
    pack_tiles::<SHORT>(short, in_tall..dims.outputs, dims, &weight);
    (packed, strip)
}

/// [`pack_weight`] for a weight stored as [outputs, channels, kernel].
pub fn pack_stored<'a, const FUSED: bool>(
    workspace: &'a mut [f32],
    dims: &Dims,
    weight: &[f32],
) -> (&'a [f32], &'a mut [f32]) {
    let [height, width] = dims.kernel;
    pack_weight::<FUSED>(workspace, dims, |o, c, y, x| {
        weight[((o * dims.channels + c) * height + y) * width + x]
    })
}

fn pack_tiles<const OUTPUTS: usize>(
    packed: &mut [f32],
    outputs: Range<usize>,
    dims: &Dims,
    weight: &impl Fn(usize, usize, usize, usize) -> f32,
) {
    let [kernel_height, kernel_width] = dims.kernel;
    let (groups, _) = packed.as_chunks_mut::<OUTPUTS>();
    let count = outputs.len().div_ceil(OUTPUTS) * dims.depth();
    for (at, group) in groups.iter_mut().enumerate().take(count) {
        let (tile, depth) = (at / dims.depth(), at % dims.depth());
        let (row, x) = (depth / kernel_width, depth % kernel_width);
        for (i, value) in group.iter_mut().enumerate() {
            let output = outputs.start + tile * OUTPUTS + i;
            *value = if output < outputs.end {
                weight(output, row / kernel_height, row % kernel_height, x)
            } else {
                0.0
            };
        }
    }
}

/// `output[o][y][x] = Σ over c, i, j of weight[o][c][i][j] image[c][y + i dilation - padding][x + j - padding]`, plus
/// the bias of [`Start::RowBias`].
pub fn correlate<const FUSED: bool>(
    image: &[f32],
    weight: &[f32],
    start: Start,
    output: &mut [f32],
    strip: &mut [f32],
    dims: &Dims,
) {
    let rows = dims.rows_at_once();
    let mut offsets = [0; MAX_DEPTH];
    let offsets = &mut offsets[..dims.depth()];
    for top in (0..dims.output_height).step_by(rows) {
        let rows = rows.min(dims.output_height - top);
        fill_strip(image, strip, top, rows, dims);
        for (at, offset) in offsets.iter_mut().enumerate() {
            let (line, x) = (at / dims.kernel[1], at % dims.kernel[1]);
            *offset = dims.line_start(line, rows) + x;
        }
        let (tall, short) = weight.split_at(dims.packed::<FUSED>()[1]);
        let (in_tall, rows) = (dims.tall_outputs::<FUSED>(), top..top + rows);
        if in_tall > 0 {
            correlate_tiles::<TALL, FUSED>(strip, tall, start, output, (0..in_tall, &rows), offsets, dims);
        }
        let in_short = in_tall..dims.outputs;
        correlate_tiles::<SHORT, FUSED>(strip, short, start, output, (in_short, &rows), offsets, dims);
    }
}

/// Computes some rows of some outputs.
fn correlate_tiles<const OUTPUTS: usize, const FUSED: bool>(
    strip: &[f32],
    weight: &[f32],
    start: Start,
    output: &mut [f32],
    (outputs, rows): (Range<usize>, &Range<usize>),
    offsets: &[usize],
    dims: &Dims,
) {
    let (width, plane) = (dims.output_width, dims.output_height * dims.output_width);
    let panels = weight.chunks_exact(OUTPUTS * dims.depth());
    for (first, panel) in outputs.clone().step_by(OUTPUTS).zip(panels) {
        let outputs = first..outputs.end.min(first + OUTPUTS);
        for (row, y) in rows.clone().enumerate() {
            for left in (0..width).step_by(COLUMNS) {
                let strip = &strip[row * dims.strip_width() + left..];
                let columns = left..width.min(left + COLUMNS);
                if outputs.len() < OUTPUTS || columns.len() < COLUMNS {
                    let output = &mut output[y * width..];
                    correlate_partly::<OUTPUTS, FUSED>(
                        strip,
                        panel,
                        start,
                        output,
                        outputs.clone(),
                        columns,
                        offsets,
                        plane,
                    );
                    continue;
                }
                let tile = tile::<OUTPUTS, FUSED>(strip, panel, offsets);
                for (at, sums) in tile.into_iter().enumerate() {
                    let output = &mut output[(first + at) * plane + y * width + left..][..COLUMNS];
                    start.store_row(sums, first + at, left, output);
                }
            }
        }
    }
}

/// A partial tile.
// A function of its own, because sums for a variable number of outputs are in memory.
#[inline(never)]
fn correlate_partly<const OUTPUTS: usize, const FUSED: bool>(
    strip: &[f32],
    panel: &[f32],
    start: Start,
    output: &mut [f32],
    outputs: Range<usize>,
    columns: Range<usize>,
    offsets: &[usize],
    plane: usize,
) {
    let tile = tile::<OUTPUTS, FUSED>(strip, panel, offsets);
    for (o, sums) in outputs.zip(tile) {
        let output = &mut output[o * plane..][columns.clone()];
        start.store_row(sums, o, columns.start, output);
    }
}

/// Computes some outputs at eight neighbouring columns.
#[inline(always)]
fn tile<const OUTPUTS: usize, const FUSED: bool>(
    strip: &[f32],
    panel: &[f32],
    offsets: &[usize],
) -> [[F32x4; 2]; OUTPUTS] {
    multiply_panel::<OUTPUTS, FUSED>(panel, offsets.iter().map(|&offset| &strip[offset..offset + COLUMNS]))
}

/// Copies the input rows for `rows` rows of output from `top` on, of each channel, with their padding.
pub fn fill_strip(image: &[f32], strip: &mut [f32], top: usize, rows: usize, dims: &Dims) {
    let (rows, length) = (dims.strip_rows(rows), dims.strip_width());
    let [above, left] = dims.padding;
    // Columns of the strip that are pixels.
    let start = left.clamp(0, length as isize) as usize;
    let end = (dims.width as isize + left).clamp(start as isize, length as isize) as usize;
    for (at, line) in strip.chunks_exact_mut(length).take(dims.channels * rows).enumerate() {
        let y = (top + at % rows).wrapping_add_signed(-above);
        if y >= dims.height {
            line.fill(0.0);
            continue;
        }
        let pixels = &image[(at / rows * dims.height + y) * dims.width..][..dims.width];
        line[..start].fill(0.0);
        line[end..].fill(0.0);
        if start < end {
            let first = start.wrapping_add_signed(-left);
            line[start..end].copy_from_slice(&pixels[first..first + end - start]);
        }
    }
}
