//! Blocks of tiles for Winograd's convolution: where they lie in the images.

use super::conv2d_direct::Dims;
use super::winograd_transform::{PIXELS, ROW, TILE};
use crate::simd::{F32x4, LANES};
use crate::size::product;
use std::ops::Range;

/// Most tiles of a block.
pub const MAX_TILES: usize = 64;

/// Images of which a call computes one group: they are `stride` apart, for input and output.
#[derive(Clone, Copy)]
pub struct Images {
    pub count: usize,
    pub input_stride: usize,
    pub output_stride: usize,
}

impl Images {
    /// A single one.
    pub const ONE: Self = Images { count: 1, input_stride: 0, output_stride: 0 };
    /// From output to input.
    pub fn backward(self) -> Self {
        Images { input_stride: self.output_stride, output_stride: self.input_stride, ..self }
    }
}

/// A tile of a block.
#[derive(Clone, Copy, Default)]
pub struct Tile {
    /// Its first pixel in a strip.
    pub strip: usize,
    /// Its first output, of channel 0.
    pub output: usize,
    /// The number of its rows and columns of outputs that are in the image.
    pub rows: usize,
    pub columns: usize,
}

/// Neighbouring tiles of one row, whose pixels are copied together.
#[derive(Clone, Copy, Default)]
struct Run {
    /// The input of its image.
    image: usize,
    /// Row and column of the first pixel; may be outside of the image.
    top: isize,
    left: isize,
}

/// Some tiles of the images, in order.
pub struct Block {
    tiles: [Tile; MAX_TILES],
    count: usize,
    runs: [Run; MAX_TILES],
    run_count: usize,
    /// Length of a strip's rows.
    pub stride: usize,
}

impl Block {
    /// Most floats of a strip, which has the pixels of a block's runs, of one channel.
    pub const STRIP: usize = 1 << 12;

    /// Tiles of all images.
    pub fn tiles_of(dims: &Dims, images: usize) -> u64 {
        let [rows, columns] = tiles_of_image(dims);
        product([images, rows, columns])
    }

    /// The block of some tiles, at most [`MAX_TILES`].
    pub fn new(dims: &Dims, images: Images, tiles: Range<usize>) -> Self {
        let [rows, columns] = tiles_of_image(dims);
        let stride = TILE[1] * columns.min(tiles.len()) + (ROW - TILE[1]);
        let mut block = Block {
            tiles: [Tile::default(); MAX_TILES],
            count: tiles.len(),
            runs: [Run::default(); MAX_TILES],
            run_count: 0,
            stride,
        };
        let mut run_start = 0;
        for (at, tile) in tiles.enumerate() {
            let (row, x) = (tile / columns, tile % columns);
            let (image, y) = (row / rows, row % rows);
            let [top, left] = [y * TILE[0], x * TILE[1]];
            if at == 0 || x == 0 {
                block.runs[block.run_count] = Run {
                    image: image * images.input_stride,
                    top: top.cast_signed() - dims.padding[0],
                    left: left.cast_signed() - dims.padding[1],
                };
                block.run_count += 1;
                run_start = at;
            }
            block.tiles[at] = Tile {
                strip: (block.run_count - 1) * PIXELS[0] * stride + (at - run_start) * TILE[1],
                output: image * images.output_stride + top * dims.output_width + left,
                rows: TILE[0].min(dims.output_height - top),
                columns: TILE[1].min(dims.output_width - left),
            };
        }
        // Padding repeats the last tile, and has no outputs.
        if let Some(last) = block.count.checked_sub(1) {
            let padding = Tile { rows: 0, ..block.tiles[last] };
            block.tiles[block.count..].fill(padding);
        }
        block
    }

    pub fn tiles_and_padding(&self) -> &[Tile; MAX_TILES] {
        &self.tiles
    }

    pub fn tiles(&self) -> &[Tile] {
        &self.tiles[..self.count]
    }

    /// Copies the pixels of one channel, with zeros for padding.
    pub fn fill_strip(&self, input: &[f32], channel: usize, strip: &mut [f32], dims: &Dims) {
        let plane = dims.height * dims.width;
        let runs = strip.chunks_exact_mut(PIXELS[0] * self.stride).zip(&self.runs[..self.run_count]);
        for (lines, run) in runs {
            let image = &input[run.image + channel * plane..][..plane];
            for (y, line) in lines.chunks_exact_mut(self.stride).enumerate() {
                let y = run.top.wrapping_add_unsigned(y).cast_unsigned();
                let pixels =
                    if y < dims.height { &image[y * dims.width..][..dims.width] } else { &[] as &[f32] };
                copy_line(pixels, run.left, line);
            }
        }
    }
}

fn tiles_of_image(dims: &Dims) -> [usize; 2] {
    [dims.output_height.div_ceil(TILE[0]), dims.output_width.div_ceil(TILE[1])]
}

/// Copies pixels from column `left` on, with zeros outside of them.
// Not copy_from_slice, which calls into the engine: lines are short.
fn copy_line(pixels: &[f32], left: isize, line: &mut [f32]) {
    for (at, out) in line.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let first = left.wrapping_add_unsigned(at * LANES).cast_unsigned();
        let whole = pixels.get(first..).and_then(|pixels| pixels.first_chunk());
        match whole {
            Some(whole) => F32x4::load(whole).store(out),
            None => {
                *out = std::array::from_fn(|lane| {
                    pixels.get(first.wrapping_add(lane)).copied().unwrap_or_default()
                });
            }
        }
    }
}
