//! Gradients of a convolution of stride 1 whose upstream gradient is 0 except at the maxima of
//! non-overlapping windows: only those are visited.
//!
//! For one image and group. Pixels are copied as `[rows][columns][kernel height][channels]`, each with those
//! below it, so that a patch is contiguous.

use super::conv2d_direct::Dims;
use super::maxima::{Upstream, BYTE_WINDOW};
use super::pool2d;
use crate::kernels::linear::gemm_sparse::{scaled_sums, SUMS};
use crate::simd::{F32x4, LANES};
use crate::size::product;
use std::ops::Range;

/// Floats of a strip of pixels, and of the weight's gradient: 256 KiB each.
const STRIP: usize = 1 << 16;
const GRADIENT: usize = 1 << 16;
/// The length of a patch from which on visiting the maxima is faster than computing all positions with vectors.
const MIN_PATCH: usize = 16;
/// Number of maxima that are summed in float32 at a time.
const MAXIMA: usize = 512;

/// Floats of workspace.
pub const WORKSPACE: usize = STRIP + GRADIENT;

/// A convolution and the pooling of its output.
#[derive(Clone, Copy)]
pub struct Sparse {
    pub convolution: Dims,
    pub pool: pool2d::Dims,
}

impl Sparse {
    /// Length of a strip's column: the pixels under one row of output.
    fn column(&self) -> usize {
        self.convolution.kernel[0] * self.convolution.channels
    }
    fn patch(&self) -> usize {
        self.convolution.kernel[1] * self.column()
    }
    /// Number of columns of a strip.
    fn columns(&self) -> usize {
        self.convolution.output_width + self.convolution.kernel[1] - 1
    }
    /// Length of a strip's row.
    fn row(&self) -> usize {
        self.columns() * self.column()
    }
    /// Length of a strip under rows of windows, with room for the vectors of the last patch.
    fn strip(&self, windows: usize) -> usize {
        windows * self.pool.rows.stride * self.row() + SUMS * LANES
    }
    /// Number of rows of windows that are processed together; 0 if not even one fits.
    fn windows_at_once(&self) -> usize {
        let most = (MAXIMA / self.pool.columns.output).min(self.pool.rows.output);
        let strip = product([self.pool.rows.stride, self.columns(), self.column()]);
        most.min(((STRIP - SUMS * LANES) as u64 / strip.max(1)) as usize)
    }
    /// Whether this is faster, and the workspace is large enough.
    pub fn fit(&self) -> bool {
        self.pool.rows.kernel * self.pool.columns.kernel >= 4
            && self.patch() >= MIN_PATCH
            && self.convolution.outputs * self.patch() <= GRADIENT
            && self.windows_at_once() > 0
    }

    /// Adds the gradient of the weight, [outputs, channels, kernel].
    pub fn weight_gradient<const FUSED: bool>(
        &self,
        image: &[f32],
        upstream: Upstream,
        gradient: &mut [f32],
        workspace: &mut [f32],
    ) {
        let outputs = self.convolution.outputs;
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
                let maxima = upstream.within(self.windows(output, first, windows));
                let maxima = self.locate(maxima, &elements, &mut values, &mut pixels);
                add_patches::<FUSED>(strip, maxima, sums);
            }
        }
        for (at, sum) in sums.iter().enumerate() {
            gradient[self.weight_at(at)] += sum;
        }
    }

    /// The index in the weight, [outputs, channels, kernel], of element `at` of the patches of all outputs.
    fn weight_at(&self, at: usize) -> usize {
        let Dims { channels, kernel: [height, width], .. } = self.convolution;
        let (channel, y) = (at % channels, at / channels % height);
        let (x, output) = (at / self.column() % width, at / self.patch());
        ((output * channels + channel) * height + y) * width + x
    }

    /// Whether [`Sparse::input_gradient`] supports this too: patches must be whole vectors, because it writes to them.
    pub fn fit_input(&self) -> bool {
        self.fit() && self.patch().is_multiple_of(LANES)
    }

    /// Gradient of the input.
    pub fn input_gradient<const FUSED: bool>(
        &self,
        weight: &[f32],
        upstream: Upstream,
        gradient: &mut [f32],
        workspace: &mut [f32],
    ) {
        let (strip, patches) = workspace.split_at_mut(STRIP);
        let patches = &mut patches[..self.convolution.outputs * self.patch()];
        for (at, value) in patches.iter_mut().enumerate() {
            *value = weight[self.weight_at(at)];
        }
        gradient.fill(0.0);
        let elements = self.elements();
        let (mut values, mut starts) = ([0.0; MAXIMA], [0; MAXIMA]);
        let at_once = self.windows_at_once();
        for first in (0..self.pool.rows.output).step_by(at_once) {
            let windows = at_once.min(self.pool.rows.output - first);
            strip[..self.strip(windows)].fill(0.0);
            for (output, patch) in patches.chunks_exact(self.patch()).enumerate() {
                let maxima = upstream.within(self.windows(output, first, windows));
                let maxima = self.locate(maxima, &elements, &mut values, &mut starts);
                scatter_patch::<FUSED>(patch, maxima, strip);
            }
            self.add_strip(strip, gradient, first, windows);
        }
    }

    /// Adds a strip to the pixels of the image.
    fn add_strip(&self, strip: &[f32], image: &mut [f32], first: usize, windows: usize) {
        let width = self.convolution.width;
        self.each_line(first, windows, |pixels, line| {
            let strip = strip[line].iter().step_by(self.column());
            for (pixel, value) in image[pixels..][..width].iter_mut().skip(self.cut()).zip(strip) {
                *pixel += value;
            }
        });
    }

    /// The range of some rows of an output's windows in the pooled map.
    fn windows(&self, output: usize, first: usize, windows: usize) -> Range<usize> {
        let start = output * self.pool.output() + first * self.pool.columns.output;
        start..start + windows * self.pool.columns.output
    }

    /// Offsets in a strip of the patches of a window's elements.
    fn elements(&self) -> [usize; BYTE_WINDOW] {
        let pool2d::Dims { rows, columns, .. } = self.pool;
        let mut elements = [0; BYTE_WINDOW];
        for (position, at) in elements.iter_mut().enumerate().take(rows.kernel * columns.kernel) {
            *at = position / columns.kernel * self.row() + position % columns.kernel * self.column();
        }
        elements
    }

    /// The gradients at the maxima of rows of windows, and the offset in a strip of each patch.
    fn locate<'a>(
        &self,
        upstream: Upstream,
        elements: &[usize; BYTE_WINDOW],
        values: &'a mut [f32; MAXIMA],
        patches: &'a mut [usize; MAXIMA],
    ) -> Maxima<'a> {
        let pool2d::Dims { rows, columns, .. } = self.pool;
        let from =
            upstream.values.chunks_exact(columns.output).zip(upstream.positions.chunks_exact(columns.output));
        let to = values.chunks_exact_mut(columns.output).zip(patches.chunks_exact_mut(columns.output));
        for (row, ((from, positions), (values, patches))) in from.zip(to).enumerate() {
            let mut window = row * rows.stride * self.row();
            for ((from, position), (value, patch)) in
                from.iter().zip(positions).zip(values.iter_mut().zip(patches))
            {
                let (passed, element) = upstream.at(*from, *position);
                *value = passed;
                *patch = window + elements[usize::from(element)];
                window += columns.stride * self.column();
            }
        }
        let length = upstream.values.len();
        Maxima { values: &values[..length], patches: &patches[..length] }
    }

    /// Copies the pixels under some rows of windows, with their padding.
    fn fill_strip(&self, image: &[f32], strip: &mut [f32], first: usize, windows: usize) {
        let width = self.convolution.width;
        strip[..self.strip(windows)].fill(0.0);
        self.each_line(first, windows, |pixels, line| {
            let strip = strip[line].iter_mut().step_by(self.column());
            for (to, pixel) in strip.zip(image[pixels..][..width].iter().skip(self.cut())) {
                *to = *pixel;
            }
        });
    }

    /// Number of columns of the image to the left of the strip.
    fn cut(&self) -> usize {
        (-self.convolution.padding[1]).max(0).cast_unsigned()
    }

    /// Calls `visit` with the offset of each row of pixels in the image, and its range in a strip of some rows of
    /// windows.
    fn each_line(&self, first: usize, windows: usize, mut visit: impl FnMut(usize, Range<usize>)) {
        let Dims { channels, height, width, padding: [above, left], dilation, .. } = self.convolution;
        let start = left.max(0).cast_unsigned() * self.column();
        let rows = windows * self.pool.rows.stride;
        for row in 0..rows {
            for line in 0..self.column() {
                let (y, channel) = (line / channels, line % channels);
                let y = (first * self.pool.rows.stride + row + y * dilation).wrapping_add_signed(-above);
                // A strip may consist of padding only.
                if y < height && start < self.row() {
                    let strip = row * self.row()..(row + 1) * self.row();
                    visit((channel * height + y) * width, strip.start + start + line..strip.end);
                }
            }
        }
    }
}

/// Upstream values, and the offset of each patch.
#[derive(Clone, Copy)]
struct Maxima<'a> {
    values: &'a [f32],
    patches: &'a [usize],
}

/// Adds upstream times patches to the sums of one output.
fn add_patches<const FUSED: bool>(strip: &[f32], maxima: Maxima, sums: &mut [f32]) {
    for (at, sums) in sums.chunks_mut(SUMS * LANES).enumerate() {
        let strip = &strip[at * SUMS * LANES..];
        match sums.len().div_ceil(LANES) {
            0..=4 => add_vectors::<4, FUSED>(strip, maxima, sums),
            _ => add_vectors::<SUMS, FUSED>(strip, maxima, sums),
        }
    }
}

fn add_vectors<const VECTORS: usize, const FUSED: bool>(strip: &[f32], maxima: Maxima, sums: &mut [f32]) {
    let patch = |&start: &usize| &strip[start..start + VECTORS * LANES];
    let terms = maxima.values.iter().zip(maxima.patches).map(|(value, start)| (*value, patch(start)));
    let totals = scaled_sums::<VECTORS, FUSED>(terms);
    for (sum, total) in sums.iter_mut().zip(totals.map(F32x4::to_array).as_flattened()) {
        *sum += total;
    }
}

/// Adds upstream times the patch of one output's weight to the strip.
fn scatter_patch<const FUSED: bool>(patch: &[f32], maxima: Maxima, strip: &mut [f32]) {
    let (mut start, (vectors, _)) = (0, patch.as_chunks::<LANES>());
    while start < vectors.len() {
        let (rest, strip) = (&vectors[start..], &mut strip[start * LANES..]);
        start += match rest.len() {
            SUMS.. => scatter_vectors::<SUMS, FUSED>(rest, maxima, strip),
            4.. => scatter_vectors::<4, FUSED>(rest, maxima, strip),
            _ => scatter_vectors::<1, FUSED>(rest, maxima, strip),
        };
    }
}

/// Processes the first `VECTORS` vectors of a patch, and returns their number.
fn scatter_vectors<const VECTORS: usize, const FUSED: bool>(
    patch: &[[f32; LANES]],
    maxima: Maxima,
    strip: &mut [f32],
) -> usize {
    let patch: [F32x4; VECTORS] = std::array::from_fn(|at| F32x4::load(&patch[at]));
    for (value, &start) in maxima.values.iter().zip(maxima.patches) {
        let value = F32x4::splat(*value);
        let (pixels, _) = strip[start..start + VECTORS * LANES].as_chunks_mut::<LANES>();
        for (pixels, patch) in pixels.iter_mut().zip(patch) {
            value.fused_mul_add::<FUSED>(patch, F32x4::load(pixels)).store(pixels);
        }
    }
    VECTORS
}
