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
use super::winograd::multiply_products;
use super::winograd_tiles::{Block, Images, Tile, MAX_TILES};
use super::winograd_transform::{of_pixels, of_upstream, to_weight, Finite, PRODUCTS};
use crate::kernels::linear::gemm_tile::{COLUMNS, SHORT};
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

/// Floats of workspace.
pub fn workspace(dims: &Dims) -> usize {
    let Parts { sums, upstream, pixels, .. } = Parts::new(dims);
    sums + upstream + pixels + LANES * Block::STRIP
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
        is_finite &= write(sums, outputs, gradient, dims.channels);
    }
    is_finite
}

/// Transforms the pixels of all channels, to `[panel][product][tile][channel]`.
fn transform_pixels(input: &[f32], pixels: &mut [f32], strips: &mut [f32], block: &Block, dims: &Dims) {
    let tiles = block.tiles();
    let panels = pixels.chunks_exact_mut(PRODUCTS * tiles.len() * COLUMNS);
    for (first, panel) in (0..dims.channels).step_by(COLUMNS).zip(panels) {
        for half in (0..COLUMNS).step_by(LANES) {
            for (lane, strip) in strips.chunks_exact_mut(Block::STRIP).take(LANES).enumerate() {
                // Padding repeats the last channel; its sums are not used.
                block.fill_strip(input, (first + half + lane).min(dims.channels - 1), strip, dims);
            }
            transform_lanes(strips, block.stride, tiles, panel, half);
        }
    }
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
    let panels = ups.chunks_exact_mut(PRODUCTS * tiles.len() * SHORT);
    for (first, panel) in outputs.clone().step_by(SHORT).zip(panels) {
        let planes = std::array::from_fn(|lane| {
            (first + lane).min(outputs.end - 1) * dims.output_height * dims.output_width
        });
        transform_planes(upstream, planes, dims.output_width, tiles, panel);
    }
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
    let mut sums = sums.chunks_exact_mut(PANEL);
    for pixels in pixels.chunks_exact(PRODUCTS * depth * COLUMNS).take(channels.div_ceil(COLUMNS)) {
        let ups = ups.chunks_exact(PRODUCTS * depth * SHORT).take(outputs.div_ceil(SHORT));
        for (ups, sums) in ups.zip(&mut sums) {
            if let Some(sums) = panel_mut(sums) {
                multiply_products::<SHORT, FUSED>(ups, pixels, sums, depth, accumulate);
            }
        }
    }
}

fn panel_mut(sums: &mut [f32]) -> Option<&mut Sums> {
    sums.as_chunks_mut::<COLUMNS>().0.as_chunks_mut::<SHORT>().0.first_chunk_mut()
}

/// Transforms the sums of some outputs back, and writes them. Returns whether all are finite.
fn write(sums: &mut [f32], outputs: Range<usize>, gradient: &mut [f32], channels: usize) -> bool {
    let mut finite = Finite::default();
    let mut sums = sums.chunks_exact_mut(PANEL);
    for first_channel in (0..channels).step_by(COLUMNS) {
        for (first, sums) in outputs.clone().step_by(SHORT).zip(&mut sums) {
            let Some(sums) = panel_mut(sums) else { break };
            let rows = (first..outputs.end).take(SHORT).enumerate();
            for ((row, output), half) in rows.flat_map(|row| [0, LANES].map(|half| (row, half))) {
                let g = to_weight(|product| {
                    F32x4::load(&sums[product][row].as_chunks::<LANES>().0[half / LANES])
                });
                let g = g.as_flattened();
                g.iter().for_each(|value| finite.check(*value));
                let channel = first_channel + half;
                let lines = LANES.min(channels.saturating_sub(channel)) * g.len();
                let at = (output * channels + channel) * g.len();
                let lines = gradient.get_mut(at..at + lines).unwrap_or_default();
                for (i, value) in g.iter().enumerate() {
                    for (line, value) in lines.chunks_exact_mut(g.len()).zip(value.to_array()) {
                        line[i] = value;
                    }
                }
            }
        }
    }
    finite.holds()
}
