//! Windows over images, for pooling plane by plane (a plane is one channel of one image).

use crate::parallel::items_per_job;
use crate::simd::{prefetch, F32x4, LANES};
use crate::size::elements;
use std::ops::Range;

/// Windows along one dimension of an image.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// Number of pixels.
    pub size: usize,
    /// Number of windows.
    pub output: usize,
    /// Number of elements of a window.
    pub kernel: usize,
    pub stride: usize,
    /// Padding before the image.
    pub padding: usize,
    pub dilation: usize,
}

/// Planes [planes, rows.size, columns.size] -> [planes, rows.output, columns.output].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub planes: usize,
    pub rows: Axis,
    pub columns: Axis,
}

impl Dims {
    /// Elements of one plane of the input; at least 1, as chunks need.
    pub fn input(&self) -> usize {
        elements([self.rows.size, self.columns.size]).max(1)
    }
    /// Elements of one plane of the output; at least 1.
    pub fn output(&self) -> usize {
        elements([self.rows.output, self.columns.output]).max(1)
    }
    /// Planes of one job.
    pub fn planes_per_job(&self) -> usize {
        items_per_job(self.planes, self.input().saturating_add(self.output()))
    }
    /// The elements of a job's planes in the input, and in the output.
    pub fn of_job(&self, job: usize) -> [Range<usize>; 2] {
        let first = job * self.planes_per_job();
        let end = self.planes.min(first + self.planes_per_job());
        [self.input(), self.output()].map(|plane| first * plane..end * plane)
    }
    /// Whether windows are two by two, do not overlap, and are inside of the image.
    pub fn is_halving(&self) -> bool {
        self.rows.is_halving() && self.columns.is_halving()
    }
    /// Prefetches the first lines of the next row of windows: several parallel
    /// streams are not a pattern that hardware prefetchers recognise.
    pub fn prefetch_next(&self, plane: &[f32], row: usize) {
        let Axis { size, kernel, stride, padding, dilation, .. } = self.rows;
        let end = |row: usize| (row * stride + (kernel - 1) * dilation + 1).saturating_sub(padding).min(size);
        prefetch(&plane[end(row) * self.columns.size..end(row + 1) * self.columns.size]);
    }
    /// The pixel under an element of a window, if it is in the image.
    #[inline(always)]
    pub fn pixel(&self, [row, column]: [usize; 2], [y, x]: [usize; 2]) -> Option<usize> {
        let (y, x) = (self.rows.pixel(row, y), self.columns.pixel(column, x));
        (y < self.rows.size && x < self.columns.size).then_some(y * self.columns.size + x)
    }
}

impl Axis {
    fn is_halving(&self) -> bool {
        [self.kernel, self.stride, self.padding, self.dilation] == [2, 2, 0, 1]
            && 2 * self.output <= self.size
    }
    /// The elements of a window that are in the image; none if dilation steps over it.
    #[inline(always)]
    pub fn elements(&self, window: usize) -> Range<usize> {
        let start = window * self.stride;
        let end = (self.size + self.padding).saturating_sub(start).div_ceil(self.dilation).min(self.kernel);
        let first = self.padding.saturating_sub(start).div_ceil(self.dilation);
        first.min(end)..end
    }
    /// The pixel under an element of a window; arbitrary for one outside of the image.
    #[inline(always)]
    pub fn pixel(&self, window: usize, element: usize) -> usize {
        (window * self.stride + element * self.dilation).wrapping_sub(self.padding)
    }
    /// Windows that are completely in the image, a multiple of the vector length.
    pub fn whole_blocks(&self) -> Range<usize> {
        let span = (self.kernel - 1) * self.dilation + 1;
        let end = (self.size + self.padding + self.stride).saturating_sub(span) / self.stride;
        let end = end.min(self.output);
        let first = self.padding.div_ceil(self.stride).min(end);
        first..first + (end - first) / LANES * LANES
    }
}

/// Loads elements `start`, `start + stride` and so on; `STRIDE` is the stride if it is 1 or 2, else 0.
#[inline(always)]
pub fn load_strided<const STRIDE: usize>(values: &[f32], start: usize, stride: usize) -> F32x4 {
    let values = &values[start..];
    if STRIDE == 1 {
        if let Some(vector) = values.first_chunk() {
            return F32x4::load(vector);
        }
    }
    if STRIDE == 2 {
        if let Some(pair) = values.first_chunk::<{ 2 * LANES }>() {
            let (vectors, _) = pair.as_chunks();
            return F32x4::load(&vectors[0]).even_lanes(F32x4::load(&vectors[1]));
        }
    }
    F32x4::load(&std::array::from_fn(|lane| values[lane * stride]))
}
