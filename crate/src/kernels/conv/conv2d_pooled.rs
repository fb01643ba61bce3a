//! Convolution, rectifier and maximum pooling in one. Of the map between them only a strip of rows is ever in memory, or
//! one image's and group's map if strips are not supported. The same holds for the gradient of that map, which is 0
//! except at the maxima.
//!
//! Windows do not overlap and have no padding: each belongs to one strip.

use super::conv2d;
use super::conv2d_chain::Chain;
use super::conv2d_direct::{self, correlate, pack_stored};
use super::conv2d_jobs::{images_per_job, sum_over_images};
use super::conv2d_sparse::Sparse;
use super::max_pool2d;
use super::maxima::{Marks, Upstream, BYTE_WINDOW, MARK};
use super::pool2d;
use super::winograd;
use super::winograd_pack;
use super::winograd_tiles::Images;
use crate::kernels::linear::gemm::Start;
use crate::parallel::{chunks, for_each_with};
use crate::simd::{F32x4, LANES};
use std::sync::atomic::{AtomicBool, Ordering};

/// Number of elements that are summed in float32 lanes before the lanes are added up.
const BLOCK: usize = 512;

/// Length of the workspace for a number of threads in floats: also of one image's and group's map for each of them.
pub fn workspace(chain: &Chain, threads: usize) -> usize {
    conv2d::workspace(&chain.convolution, threads, chain.map())
}

/// `max_pool2d(conv2d(x))`, or with `rectified` `max_pool2d(relu(conv2d(x)))` and marked positions. The bias may be empty.
pub fn forward(
    x: &[f32],
    parameters: [&[f32]; 2],
    rectified: bool,
    pooled: (&mut [f32], &mut [u8]),
    workspace: &mut [f32],
    chain: &Chain,
) {
    let run = if chain.is_fused() { forward_fused::<true> } else { forward_fused::<false> };
    run(x, parameters, rectified, pooled, workspace, chain);
}

fn forward_fused<const FUSED: bool>(
    x: &[f32],
    [weight, bias]: [&[f32]; 2],
    rectified: bool,
    (out, positions): (&mut [f32], &mut [u8]),
    workspace: &mut [f32],
    chain: &Chain,
) {
    let groups = chain.convolution.groups;
    for group in 0..groups {
        let part = chain.part(group);
        let (weight, bias) = (&weight[part.weight.clone()], bias.get(part.bias.clone()));
        if let Some(sizes) = chain.convolution.winograd() {
            let parameters = (weight, bias, rectified);
            let pooled = (&mut *out, &mut *positions);
            if forward_winograd::<FUSED>(x, parameters, pooled, workspace, (group, chain), &sizes) {
                continue;
            }
        }
        let start = bias.map_or(Start::Zero, Start::RowBias);
        if let Some(direct) = part.convolution.direct().filter(conv2d_direct::Dims::fit::<FUSED>) {
            let (weight, rooms) = pack_stored::<FUSED>(workspace, &direct, weight);
            each_map(
                chain,
                group,
                (out, positions),
                rooms,
                conv2d_direct::STRIP,
                |i, (out, positions), map, strip| {
                    for rows in part.strips() {
                        let map = &mut map[..rows.map(&part.pool)];
                        let dims = rows.of_convolution(&direct);
                        correlate::<FUSED>(chain.image(x, i), weight, start, map, strip, &dims);
                        for (plane, map) in map.chunks_exact(rows.plane()).enumerate() {
                            let at = rows.within(plane, &part.pool);
                            let positions = &mut positions[at.clone()];
                            max_pool2d::forward(map, &mut out[at], positions, rectified, rows.pool);
                        }
                    }
                },
            );
        } else {
            each_map(
                chain,
                group,
                (out, positions),
                workspace,
                conv2d::ROOM,
                |i, (out, positions), map, room| {
                    let (parameters, dims) = ((weight, bias, false), part.convolution);
                    conv2d::forward_directly::<FUSED>(chain.image(x, i), parameters, map, room, (0, dims));
                    max_pool2d::forward(map, out, positions, rectified, part.pool);
                },
            );
        }
    }
}

/// Runs `run(i, pooled map, map, workspace)` for the maps of one group, on all threads, with `room` floats of workspace.
fn each_map(
    chain: &Chain,
    group: usize,
    (out, positions): (&mut [f32], &mut [u8]),
    rooms: &mut [f32],
    room: usize,
    run: impl Fn(usize, (&mut [f32], &mut [u8]), &mut [f32], &mut [f32]) + Sync,
) {
    let (groups, pooled) = (chain.convolution.groups, chain.pooled());
    let maps_per_job = groups * images_per_job(&chain.convolution);
    let parts = (chunks(out, maps_per_job * pooled), chunks(positions, maps_per_job * pooled));
    for_each_with(parts, rooms, chain.map() + room, |job, (out, positions), workspace| {
        let (map, room) = workspace.split_at_mut(chain.map());
        let maps = out.chunks_exact_mut(pooled).zip(positions.chunks_exact_mut(pooled)).enumerate();
        for (i, pooled) in maps.skip(group).step_by(groups) {
            run(job * maps_per_job + i, pooled, map, room);
        }
    });
}

/// One group by Winograd's transforms. Returns whether all of the map is finite; otherwise the results are arbitrary.
fn forward_winograd<const FUSED: bool>(
    x: &[f32],
    (weight, bias, rectified): (&[f32], Option<&[f32]>, bool),
    (out, positions): (&mut [f32], &mut [u8]),
    workspace: &mut [f32],
    (group, chain): (usize, &Chain),
    sizes: &conv2d_direct::Dims,
) -> bool {
    let weight = winograd::stored(weight, sizes.channels);
    let (plane, pooled) = (chain.pool.input(), chain.pool.output());
    let is_finite = AtomicBool::new(true);
    for outputs in winograd_pack::turns(sizes) {
        let (weight, rooms) = winograd_pack::pack_weight::<FUSED>(workspace, outputs.clone(), &weight, sizes);
        let room = winograd::workspace(sizes)[1];
        each_map(
            chain,
            group,
            (&mut *out, &mut *positions),
            rooms,
            room,
            |i, (out, positions), map, room| {
                let (image, finish, one) = (chain.image(x, i), (bias, false), Images::ONE);
                if !winograd::correlate_images::<FUSED>(image, &weight, finish, map, room, one, sizes) {
                    is_finite.store(false, Ordering::Relaxed);
                }
                let map = &map[outputs.start * plane..outputs.end * plane];
                let at = outputs.start * pooled..outputs.end * pooled;
                let (pool, positions) =
                    (pool2d::Dims { planes: outputs.len(), ..chain.pool }, &mut positions[at.clone()]);
                max_pool2d::forward(map, &mut out[at], positions, rectified, pool);
            },
        );
    }
    is_finite.into_inner()
}

/// Gradient of the weight.
pub fn backward_weight(
    x: &[f32],
    upstream: Upstream,
    gradient: &mut [f32],
    workspace: &mut [f32],
    chain: &Chain,
) {
    let run = if chain.is_fused() { backward_weight_fused::<true> } else { backward_weight_fused::<false> };
    run(x, upstream, gradient, workspace, chain);
}

fn backward_weight_fused<const FUSED: bool>(
    x: &[f32],
    upstream: Upstream,
    gradient: &mut [f32],
    workspace: &mut [f32],
    chain: &Chain,
) {
    let (groups, room) = (chain.convolution.groups, chain.map() + conv2d::ROOM);
    sum_over_images(gradient, workspace, room, &chain.convolution, |images, gradient, workspace| {
        let (map, room) = workspace.split_at_mut(chain.map());
        for i in images.start * groups..images.end * groups {
            let (image, part) = (chain.image(x, i), chain.part(i));
            let upstream = upstream.of_map(i, chain.pooled());
            let gradient = &mut gradient[part.weight.clone()];
            if let Some(sparse) = part.sparse().filter(Sparse::fit) {
                sparse.weight_gradient::<FUSED>(image, upstream, gradient, room);
            } else {
                spread(&upstream, map, part.pool);
                conv2d::add_backward_weight::<FUSED>(image, map, gradient, room, part.convolution);
            }
        }
    });
}

/// Gradient of the input.
pub fn backward_input(
    weight: &[f32],
    upstream: Upstream,
    gradient: &mut [f32],
    workspace: &mut [f32],
    chain: &Chain,
) {
    let run = if chain.is_fused() { backward_input_fused::<true> } else { backward_input_fused::<false> };
    run(weight, upstream, gradient, workspace, chain);
}

fn backward_input_fused<const FUSED: bool>(
    weight: &[f32],
    upstream: Upstream,
    gradient: &mut [f32],
    workspace: &mut [f32],
    chain: &Chain,
) {
    let input = chain.convolution.input().max(1);
    let per_job = chain.convolution.groups * images_per_job(&chain.convolution);
    let (parts, room) = (chunks(gradient, per_job * input), chain.map() + conv2d::ROOM);
    for_each_with(parts, workspace, room, |job, gradient, workspace| {
        let (map, room) = workspace.split_at_mut(chain.map());
        for (i, image) in gradient.chunks_exact_mut(input).enumerate() {
            let part = chain.part(i);
            let upstream = upstream.of_map(job * per_job + i, chain.pooled());
            let weight = &weight[part.weight.clone()];
            if let Some(sparse) = part.sparse().filter(Sparse::fit_input) {
                sparse.input_gradient::<FUSED>(weight, upstream, image, room);
            } else {
                spread(&upstream, map, part.pool);
                conv2d::backward_input_directly::<FUSED>(weight, map, image, room, (0, part.convolution));
            }
        }
    });
}

/// Gradient of the bias: the sum of each channel, with `plane` elements per image.
pub fn backward_bias(upstream: Upstream, gradient: &mut [f32], plane: usize) {
    let (channels, plane) = (gradient.len(), plane.max(1));
    // Maxima with positions from here on pass no gradient.
    let end = if matches!(upstream.marks, Marks::Respected) { MARK.into() } else { BYTE_WINDOW };
    for (channel, gradient) in gradient.iter_mut().enumerate() {
        let planes = upstream.values.chunks_exact(plane).zip(upstream.positions.chunks_exact(plane));
        let sums = planes
            .skip(channel)
            .step_by(channels)
            .map(|(values, positions)| sum_before(end, values, positions));
        *gradient = sums.sum::<f64>() as f32;
    }
}

/// Sum of the values whose position is less than `end`.
fn sum_before(end: usize, values: &[f32], positions: &[u8]) -> f64 {
    let limit = F32x4::splat(end as f32);
    let mut total = 0.0;
    for (values, positions) in values.chunks(BLOCK).zip(positions.chunks(BLOCK)) {
        let ((values, rest), (positions, rest_positions)) =
            (values.as_chunks::<LANES>(), positions.as_chunks::<LANES>());
        let mut sum = F32x4::splat(0.0);
        for (values, positions) in values.iter().zip(positions) {
            sum = sum + (F32x4::load(values) & F32x4::from_u8(positions).lt(limit));
        }
        let rest = rest.iter().zip(rest_positions).filter(|(_, position)| usize::from(**position) < end);
        total += sum.sum_f64() + rest.map(|(value, _)| f64::from(*value)).sum::<f64>();
    }
    total
}

/// Writes the gradient of the map before pooling.
fn spread(upstream: &Upstream, gradient: &mut [f32], pool: pool2d::Dims) {
    max_pool2d::backward(upstream.values, upstream.positions, upstream.marks, gradient, pool);
}
