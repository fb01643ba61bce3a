//! Two-dimensional convolution (cross-correlation, as in deep learning) and its gradients, as matrix
//! products. The matrix of patches (im2col) is never built: its lines are packed directly into the
//! panels of GEMM, and those of the gradient are added back a block at a time.
//!
//! One image and group at a time, with P = output positions and K = channels x kernel size of a group:
//!
//! ```text
//! output   [O, P] = weight [O, K] patches [K, P] + bias
//! d weight [O, K] = Σ over images  d output [O, P] patchesᵀ [P, K]
//! d input         = col2im of      weightᵀ [K, O] d output [O, P]
//! ```
//!
//! For stride 1 and suitable sizes, [`conv2d_direct`] works without patches.

use super::conv2d_dims::Dims;
use super::conv2d_direct::{self, correlate, pack_stored, pack_weight};
use super::conv2d_direct_weight::weight_gradient;
use super::conv2d_jobs::{images_per_job, sum_over_images, sums};
use super::conv2d_patches::{add_line, Patches, PATCH_COLUMNS};
use super::conv2d_sparse;
use super::winograd;
use super::winograd_weight;
use crate::kernels::elementwise::in_place::relu_in_place;
use crate::kernels::linear::gemm::{self, multiply, Matrix, Start};
use crate::parallel::{chunks, for_each_with};

/// Rows of the gradient's patches that are computed at a time.
const PATCH_ROWS: usize = 64;

/// Workspace of one thread without tiles, in floats.
pub const ROOM: usize = gemm::WORKSPACE + PATCH_ROWS * PATCH_COLUMNS;
const _: () = assert!(ROOM >= conv2d_direct::STRIP && ROOM >= conv2d_sparse::WORKSPACE);

/// Length of the workspace for a number of threads in floats, with `map` more floats for each of them.
pub fn workspace(dims: &Dims, threads: usize, map: usize) -> usize {
    let (forward, backward) = (dims.winograd(), dims.winograd_backward());
    let spaces = [
        Some([conv2d_direct::WEIGHT.max(sums(dims)), ROOM]),
        forward.map(|dims| winograd::workspace(&dims)),
        forward.map(|dims| winograd_weight::workspace(&dims)),
        backward.map(|dims| winograd::workspace(&dims)),
    ];
    let lengths = spaces.into_iter().flatten().map(|[shared, room]| shared + threads * (room + map));
    lengths.fold(0, usize::max)
}

/// The output, with an optional bias for each output channel, and `relu` if `rectified`.
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

/// The same for a part of a call, fused if `FUSED`.
pub fn forward_fused<const FUSED: bool>(
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    rectified: bool,
    output: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    if output.is_empty() {
        return;
    }
    for group in 0..dims.groups {
        let length = dims.outputs * dims.patch();
        let weight = &weight[group * length..][..length];
        let bias = bias.map(|bias| &bias[group * dims.outputs..]);
        if let Some(sizes) = dims.winograd() {
            let weight = winograd::stored(weight, dims.channels);
            let input = &x[group * dims.input()..];
            let out = &mut output[group * dims.outputs * dims.positions()..];
            let (finish, images) = ((bias, rectified), dims.image_strides());
            if winograd::correlate::<FUSED>(input, weight, finish, out, workspace, images, &sizes) {
                continue;
            }
        }
        forward_directly::<FUSED>(x, (weight, bias, rectified), output, workspace, (group, dims));
    }
}

/// One group without Winograd's transforms.
pub fn forward_directly<const FUSED: bool>(
    x: &[f32],
    (weight, bias, rectified): (&[f32], Option<&[f32]>, bool),
    output: &mut [f32],
    workspace: &mut [f32],
    (group, dims): (usize, Dims),
) {
    let Dims { groups, outputs, .. } = dims;
    let (positions, patch) = (dims.positions(), dims.patch());
    let start = bias.map_or(Start::Zero, Start::RowBias);
    let image = |i: usize| &x[i * dims.input()..][..dims.input()];
    let maps_per_job = groups * images_per_job(&dims);
    let parts = chunks(output, maps_per_job * outputs * positions);
    if let Some(direct) = dims.direct().filter(conv2d_direct::Dims::fit::<FUSED>) {
        let (weight, rooms) = pack_stored::<FUSED>(workspace, &direct, weight);
        return for_each_with(parts, rooms, conv2d_direct::STRIP, |job, output, strip| {
            for (i, output) in of_group(output, outputs * positions, group, groups) {
                correlate::<FUSED>(image(job * maps_per_job + i), weight, start, output, strip, &direct);
                if rectified {
                    relu_in_place(output);
                }
            }
        });
    }
    for_each_with(parts, workspace, ROOM, |job, output, workspace| {
        for (i, output) in of_group(output, outputs * positions, group, groups) {
            let patches = Patches { image: image(job * maps_per_job + i), dims, transposed: false };
            let weight = Matrix::rows(weight, patch);
            multiply::<FUSED>(&weight, &patches, start, output, workspace, [outputs, positions, patch]);
            if rectified {
                relu_in_place(output);
            }
        }
    });
}

/// The maps of one group, of `length` elements each, with their numbers.
fn of_group(
    maps: &mut [f32],
    length: usize,
    group: usize,
    groups: usize,
) -> impl Iterator<Item = (usize, &mut [f32])> {
    maps.chunks_exact_mut(length).enumerate().skip(group).step_by(groups)
}

/// Gradient of the weight; `upstream` is d output.
pub fn backward_weight(x: &[f32], upstream: &[f32], gradient: &mut [f32], workspace: &mut [f32], dims: Dims) {
    let run = if dims.is_fused() { backward_weight_fused::<true> } else { backward_weight_fused::<false> };
    run(x, upstream, gradient, workspace, dims);
}

fn backward_weight_fused<const FUSED: bool>(
    x: &[f32],
    upstream: &[f32],
    gradient: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    // Without elements the products of sizes below may not fit into 32 bits.
    if x.is_empty() || upstream.is_empty() {
        return gradient.fill(0.0);
    }
    if let Some(sizes) = dims.winograd() {
        let (images, length) = (dims.image_strides(), dims.outputs * dims.patch());
        let groups = gradient.chunks_exact_mut(length).enumerate();
        let is_finite = groups.fold(true, |is_finite, (group, gradient)| {
            let input = &x[group * dims.input()..];
            let upstream = &upstream[group * dims.outputs * dims.positions()..];
            is_finite
                & winograd_weight::weight_gradient::<FUSED>(
                    input, upstream, gradient, workspace, images, &sizes,
                )
        });
        if is_finite {
            return;
        }
    }
    sum_over_images(gradient, workspace, ROOM, &dims, |images, gradient, workspace| {
        let part = Dims { images: images.len(), ..dims };
        let [input, output] = [dims.input(), dims.outputs * dims.positions()]
            .map(|length| images.start * dims.groups * length..images.end * dims.groups * length);
        add_backward_weight::<FUSED>(&x[input], &upstream[output], gradient, workspace, part);
    });
}

/// Adds the gradient of some of the images to `gradient`, fused if `FUSED`.
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
    if upstream.is_empty() || gradient.is_empty() {
        return gradient.fill(0.0);
    }
    for group in 0..dims.groups {
        let length = dims.outputs * dims.patch();
        let weight = &weight[group * length..][..length];
        if let Some(sizes) = dims.winograd_backward() {
            let weight = rotated(weight, dims);
            let input = &upstream[group * dims.outputs * dims.positions()..];
            let out = &mut gradient[group * dims.input()..];
            let (finish, images) = ((None, false), dims.image_strides().backward());
            if winograd::correlate::<FUSED>(input, weight, finish, out, workspace, images, &sizes) {
                continue;
            }
        }
        backward_input_directly::<FUSED>(weight, upstream, gradient, workspace, (group, dims));
    }
}

/// The weight of the convolution from output to input: channels and outputs are swapped, and the kernel is rotated by 180
/// degrees.
fn rotated(weight: &[f32], dims: Dims) -> impl Fn(usize, usize, usize, usize) -> f32 + use<'_> {
    let Dims { kernel_height: height, kernel_width: width, .. } = dims;
    move |c, o, y, x| weight[o * dims.patch() + (c * height + height - 1 - y) * width + width - 1 - x]
}

/// One group without Winograd's transforms.
pub fn backward_input_directly<const FUSED: bool>(
    weight: &[f32],
    upstream: &[f32],
    gradient: &mut [f32],
    workspace: &mut [f32],
    (group, dims): (usize, Dims),
) {
    let Dims { groups, outputs, .. } = dims;
    let positions = dims.positions();
    let upstream = |i: usize| &upstream[i * outputs * positions..][..outputs * positions];
    let images_per_job = groups * images_per_job(&dims);
    let parts = chunks(gradient, images_per_job * dims.input());
    if let Some(direct) = dims.direct_backward().filter(conv2d_direct::Dims::fit::<FUSED>) {
        let (weight, rooms) = pack_weight::<FUSED>(workspace, &direct, rotated(weight, dims));
        return for_each_with(parts, rooms, conv2d_direct::STRIP, |job, gradient, strip| {
            for (i, image) in of_group(gradient, dims.input(), group, groups) {
                correlate::<FUSED>(
                    upstream(job * images_per_job + i),
                    weight,
                    Start::Zero,
                    image,
                    strip,
                    &direct,
                );
            }
        });
    }
    for_each_with(parts, workspace, ROOM, |job, gradient, workspace| {
        for (i, image) in of_group(gradient, dims.input(), group, groups) {
            image.fill(0.0);
            let upstream = upstream(job * images_per_job + i);
            add_patches_gradient::<FUSED>(weight, upstream, image, workspace, &dims);
        }
    });
}

/// Adds the gradient of the patches of one image and group, a block at a time.
fn add_patches_gradient<const FUSED: bool>(
    weight: &[f32],
    upstream: &[f32],
    image: &mut [f32],
    workspace: &mut [f32],
    dims: &Dims,
) {
    let (positions, patch) = (dims.positions(), dims.patch());
    let (workspace, block) = workspace.split_at_mut(gemm::WORKSPACE);
    for first in (0..positions).step_by(PATCH_COLUMNS) {
        let columns = PATCH_COLUMNS.min(positions - first);
        for row in (0..patch).step_by(PATCH_ROWS) {
            let rows = PATCH_ROWS.min(patch - row);
            let block = &mut block[..rows * columns];
            let weight = Matrix::columns(&weight[row..], patch);
            let upstream = Matrix::columns(&upstream[first..], positions);
            let sizes = [rows, columns, dims.outputs];
            multiply::<FUSED>(&weight, &upstream, Start::Zero, block, workspace, sizes);
            for (line, values) in block.chunks_exact(columns).enumerate() {
                add_line(values, image, dims, row + line, first);
            }
        }
    }
}
