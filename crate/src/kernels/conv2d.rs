//! Two-dimensional convolution (cross-correlation, as in deep learning) and its gradients, as matrix
//! products. The matrix of patches, im2col, is never built: its lines are packed straight into the
//! panels of GEMM, and the gradient's are added back a block at a time.
//!
//! One image and group at a time, with P = output positions and K = channels x kernel size of a group:
//!
//! ```text
//! output   [O, P] = weight [O, K] patches [K, P] + bias
//! d weight [O, K] = Σ over images  d output [O, P] patchesᵀ [P, K]
//! d input         = col2im of      weightᵀ [K, O] d output [O, P]
//! ```
//!
//! Where the stride is 1 and sizes allow, [`conv2d_direct`] does it without patches.

use super::conv2d_direct::{self, correlate, pack_stored, pack_weight, weight_gradient};
use super::conv2d_sparse;
use super::elementwise::relu_in_place;
use super::gemm::{self, multiply, pack_line, Matrix, Operand, Start};
use super::gemm_tile::is_fused;
use super::size::elements;

/// Columns of the gradient's patches that are computed at a time.
const PATCH_COLUMNS: usize = 512;
/// And rows.
const PATCH_ROWS: usize = 64;

/// Floats of workspace that the functions here want.
pub const WORKSPACE: usize = gemm::WORKSPACE + PATCH_ROWS * PATCH_COLUMNS;
const _: () = assert!(WORKSPACE >= conv2d_direct::WORKSPACE && WORKSPACE >= conv2d_sparse::WORKSPACE);

/// Images [images, groups * channels, height, width], weight [groups * outputs, channels, kernel_height, kernel_width].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub images: usize,
    pub groups: usize,
    /// Input and output channels of one group.
    pub channels: usize,
    pub outputs: usize,
    pub height: usize,
    pub width: usize,
    pub kernel_height: usize,
    pub kernel_width: usize,
    pub output_height: usize,
    pub output_width: usize,
    pub stride: [usize; 2],
    /// Zeros in front, above and to the left; those behind follow from the output's size.
    pub padding: [usize; 2],
    pub dilation: [usize; 2],
}

impl Dims {
    pub fn positions(&self) -> usize {
        elements([self.output_height, self.output_width])
    }
    pub fn patch(&self) -> usize {
        // Of a weight, which has elements or no channels.
        self.channels * self.kernel_height * self.kernel_width
    }
    pub fn input(&self) -> usize {
        elements([self.channels, self.height, self.width])
    }
    /// Whether the convolution and its gradients fuse their multiply-adds.
    pub fn is_fused(&self) -> bool {
        is_fused([self.images, self.groups, self.outputs, self.positions(), self.patch()])
    }
    /// One image and group for [`conv2d_direct`], if it may take it.
    pub fn direct(&self) -> Option<conv2d_direct::Dims> {
        if self.stride != [1, 1] || self.dilation[1] != 1 || self.input() == 0 {
            return None;
        }
        Some(conv2d_direct::Dims {
            channels: self.channels,
            outputs: self.outputs,
            height: self.height,
            width: self.width,
            output_height: self.output_height,
            output_width: self.output_width,
            kernel: [self.kernel_height, self.kernel_width],
            dilation: self.dilation[0],
            padding: self.padding.map(usize::cast_signed),
        })
    }
    /// The same from output to input, for the gradient of the latter.
    fn direct_backward(&self) -> Option<conv2d_direct::Dims> {
        let reach = [(self.kernel_height - 1) * self.dilation[0], self.kernel_width - 1];
        self.direct().map(|dims| conv2d_direct::Dims {
            channels: dims.outputs,
            outputs: dims.channels,
            height: dims.output_height,
            width: dims.output_width,
            output_height: dims.height,
            output_width: dims.width,
            padding: [0, 1].map(|i| reach[i].cast_signed() - dims.padding[i]),
            ..dims
        })
    }
}

/// `output`, with one bias for each output channel where given, and through `relu` if it is to be `rectified`.
pub fn forward(
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    rectified: bool,
    output: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    let run = if dims.is_fused() { forward_fused::<true> } else { forward_fused::<false> };
    run(x, weight, bias, rectified, output, workspace, dims);
}

/// The same for a part of what is computed, fused if `FUSED`.
pub fn forward_fused<const FUSED: bool>(
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    rectified: bool,
    output: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    let Dims { groups, outputs, .. } = dims;
    let (positions, patch) = (dims.positions(), dims.patch());
    if output.is_empty() {
        return;
    }
    if let Some(direct) = dims.direct().filter(conv2d_direct::Dims::fit::<FUSED>) {
        for group in 0..groups {
            let weight = &weight[group * outputs * patch..][..outputs * patch];
            let (weight, strip) = pack_stored::<FUSED>(workspace, &direct, weight);
            let start = bias.map_or(Start::Zero, |bias| Start::RowBias(&bias[group * outputs..]));
            let pairs = x.chunks_exact(dims.input()).zip(output.chunks_exact_mut(outputs * positions));
            for (image, output) in pairs.skip(group).step_by(groups) {
                correlate::<FUSED>(image, weight, start, output, strip, &direct);
                if rectified {
                    relu_in_place(output);
                }
            }
        }
        return;
    }
    for (i, output) in output.chunks_exact_mut(outputs * positions).enumerate() {
        let group = i % groups;
        let patches = Patches { image: &x[i * dims.input()..][..dims.input()], dims, transposed: false };
        let weight = Matrix::rows(&weight[group * outputs * patch..][..outputs * patch], patch);
        let start = bias.map_or(Start::Zero, |bias| Start::RowBias(&bias[group * outputs..]));
        multiply::<FUSED>(&weight, &patches, start, output, workspace, [outputs, positions, patch]);
        if rectified {
            relu_in_place(output);
        }
    }
}

/// Gradient of the weight, of `upstream` d output.
pub fn backward_weight(x: &[f32], upstream: &[f32], gradient: &mut [f32], workspace: &mut [f32], dims: Dims) {
    gradient.fill(0.0);
    let run = if dims.is_fused() { add_backward_weight::<true> } else { add_backward_weight::<false> };
    run(x, upstream, gradient, workspace, dims);
}

/// Adds it to what is there, fused if `FUSED`: that of a part of the images.
pub fn add_backward_weight<const FUSED: bool>(
    x: &[f32],
    upstream: &[f32],
    gradient: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    let Dims { groups, outputs, .. } = dims;
    let (positions, patch) = (dims.positions(), dims.patch());
    if upstream.is_empty() {
        return;
    }
    if let Some(direct) = dims.direct().filter(conv2d_direct::Dims::fit_weight_gradient) {
        let pairs = x.chunks_exact(dims.input()).zip(upstream.chunks_exact(outputs * positions));
        for (i, (image, upstream)) in pairs.enumerate() {
            let gradient = &mut gradient[i % groups * outputs * patch..][..outputs * patch];
            weight_gradient::<FUSED>(image, upstream, gradient, workspace, &direct);
        }
        return;
    }
    for (i, upstream) in upstream.chunks_exact(outputs * positions).enumerate() {
        let group = i % groups;
        let patches = Patches { image: &x[i * dims.input()..][..dims.input()], dims, transposed: true };
        let gradient = &mut gradient[group * outputs * patch..][..outputs * patch];
        let upstream = Matrix::rows(upstream, positions);
        multiply::<FUSED>(
            &upstream,
            &patches,
            Start::Accumulate,
            gradient,
            workspace,
            [outputs, patch, positions],
        );
    }
}

/// Gradient of the input.
pub fn backward_input(
    weight: &[f32],
    upstream: &[f32],
    gradient: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    let run = if dims.is_fused() { backward_input_fused::<true> } else { backward_input_fused::<false> };
    run(weight, upstream, gradient, workspace, dims);
}

/// The same for a part of the images, fused if `FUSED`.
pub fn backward_input_fused<const FUSED: bool>(
    weight: &[f32],
    upstream: &[f32],
    gradient: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    let Dims { groups, outputs, .. } = dims;
    let (positions, patch) = (dims.positions(), dims.patch());
    gradient.fill(0.0);
    if upstream.is_empty() || gradient.is_empty() {
        return;
    }
    if let Some(direct) = dims.direct_backward().filter(conv2d_direct::Dims::fit::<FUSED>) {
        for group in 0..groups {
            let weight = &weight[group * outputs * patch..][..outputs * patch];
            let [height, width] = direct.kernel;
            // Channels and outputs change places, and the kernel is turned around.
            let (weight, strip) = pack_weight::<FUSED>(workspace, &direct, |c, o, y, x| {
                weight[o * patch + (c * height + height - 1 - y) * width + width - 1 - x]
            });
            let pairs =
                upstream.chunks_exact(outputs * positions).zip(gradient.chunks_exact_mut(dims.input()));
            for (upstream, image) in pairs.skip(group).step_by(groups) {
                correlate::<FUSED>(upstream, weight, Start::Zero, image, strip, &direct);
            }
        }
        return;
    }
    let (workspace, block) = workspace.split_at_mut(gemm::WORKSPACE);
    for (i, image) in gradient.chunks_exact_mut(dims.input()).enumerate() {
        let group = i % groups;
        let weight = &weight[group * outputs * patch..][..outputs * patch];
        let upstream = &upstream[i * outputs * positions..][..outputs * positions];
        for first in (0..positions).step_by(PATCH_COLUMNS) {
            let columns = PATCH_COLUMNS.min(positions - first);
            for row in (0..patch).step_by(PATCH_ROWS) {
                let rows = PATCH_ROWS.min(patch - row);
                let block = &mut block[..rows * columns];
                let weight = Matrix::columns(&weight[row..], patch);
                let upstream = Matrix::columns(&upstream[first..], positions);
                multiply::<FUSED>(
                    &weight,
                    &upstream,
                    Start::Zero,
                    block,
                    workspace,
                    [rows, columns, outputs],
                );
                for (line, values) in block.chunks_exact(columns).enumerate() {
                    add_line(values, image, &dims, row + line, first);
                }
            }
        }
    }
}

/// The patches of one image and group as an operand: K lines over P depths, or the other way round.
struct Patches<'a> {
    image: &'a [f32],
    dims: Dims,
    /// False: lines are positions (columns of the patch matrix), depths its rows; true: the reverse.
    transposed: bool,
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
        let mut buffer = [0.0; PATCH_COLUMNS];
        if self.transposed {
            for (panel, packed) in
                packed.chunks_exact_mut(WIDTH * depths).take(lines.div_ceil(WIDTH)).enumerate()
            {
                let (groups, _) = packed.as_chunks_mut::<WIDTH>();
                for i in 0..WIDTH {
                    let row = panel * WIDTH + i;
                    let values = if row < lines {
                        let values = &mut buffer[..depths];
                        read_line(self.image, values, &self.dims, line + row, depth);
                        &*values
                    } else {
                        &[]
                    };
                    pack_line(values, groups, i);
                }
            }
            return;
        }
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
    /// Positions before it that lie in the padding, within the run.
    before: usize,
    /// Positions over pixels.
    inside: usize,
    /// All positions of the run.
    length: usize,
    /// The pixel of the first position inside.
    pixel: usize,
}

/// The runs of `count` positions from `first` on, as kernel element `row` sees them.
fn runs(dims: &Dims, row: usize, first: usize, count: usize) -> impl Iterator<Item = Run> {
    let Dims { height, width, output_width, stride, padding, dilation, .. } = *dims;
    let kernel = dims.kernel_height * dims.kernel_width;
    let (channel, ky, kx) = (row / kernel, row % kernel / dims.kernel_width, row % dims.kernel_width);
    let (dy, dx) = (ky * dilation[0], kx * dilation[1]);
    // Output columns whose pixel, column * stride + dx - padding, lies within the width.
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
        run[..before].fill(0.0);
        run[before + inside..].fill(0.0);
        let pixels = &image[pixel..];
        if dims.stride[1] == 1 {
            run[before..before + inside].copy_from_slice(&pixels[..inside]);
        } else {
            for (value, pixel) in
                run[before..before + inside].iter_mut().zip(pixels.iter().step_by(dims.stride[1]))
            {
                *value = *pixel;
            }
        }
    }
}

/// Adds row `row` of the patches' gradient, from position `first` on, to the image's.
fn add_line(values: &[f32], image: &mut [f32], dims: &Dims, row: usize, first: usize) {
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
