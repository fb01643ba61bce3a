//! Gradients of a convolution of stride 1 whose upstream is 0 but at the maxima of windows that lie
//! side by side: only those are visited.
//!
//! Of one image and group. Pixels lie as `[rows][columns][kernel height][channels]`, each with those
//! under it, so that a patch is one run of vectors.

use super::conv2d_direct::Dims;
use super::conv2d_pooled::Upstream;
use super::max_pool2d::BYTE_WINDOW;
use super::pool2d;
use crate::simd::{F32x4, LANES};

/// Floats of a strip of pixels, and of the weight's gradient: 256 KiB each.
const STRIP: usize = 1 << 16;
const GRADIENT: usize = 1 << 16;
/// Vectors of sums that fit the registers.
const SUMS: usize = 12;
/// Floats of a patch from which on this is faster than all positions are with vectors of them.
const MIN_PATCH: usize = 16;
/// Maxima that are summed in float32 at a time.
const MAXIMA: usize = 2048;

/// Floats of workspace.
pub const WORKSPACE: usize = STRIP + GRADIENT;

/// A convolution and the pooling of its output.
#[derive(Clone, Copy)]
pub struct Sparse {
    pub convolution: Dims,
    pub pool: pool2d::Dims,
}

impl Sparse {
    /// Floats of a strip's column: the pixels under one row of output.
    fn column(&self) -> usize {
        self.convolution.kernel[0] * self.convolution.channels
    }
    fn patch(&self) -> usize {
        self.convolution.kernel[1] * self.column()
    }
    /// Floats of a strip's row.
    fn row(&self) -> usize {
        (self.convolution.output_width + self.convolution.kernel[1] - 1) * self.column()
    }
    /// Floats of a strip under rows of windows, with room for the vectors of the last patch.
    fn strip(&self, windows: usize) -> usize {
        windows * self.pool.rows.stride * self.row() + SUMS * LANES
    }
    /// Rows of windows that are done together; 0 if not even one fits.
    fn windows_at_once(&self) -> usize {
        let most = (MAXIMA / self.pool.columns.output).min(self.pool.rows.output);
        most.min((STRIP - SUMS * LANES) / (self.pool.rows.stride * self.row()).max(1))
    }
    /// Whether this is worth it, and the workspace large enough.
    pub fn fit(&self) -> bool {
        self.pool.rows.kernel * self.pool.columns.kernel >= 4
            && self.patch() >= MIN_PATCH
            && self.convolution.outputs * self.patch() <= GRADIENT
            && self.windows_at_once() > 0
    }

    /// Adds the gradient of the weight, [outputs, channels, kernel].
    pub fn weight_gradient(
        &self,
        image: &[f32],
        upstream: Upstream,
        gradient: &mut [f32],
        workspace: &mut [f32],
    ) {
        let Dims { outputs, channels, kernel: [height, width], .. } = self.convolution;
        let (strip, sums) = workspace.split_at_mut(STRIP);
        let sums = &mut sums[..outputs * self.patch()];
        sums.fill(0.0);
        let elements = self.elements();
        let (mut values, mut pixels) = ([0.0; MAXIMA], [0; MAXIMA]);
        let at_once = self.windows_at_once();
        for first in (0..self.pool.rows.output).step_by(at_once) {
            let windows = at_once.min(self.pool.rows.output - first);
            self.fill_strip(image, strip, first, windows);
            for (output, sums) in sums.chunks_exact_mut(self.patch()).enumerate() {
                let start = output * self.pool.output() + first * self.pool.columns.output;
                let upstream = upstream.within(start..start + windows * self.pool.columns.output);
                let maxima = self.place(upstream, &elements, &mut values, &mut pixels);
                add_patches(strip, maxima, sums);
            }
        }
        for (at, sum) in sums.iter().enumerate() {
            let (channel, y) = (at % channels, at / channels % height);
            let (x, output) = (at / self.column() % width, at / self.patch());
            gradient[((output * channels + channel) * height + y) * width + x] += sum;
        }
    }

    /// Where in a strip the patches of a window's elements begin.
    fn elements(&self) -> [usize; BYTE_WINDOW] {
        let pool2d::Dims { rows, columns, .. } = self.pool;
        let mut elements = [0; BYTE_WINDOW];
        for (place, at) in elements.iter_mut().enumerate().take(rows.kernel * columns.kernel) {
            *at = place / columns.kernel * self.row() + place % columns.kernel * self.column();
        }
        elements
    }

    /// What reaches the maxima of rows of windows, and where in a strip the patch of each begins.
    fn place<'a>(
        &self,
        upstream: Upstream,
        elements: &[usize; BYTE_WINDOW],
        values: &'a mut [f32; MAXIMA],
        patches: &'a mut [usize; MAXIMA],
    ) -> Maxima<'a> {
        let pool2d::Dims { rows, columns, .. } = self.pool;
        let from =
            upstream.values.chunks_exact(columns.output).zip(upstream.places.chunks_exact(columns.output));
        let to = values.chunks_exact_mut(columns.output).zip(patches.chunks_exact_mut(columns.output));
        for (row, ((from, places), (values, patches))) in from.zip(to).enumerate() {
            let mut window = row * rows.stride * self.row();
            for ((from, place), (value, patch)) in from.iter().zip(places).zip(values.iter_mut().zip(patches))
            {
                let (passed, element) = upstream.at(*from, *place);
                *value = passed;
                *patch = window + elements[usize::from(element)];
                window += columns.stride * self.column();
            }
        }
        let length = upstream.values.len();
        Maxima { values: &values[..length], patches: &patches[..length] }
    }

    /// The pixels under some rows of windows, with their padding.
    fn fill_strip(&self, image: &[f32], strip: &mut [f32], first: usize, windows: usize) {
        let Dims { channels, height, width, padding: [above, left], dilation, .. } = self.convolution;
        strip[..self.strip(windows)].fill(0.0);
        let columns = self.row() / self.column();
        // Columns of the strip that lie over pixels.
        let start = left.clamp(0, columns.cast_signed()).cast_unsigned();
        let from = start.wrapping_add_signed(-left);
        let top = first * self.pool.rows.stride;
        let rows = strip.chunks_exact_mut(self.row()).take(windows * self.pool.rows.stride);
        for (row, strip) in rows.enumerate() {
            for line in 0..self.column() {
                let (y, channel) = (line / channels, line % channels);
                let y = (top + row + y * dilation).wrapping_add_signed(-above);
                if y >= height {
                    continue;
                }
                let pixels = image[(channel * height + y) * width..][..width].iter().skip(from);
                let strip = strip[start * self.column() + line..].iter_mut().step_by(self.column());
                for (to, pixel) in strip.zip(pixels) {
                    *to = *pixel;
                }
            }
        }
    }
}

/// Upstream values, and where the patch under each begins.
#[derive(Clone, Copy)]
struct Maxima<'a> {
    values: &'a [f32],
    patches: &'a [usize],
}

/// Adds upstream times patches to the sums of one output.
fn add_patches(strip: &[f32], maxima: Maxima, sums: &mut [f32]) {
    for (at, sums) in sums.chunks_mut(SUMS * LANES).enumerate() {
        let strip = &strip[at * SUMS * LANES..];
        match sums.len().div_ceil(LANES) {
            0..=4 => add_vectors::<4>(strip, maxima, sums),
            5..=8 => add_vectors::<8>(strip, maxima, sums),
            _ => add_vectors::<SUMS>(strip, maxima, sums),
        }
    }
}

fn add_vectors<const VECTORS: usize>(strip: &[f32], maxima: Maxima, sums: &mut [f32]) {
    let mut totals = [F32x4::splat(0.0); VECTORS];
    for (value, &patch) in maxima.values.iter().zip(maxima.patches) {
        let value = F32x4::splat(*value);
        let (pixels, _) = strip[patch..patch + VECTORS * LANES].as_chunks::<LANES>();
        for (total, pixels) in totals.iter_mut().zip(pixels) {
            *total = value.mul_add(F32x4::load(pixels), *total);
        }
    }
    for (sum, total) in sums.iter_mut().zip(totals.map(F32x4::to_array).as_flattened()) {
        *sum += total;
    }
}
