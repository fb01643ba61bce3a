//! The gradient of the weight by F(2x4, 3x3) (`winograd_transform.rs`), transposed:
//!
//! ```text
//! d weight = Gᵀ [ Σ over tiles (A d output Aᵀ) ⊙ (Bᵀ d B) ] G
//! ```
//!
//! Blocks of tiles: their upstream values and pixels are transformed, one channel in each lane, and multiplied as panels of
//! GEMM, four outputs by eight channels for each of the 24 products, whose depth are the tiles. The sums of all panels stay in
//! the workspace.

use super::conv2d_direct::Dims;
use super::job_sizes::{even, least_items};
use super::winograd::multiply_products;
use super::winograd_tiles::{Block, Images, Tile, MAX_TILES};
use super::winograd_transform::{of_pixels, of_upstream, to_weight, Finite, PRODUCTS};
use crate::kernels::linear::gemm_tile::{COLUMNS, SHORT};
use crate::parallel::{chunks, for_each, for_each_with, MAX_JOBS};
use crate::simd::{load_partial, F32x4, LANES};
use std::ops::Range;

/// Floats of the transformed pixels and upstream values of a block: half of the second-level cache.
const TRANSFORMED: usize = 1 << 17;
/// Floats of the sums; more outputs are computed in several turns.
const SUMS: usize = 1 << 21;
/// Fewest tiles of a block, as sums are loaded and stored for each.
const MIN_TILES: usize = 16;

/// The sums of one panel.
type Sums = [[[f32; COLUMNS]; SHORT]; PRODUCTS];
const PANEL: usize = PRODUCTS * SHORT * COLUMNS;

/// Lengths of the parts of the workspace, in floats.
struct Parts {
    outputs_at_once: usize,
    tiles_at_once: usize,
    sums: usize,
    upstream: usize,
    pixels: usize,
}

impl Parts {
    fn new(dims: &Dims) -> Self {
        let channels = dims.channels.next_multiple_of(COLUMNS);
        let all = dims.outputs.next_multiple_of(SHORT);
        let outputs_at_once = (SUMS / (PRODUCTS * channels) / SHORT * SHORT).clamp(SHORT, all);
        let tiles_at_once =
            (TRANSFORMED / (PRODUCTS * (channels + outputs_at_once))).clamp(MIN_TILES, MAX_TILES);
        Parts {
            outputs_at_once,
            tiles_at_once,
            sums: PRODUCTS * channels * outputs_at_once,
            upstream: PRODUCTS * tiles_at_once * outputs_at_once,
            pixels: PRODUCTS * tiles_at_once * channels,
        }
    }
}

/// Strips of one thread.
const ROOM: usize = LANES * Block::STRIP;

/// Floats of workspace: shared, and of each thread.
pub fn workspace(dims: &Dims) -> [usize; 2] {
    let Parts { sums, upstream, pixels, .. } = Parts::new(dims);
    [sums + upstream + pixels, ROOM]
}

/// Writes the gradient, [outputs, channels, 3, 3]. Returns whether it is finite; otherwise it is arbitrary.
pub fn weight_gradient<const FUSED: bool>(
    input: &[f32],
    upstream: &[f32],
    gradient: &mut [f32],
    workspace: &mut [f32],
    images: Images,
    dims: &Dims,
) -> bool {
    let parts = Parts::new(dims);
    let (sums, rest) = workspace.split_at_mut(parts.sums);
    let (ups, rest) = rest.split_at_mut(parts.upstream);
    let (pixels, strips) = rest.split_at_mut(parts.pixels);
    let tiles = Block::tiles_of(dims, images.count) as usize;
    let mut is_finite = true;
    for first in (0..dims.outputs).step_by(parts.outputs_at_once) {
        let outputs = first..dims.outputs.min(first + parts.outputs_at_once);
        for start in (0..tiles).step_by(parts.tiles_at_once) {
            let end = tiles.min(start + parts.tiles_at_once);
            let block = Block::new(dims, images, start..end);
            transform_pixels(input, pixels, strips, &block, dims);
            transform_upstream(upstream, outputs.clone(), ups, &block, dims);
            let depth = end - start;
            multiply::<FUSED>(ups, pixels, sums, [outputs.len(), dims.channels, depth], start > 0);
        }
        is_finite &= write_all(sums, outputs, gradient, dims.channels);
    }
    is_finite
}

/// Transforms the pixels of all channels, to `[panel][product][tile][channel]`.
fn transform_pixels(input: &[f32], pixels: &mut [f32], strips: &mut [f32], block: &Block, dims: &Dims) {
    let tiles = block.tiles();
    let length = PRODUCTS * tiles.len() * COLUMNS;
    let count = dims.channels.div_ceil(COLUMNS);
    let per_job = even(count, least_items(count, [16, length]));
    let parts = chunks(&mut pixels[..count * length], per_job * length);
    for_each_with(parts, strips, ROOM, |job, panels, strips| {
        for (at, panel) in panels.chunks_exact_mut(length).enumerate() {
            let first = (job * per_job + at) * COLUMNS;
            for half in (0..COLUMNS).step_by(LANES) {
                for (lane, strip) in strips.chunks_exact_mut(Block::STRIP).take(LANES).enumerate() {
                    // Padding repeats the last channel; its sums are not used.
                    block.fill_strip(input, (first + half + lane).min(dims.channels - 1), strip, dims);
                }
                transform_lanes(strips, block.stride, tiles, panel, half);
            }
        }
    });
}

/// Transforms the pixels of four channels.
#[inline(never)]
fn transform_lanes(strips: &[f32], stride: usize, tiles: &[Tile], panel: &mut [f32], half: usize) {
    for (at, tile) in tiles.iter().enumerate() {
        let starts = std::array::from_fn(|lane| lane * Block::STRIP + tile.strip);
        of_pixels(strips, starts, stride, |product, values| {
            let at = (product * tiles.len() + at) * COLUMNS + half;
            if let Some(out) = panel[at..].first_chunk_mut() {
                values.store(out);
            }
        });
    }
}

/// Transforms the upstream values of some outputs, to `[panel][product][tile][output]`.
fn transform_upstream(upstream: &[f32], outputs: Range<usize>, ups: &mut [f32], block: &Block, dims: &Dims) {
    let tiles = block.tiles();
    let length = PRODUCTS * tiles.len() * SHORT;
    let count = outputs.len().div_ceil(SHORT);
    let per_job = even(count, least_items(count, [16, length]));
    for_each(chunks(&mut ups[..count * length], per_job * length), |job, panels| {
        for (at, panel) in panels.chunks_exact_mut(length).enumerate() {
            let first = outputs.start + (job * per_job + at) * SHORT;
            let planes = std::array::from_fn(|lane| {
                (first + lane).min(outputs.end - 1) * dims.output_height * dims.output_width
            });
            transform_planes(upstream, planes, dims.output_width, tiles, panel);
        }
    });
}

/// Transforms the upstream values of four outputs, whose first ones are at `planes`.
#[inline(never)]
fn transform_planes(
    upstream: &[f32],
    planes: [usize; LANES],
    width: usize,
    tiles: &[Tile],
    panel: &mut [f32],
) {
    for (at, tile) in tiles.iter().enumerate() {
        let row = |y: usize| {
            F32x4::transpose(planes.map(|plane| {
                if y >= tile.rows {
                    return F32x4::splat(0.0);
                }
                let values = &upstream[plane + tile.output + y * width..][..tile.columns];
                values.first_chunk().map_or_else(|| load_partial(values, 0.0), F32x4::load)
            }))
        };
        of_upstream([row(0), row(1)], |product, values| {
            let at = (product * tiles.len() + at) * SHORT;
            if let Some(out) = panel[at..].first_chunk_mut() {
                values.store(out);
            }
        });
    }
}

/// Multiplies all panels of outputs by all of channels; adds to the sums if `accumulate`.
fn multiply<const FUSED: bool>(
    ups: &[f32],
    pixels: &[f32],
    sums: &mut [f32],
    [outputs, channels, depth]: [usize; 3],
    accumulate: bool,
) {
    let lines = outputs.div_ceil(SHORT);
    let count = lines * channels.div_ceil(COLUMNS);
    let per_job = even(count, least_items(count, [PANEL, depth]));
    for_each(chunks(&mut sums[..count * PANEL], per_job * PANEL), |job, panels| {
        for (at, sums) in panels.chunks_exact_mut(PANEL).enumerate() {
            let (channel, output) = ((job * per_job + at) / lines, (job * per_job + at) % lines);
            let pixels = &pixels[channel * PRODUCTS * depth * COLUMNS..][..PRODUCTS * depth * COLUMNS];
            let ups = &ups[output * PRODUCTS * depth * SHORT..][..PRODUCTS * depth * SHORT];
            if let Some(sums) = sums_mut(sums) {
                multiply_products::<SHORT, FUSED>(ups, pixels, sums, depth, accumulate);
            }
        }
    });
}

fn sums_mut(panel: &mut [f32]) -> Option<&mut Sums> {
    panel.as_chunks_mut::<COLUMNS>().0.as_chunks_mut::<SHORT>().0.first_chunk_mut()
}

fn sums_of(panel: &[f32]) -> Option<&Sums> {
    panel.as_chunks::<COLUMNS>().0.as_chunks::<SHORT>().0.first_chunk()
}

/// Transforms the sums of some outputs back, and writes them. Returns whether all are finite.
fn write_all(sums: &[f32], outputs: Range<usize>, gradient: &mut [f32], channels: usize) -> bool {
    let (panels, length) = (outputs.len().div_ceil(SHORT), channels * 9);
    let per_job = even(panels, least_items(panels, [64, SHORT, length]));
    let mut is_finite = [true; MAX_JOBS];
    let gradient = &mut gradient[outputs.start * length..outputs.end * length];
    let flags = chunks(&mut is_finite[..panels.div_ceil(per_job)], 1);
    for_each((chunks(gradient, per_job * SHORT * length), flags), |job, (gradient, is_finite)| {
        for (at, gradient) in gradient.chunks_mut(SHORT * length).enumerate() {
            let panel = |line: usize| &sums[(line * panels + job * per_job + at) * PANEL..][..PANEL];
            for first in 0..channels.div_ceil(COLUMNS) {
                let sums = sums_of(panel(first));
                is_finite[0] &= sums.is_some_and(|sums| write(sums, gradient, first * COLUMNS, channels));
            }
        }
    });
    is_finite.iter().all(|is_finite| *is_finite)
}

/// Transforms the sums of one panel, of channels from `first` on.
#[inline(never)]
fn write(sums: &Sums, gradient: &mut [f32], first: usize, channels: usize) -> bool {
    let mut finite = Finite::default();
    for (row, gradient) in gradient.chunks_exact_mut(channels * 9).enumerate() {
        for half in (0..COLUMNS).step_by(LANES) {
            let g =
                to_weight(|product| F32x4::load(&sums[product][row].as_chunks::<LANES>().0[half / LANES]));
            let g = g.as_flattened();
            g.iter().for_each(|value| finite.check(*value));
            let lines = gradient.chunks_exact_mut(g.len()).skip(first + half).take(LANES);
            for (lane, line) in lines.enumerate() {
                for (value, element) in g.iter().zip(line) {
                    *element = value.to_array()[lane];
                }
            }
        }
    }
    finite.holds()
}
