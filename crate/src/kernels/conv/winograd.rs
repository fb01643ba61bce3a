//! Convolution of 3 x 3 and stride 1 by F(2x4, 3x3) (`winograd_transform.rs`): a third of the multiply-adds. The gradient of
//! the input is the same with the weight rotated.
//!
//! Blocks of tiles: their pixels are transformed, multiplied as panels of GEMM (eight tiles by some outputs, for each of the 24
//! products), and transformed back from a buffer of one panel.
//!
//! A value that is not finite, or overflows, makes others in its tile NaN. [`correlate`] reports it, and the caller computes
//! everything in another way.

use super::conv2d_direct::Dims;
use super::job_sizes::{even, least_items};
use super::winograd_pack::{pack_weight, turns, weight_floats, Packed};
use super::winograd_tiles::{Block, Images, MAX_TILES};
use super::winograd_transform::{of_pixels, to_outputs, Finite, PRODUCTS};
use crate::kernels::linear::gemm_tile::{multiply_panel, COLUMNS, SHORT, TALL};
use crate::parallel::{chunks, for_each_with, MAX_JOBS};
use crate::simd::{store_partial, F32x4, LANES};
use crate::size::product;
use std::ops::Range;

/// Longest sum in float32: longer ones would be less precise than those of the direct way.
const MAX_DEPTH: usize = 64;
/// Floats of the transformed pixels of a block: half of the second-level cache.
const PIXELS: usize = 1 << 17;

/// Whether [`correlate`] supports these sizes, and is faster than the direct way.
pub fn fit(dims: &Dims, images: usize) -> bool {
    let tiles = Block::tiles_of(dims, images);
    let positions = product([images, dims.output_height, dims.output_width]);
    dims.kernel == [3, 3]
        && dims.dilation == 1
        && dims.channels >= 16
        && dims.outputs >= 16
        && tiles >= 2 * COLUMNS as u64
        && 8 * tiles <= 2 * positions
}

/// Tiles of a block.
fn block_tiles(channels: usize) -> usize {
    (PIXELS / (PRODUCTS * channels) / COLUMNS * COLUMNS).clamp(COLUMNS, MAX_TILES)
}

/// Floats of workspace: shared, and of each thread.
pub fn workspace(dims: &Dims) -> [usize; 2] {
    [weight_floats(dims), room(dims)]
}

fn room(dims: &Dims) -> usize {
    pixels_floats(dims) + Block::STRIP
}

fn pixels_floats(dims: &Dims) -> usize {
    PRODUCTS * dims.channels * block_tiles(dims.channels)
}

/// Images of one job: as many as fill a block.
fn images_per_job(dims: &Dims, images: usize) -> usize {
    let tiles = Block::tiles_of(dims, 1) as usize;
    let least = least_items(images, [PRODUCTS, dims.channels, dims.outputs, tiles]);
    even(images, least.max(block_tiles(dims.channels).div_ceil(tiles)))
}

/// Elements of a weight stored as [outputs, channels, 3, 3].
pub fn stored(weight: &[f32], channels: usize) -> impl Fn(usize, usize, usize, usize) -> f32 + use<'_> {
    move |o, c, y, x| weight[(o * channels + c) * 9 + y * 3 + x]
}

/// `output[o][y][x] = Σ over c, i, j of weight(o, c, i, j) image[c][y + i - padding][x + j - padding] + bias[o]`, and
/// `relu` of it if `rectified`. Returns whether all of these sums are finite; otherwise the outputs are arbitrary.
pub fn correlate<const FUSED: bool>(
    input: &[f32],
    weight: impl Fn(usize, usize, usize, usize) -> f32 + Sync,
    finish: Finish,
    output: &mut [f32],
    workspace: &mut [f32],
    images: Images,
    dims: &Dims,
) -> bool {
    let mut is_finite = true;
    for outputs in turns(dims) {
        let (weight, scratch) = pack_weight::<FUSED>(workspace, outputs, &weight, dims);
        is_finite &= correlate_packed::<FUSED>(input, &weight, finish, output, scratch, images, dims);
    }
    is_finite
}

/// What follows the sums: the bias of each output, and whether `relu`.
pub type Finish<'a> = (Option<&'a [f32]>, bool);

/// [`correlate`] for the outputs of a packed weight, with a workspace for each thread.
pub fn correlate_packed<const FUSED: bool>(
    input: &[f32],
    weight: &Packed,
    finish: Finish,
    output: &mut [f32],
    workspace: &mut [f32],
    images: Images,
    dims: &Dims,
) -> bool {
    let at_once = images_per_job(dims, images.count);
    let mut is_finite = [true; MAX_JOBS];
    let jobs = images.count.div_ceil(at_once);
    let parts = (chunks(output, at_once * images.output_stride), chunks(&mut is_finite[..jobs], 1));
    for_each_with(parts, workspace, room(dims), |job, (output, is_finite), workspace| {
        let first = job * at_once;
        let images = Images { count: at_once.min(images.count - first), ..images };
        let input = &input[first * images.input_stride..];
        is_finite[0] = correlate_images::<FUSED>(input, weight, finish, output, workspace, images, dims);
    });
    is_finite.iter().all(|is_finite| *is_finite)
}

/// [`correlate_packed`] in this thread.
pub fn correlate_images<const FUSED: bool>(
    input: &[f32],
    weight: &Packed,
    finish: Finish,
    output: &mut [f32],
    workspace: &mut [f32],
    images: Images,
    dims: &Dims,
) -> bool {
    let at_once = block_tiles(dims.channels);
    let (pixels, strip) = workspace.split_at_mut(pixels_floats(dims));
    let tiles = Block::tiles_of(dims, images.count) as usize;
    let mut is_finite = true;
    for start in (0..tiles).step_by(at_once) {
        let block = Block::new(dims, images, start..tiles.min(start + at_once));
        for channel in 0..dims.channels {
            transform_channel(input, channel, pixels, strip, &block, dims);
        }
        let ([talls, shorts], [tall, short]) = (weight.outputs.clone(), weight.weight);
        is_finite &= multiply::<TALL, FUSED>(tall, pixels, finish, output, talls, &block, dims);
        is_finite &= multiply::<SHORT, FUSED>(short, pixels, finish, output, shorts, &block, dims);
    }
    is_finite
}

fn panels(block: &Block) -> usize {
    block.tiles().len().div_ceil(COLUMNS)
}

/// Transforms the pixels of one channel, to `[panel][product][channel][tile]`.
fn transform_channel(
    input: &[f32],
    channel: usize,
    pixels: &mut [f32],
    strip: &mut [f32],
    block: &Block,
    dims: &Dims,
) {
    block.fill_strip(input, channel, strip, dims);
    let panels = pixels.chunks_exact_mut(PRODUCTS * dims.channels * COLUMNS).take(panels(block));
    for (panel, tiles) in panels.zip(block.tiles_and_padding().chunks_exact(COLUMNS)) {
        for (half, tiles) in tiles.as_chunks::<LANES>().0.iter().enumerate() {
            let starts = tiles.map(|tile| tile.strip);
            transform_tiles(strip, starts, block.stride, panel, [channel, half], dims.channels);
        }
    }
}

#[inline(never)]
fn transform_tiles(
    strip: &[f32],
    starts: [usize; LANES],
    stride: usize,
    panel: &mut [f32],
    [channel, half]: [usize; 2],
    channels: usize,
) {
    of_pixels(strip, starts, stride, |product, values| {
        let at = (product * channels + channel) * COLUMNS + half * LANES;
        if let Some(out) = panel[at..].first_chunk_mut() {
            values.store(out);
        }
    });
}

/// Multiplies the transformed weight and pixels, and writes the outputs of a block.
fn multiply<const ROWS: usize, const FUSED: bool>(
    weight: &[f32],
    pixels: &[f32],
    (bias, rectified): Finish,
    output: &mut [f32],
    outputs: Range<usize>,
    block: &Block,
    dims: &Dims,
) -> bool {
    let mut is_finite = true;
    let mut sums = [[[0.0; COLUMNS]; ROWS]; PRODUCTS];
    let weights = weight.chunks_exact(PRODUCTS * dims.channels * ROWS);
    for (first, weight) in outputs.clone().step_by(ROWS).zip(weights) {
        let panels = pixels.chunks_exact(PRODUCTS * dims.channels * COLUMNS).take(panels(block));
        for (panel, pixels) in panels.enumerate() {
            multiply_products::<ROWS, FUSED>(weight, pixels, &mut sums, dims.channels, false);
            for row in 0..ROWS.min(outputs.end - first) {
                let finish = (bias.map_or(0.0, |bias| bias[first + row]), rectified);
                for half in 0..COLUMNS / LANES {
                    is_finite &=
                        write_tiles(&sums, [row, half], finish, output, first + row, panel, block, dims);
                }
            }
        }
    }
    is_finite
}

/// `sums[product] (+)= weight[product] pixels[product]`, for one panel of each.
// Not inlined, so that V8 keeps the sums in registers.
#[inline(never)]
pub fn multiply_products<const ROWS: usize, const FUSED: bool>(
    weight: &[f32],
    pixels: &[f32],
    sums: &mut [[[f32; COLUMNS]; ROWS]; PRODUCTS],
    depth: usize,
    accumulate: bool,
) {
    let part = depth.div_ceil(depth.div_ceil(MAX_DEPTH));
    let weights = weight.chunks_exact(depth * ROWS);
    let pixels = pixels.chunks_exact(depth * COLUMNS);
    for ((weight, pixels), sums) in weights.zip(pixels).zip(sums) {
        let mut is_first = !accumulate;
        for (weight, pixels) in weight.chunks(part * ROWS).zip(pixels.chunks(part * COLUMNS)) {
            let tile = multiply_panel::<ROWS, FUSED>(weight, pixels.chunks_exact(COLUMNS));
            for (values, sums) in tile.into_iter().zip(sums.iter_mut()) {
                let (vectors, _) = sums.as_chunks_mut::<LANES>();
                for (value, sum) in values.into_iter().zip(vectors) {
                    if is_first {
                        value.store(sum);
                    } else {
                        (value + F32x4::load(sum)).store(sum);
                    }
                }
            }
            is_first = false;
        }
    }
}

/// Transforms the products of four tiles and one output back, and writes them. Returns whether all are finite.
#[inline(never)]
fn write_tiles<const ROWS: usize>(
    sums: &[[[f32; COLUMNS]; ROWS]; PRODUCTS],
    [row, half]: [usize; 2],
    (bias, rectified): (f32, bool),
    output: &mut [f32],
    channel: usize,
    panel: usize,
    block: &Block,
    dims: &Dims,
) -> bool {
    let product = |i: usize| {
        let (vectors, _) = sums[i][row].as_chunks::<LANES>();
        F32x4::load(&vectors[half])
    };
    let (bias, floor) = (F32x4::splat(bias), F32x4::splat(if rectified { 0.0 } else { f32::NEG_INFINITY }));
    let plane = dims.output_height * dims.output_width;
    let lines = to_outputs(product);
    let mut finite = Finite::default();
    for (y, line) in lines.into_iter().enumerate() {
        let line = line.map(|value| value + bias);
        for value in line {
            finite.check(value);
        }
        let rows = F32x4::transpose(line.map(|value| value.pmax(floor)));
        for (lane, row) in rows.into_iter().enumerate() {
            let tile = &block.tiles_and_padding()[panel * COLUMNS + half * LANES + lane];
            if y >= tile.rows {
                continue;
            }
            let at = tile.output + channel * plane + y * dims.output_width;
            let out = &mut output[at..at + tile.columns];
            match out.first_chunk_mut() {
                Some(whole) => row.store(whole),
                None => store_partial(row, out),
            }
        }
    }
    finite.holds()
}
