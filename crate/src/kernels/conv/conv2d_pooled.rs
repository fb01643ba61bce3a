//! Convolution, rectifier and maximum pooling in one. Of the map between them only a strip of rows is ever in memory, or
//! one image's and group's map if strips are not supported. The same holds for the gradient of that map, which is 0
//! except at the maxima.
//!
//! Windows do not overlap and have no padding: each belongs to one strip.

use super::conv2d;
use super::conv2d_dims::Dims;
use super::conv2d_direct::{self, correlate, pack_stored};
use super::conv2d_sparse::Sparse;
use super::max_pool2d;
use super::maxima::{Marks, Upstream, BYTE_WINDOW, MARK};
use super::pool2d;
use super::winograd;
use super::winograd_tiles::Images;
use crate::kernels::linear::gemm::Start;
use crate::simd::{F32x4, LANES};
use std::ops::Range;

/// Number of floats of the map that fit the cache.
const STRIP: usize = 1 << 17;
/// Number of elements that are summed in float32 lanes before the lanes are added up.
const BLOCK: usize = 512;

/// A convolution and the pooling of its output.
#[derive(Clone, Copy, Debug)]
pub struct Chain {
    pub convolution: Dims,
    pub pool: pool2d::Dims,
}

/// Workspace for one image's and group's map, and for the convolution.
pub struct Workspace<'a> {
    pub map: &'a mut [f32],
    pub convolution: &'a mut [f32],
}

/// `max_pool2d(conv2d(x))`, or with `rectified` `max_pool2d(relu(conv2d(x)))` and marked positions. The bias may be empty.
pub fn forward(
    x: &[f32],
    parameters: [&[f32]; 2],
    rectified: bool,
    pooled: (&mut [f32], &mut [u8]),
    workspace: &mut Workspace,
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
    workspace: &mut Workspace,
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
        let Workspace { map, convolution } = &mut *workspace;
        let maps = out.chunks_exact_mut(chain.pooled()).zip(positions.chunks_exact_mut(chain.pooled()));
        let maps = maps.enumerate().skip(group).step_by(groups);
        let Some(direct) = part.convolution.direct().filter(conv2d_direct::Dims::fit::<FUSED>) else {
            for (i, (out, positions)) in maps {
                let (image, dims) = (chain.image(x, i), part.convolution);
                conv2d::forward_directly::<FUSED>(image, (weight, bias, false), map, convolution, (0, dims));
                max_pool2d::forward(map, out, positions, rectified, part.pool);
            }
            continue;
        };
        let (weight, strip) = pack_stored::<FUSED>(convolution, &direct, weight);
        let start = bias.map_or(Start::Zero, Start::RowBias);
        for (i, (out, positions)) in maps {
            for rows in part.strips() {
                let map = &mut map[..rows.map(&part.pool)];
                let dims = rows.of_convolution(&direct);
                correlate::<FUSED>(chain.image(x, i), weight, start, map, strip, &dims);
                for (plane, map) in map.chunks_exact(rows.plane()).enumerate() {
                    let at = rows.within(plane, &part.pool);
                    max_pool2d::forward(map, &mut out[at.clone()], &mut positions[at], rectified, rows.pool);
                }
            }
        }
    }
}

/// One group by Winograd's transforms. Returns whether all of the map is finite; otherwise the results are arbitrary.
fn forward_winograd<const FUSED: bool>(
    x: &[f32],
    (weight, bias, rectified): (&[f32], Option<&[f32]>, bool),
    (out, positions): (&mut [f32], &mut [u8]),
    Workspace { map, convolution }: &mut Workspace,
    (group, chain): (usize, &Chain),
    sizes: &conv2d_direct::Dims,
) -> bool {
    let weight = winograd::stored(weight, sizes.channels);
    let (plane, pooled) = (chain.pool.input(), chain.pool.output());
    let mut is_finite = true;
    for outputs in winograd::turns(sizes) {
        let (weight, scratch) = winograd::pack_weight::<FUSED>(convolution, outputs.clone(), &weight, sizes);
        for i in
            (group..chain.convolution.images * chain.convolution.groups).step_by(chain.convolution.groups)
        {
            let (image, finish) = (chain.image(x, i), (bias, false));
            is_finite &=
                winograd::correlate_packed::<FUSED>(image, &weight, finish, map, scratch, Images::ONE, sizes);
            let map = &map[outputs.start * plane..outputs.end * plane];
            let first = i * chain.pooled() + outputs.start * pooled;
            let at = first..first + outputs.len() * pooled;
            let pool = pool2d::Dims { planes: outputs.len(), ..chain.pool };
            max_pool2d::forward(map, &mut out[at.clone()], &mut positions[at], rectified, pool);
        }
    }
    is_finite
}

/// Gradient of the weight.
pub fn backward_weight(
    x: &[f32],
    upstream: Upstream,
    gradient: &mut [f32],
    workspace: &mut Workspace,
    chain: &Chain,
) {
    let run = if chain.is_fused() { backward_weight_fused::<true> } else { backward_weight_fused::<false> };
    run(x, upstream, gradient, workspace, chain);
}

fn backward_weight_fused<const FUSED: bool>(
    x: &[f32],
    upstream: Upstream,
    gradient: &mut [f32],
    workspace: &mut Workspace,
    chain: &Chain,
) {
    let Workspace { map, convolution } = workspace;
    gradient.fill(0.0);
    for i in 0..chain.convolution.images * chain.convolution.groups {
        let (image, part) = (chain.image(x, i), chain.part(i));
        let upstream = upstream.of_map(i, chain.pooled());
        let gradient = &mut gradient[part.weight.clone()];
        if let Some(sparse) = part.sparse().filter(Sparse::fit) {
            sparse.weight_gradient::<FUSED>(image, upstream, gradient, convolution);
        } else {
            spread(&upstream, map, part.pool);
            conv2d::add_backward_weight::<FUSED>(image, map, gradient, convolution, part.convolution);
        }
    }
}

/// Gradient of the input.
pub fn backward_input(
    weight: &[f32],
    upstream: Upstream,
    gradient: &mut [f32],
    workspace: &mut Workspace,
    chain: &Chain,
) {
    let run = if chain.is_fused() { backward_input_fused::<true> } else { backward_input_fused::<false> };
    run(weight, upstream, gradient, workspace, chain);
}

fn backward_input_fused<const FUSED: bool>(
    weight: &[f32],
    upstream: Upstream,
    gradient: &mut [f32],
    workspace: &mut Workspace,
    chain: &Chain,
) {
    let Workspace { map, convolution } = workspace;
    for (i, image) in gradient.chunks_exact_mut(chain.convolution.input().max(1)).enumerate() {
        let part = chain.part(i);
        let upstream = upstream.of_map(i, chain.pooled());
        if let Some(sparse) = part.sparse().filter(Sparse::fit_input) {
            sparse.input_gradient::<FUSED>(&weight[part.weight], upstream, image, convolution);
        } else {
            spread(&upstream, map, part.pool);
            conv2d::backward_input_fused::<FUSED>(
                &weight[part.weight],
                map,
                image,
                convolution,
                part.convolution,
            );
        }
    }
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

impl Chain {
    fn is_fused(&self) -> bool {
        self.convolution.is_fused()
    }
    /// Number of elements of one image's and group's map.
    pub fn map(&self) -> usize {
        self.convolution.outputs * self.pool.input()
    }
    /// Number of elements of its pooled map.
    fn pooled(&self) -> usize {
        self.convolution.outputs * self.pool.output()
    }
    /// The input of one map: empty without channels.
    fn image<'a>(&self, x: &'a [f32], map: usize) -> &'a [f32] {
        &x[map * self.convolution.input()..][..self.convolution.input()]
    }
    fn part(&self, map: usize) -> Part {
        let Dims { groups, outputs, .. } = self.convolution;
        let first = map % groups * outputs;
        let patch = self.convolution.patch();
        Part {
            weight: first * patch..(first + outputs) * patch,
            bias: first..first + outputs,
            convolution: Dims { images: 1, groups: 1, ..self.convolution },
            pool: pool2d::Dims { planes: outputs, ..self.pool },
        }
    }
}

/// One image and group, with its parts of the weight and the bias.
struct Part {
    weight: Range<usize>,
    bias: Range<usize>,
    convolution: Dims,
    pool: pool2d::Dims,
}

impl Part {
    fn sparse(&self) -> Option<Sparse> {
        Some(Sparse { convolution: self.convolution.direct()?, pool: self.pool })
    }
    /// The strips: rows of windows that are processed together.
    fn strips(&self) -> impl Iterator<Item = Rows> {
        let pool2d::Dims { planes, rows, columns } = self.pool;
        let at_once = (STRIP / (planes * rows.stride * columns.size)).clamp(1, rows.output);
        (0..rows.output).step_by(at_once).map(move |first| {
            let output = at_once.min(rows.output - first);
            let rows = pool2d::Axis { size: output * rows.stride, output, ..rows };
            Rows { first, pool: pool2d::Dims { planes: 1, rows, columns } }
        })
    }
}

/// Some rows of windows, from `first` on, and the rows of the map under them.
struct Rows {
    first: usize,
    /// The pooling of these rows in one plane.
    pool: pool2d::Dims,
}

impl Rows {
    /// Number of elements of the map in one plane.
    fn plane(&self) -> usize {
        self.pool.input()
    }
    /// Number of elements of the map in all planes.
    fn map(&self, whole: &pool2d::Dims) -> usize {
        whole.planes * self.plane()
    }
    /// The same rows of a convolution's output.
    fn of_convolution(&self, whole: &conv2d_direct::Dims) -> conv2d_direct::Dims {
        let [above, left] = whole.padding;
        let first = self.first * self.pool.rows.stride;
        let padding = [above - first.cast_signed(), left];
        conv2d_direct::Dims { output_height: self.pool.rows.size, padding, ..*whole }
    }
    /// The range of these rows of a plane in the pooled map.
    fn within(&self, plane: usize, whole: &pool2d::Dims) -> Range<usize> {
        let start = plane * whole.output() + self.first * whole.columns.output;
        start..start + self.pool.output()
    }
}
