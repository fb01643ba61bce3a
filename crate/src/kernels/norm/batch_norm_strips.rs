//! Batch normalisation for short runs of a channel: a strip of several whole channels, with at
//! most 16 columns of x [images, channels * length], is processed for all images.

use super::channels::{variance_of, Affine, Dims};
use crate::parallel::{chunks, columns, for_each, Block};
use crate::simd::{load_block, load_columns, store_up_to_block, F32x4, BLOCK};
use std::ops::Range;

/// Number of images that are summed in float32.
const SPAN: usize = 16;

type Lanes = [F32x4; 4];

struct Strip {
    dims: Dims,
    /// The first channel of the job.
    start: usize,
    channels: Range<usize>,
}

/// Channels of a job: whole strips.
fn channels_per_job(dims: Dims) -> usize {
    dims.channels_per_job().next_multiple_of(BLOCK / dims.length)
}

/// The strips of a job.
fn strips(job: usize, dims: Dims) -> impl Iterator<Item = Strip> {
    let (width, per_job) = (BLOCK / dims.length, channels_per_job(dims));
    let start = job * per_job;
    let end = dims.channels.min(start + per_job);
    (start..end).step_by(width).map(move |first| Strip {
        dims,
        start,
        channels: first..end.min(first + width),
    })
}

impl Strip {
    /// The range of the strip in one image.
    fn columns(&self, image: usize) -> Range<usize> {
        let Dims { channels, length, .. } = self.dims;
        let start = (image * channels + self.channels.start) * length;
        start..start + self.channels.len() * length
    }
    /// The strip's elements of one image; lanes after them are arbitrary.
    #[inline(always)]
    fn load(&self, x: &[f32], image: usize) -> Lanes {
        let columns = self.columns(image);
        load_columns(x, columns.start, columns.len())
    }
    #[inline(always)]
    fn store(&self, values: Lanes, out: &mut Block<f32>, image: usize) {
        let Range { start, end } = self.of_job();
        store_up_to_block(values, &mut out.row(image)[start * self.dims.length..end * self.dims.length]);
    }
    /// Its channels among those of the job.
    fn of_job(&self) -> Range<usize> {
        self.channels.start - self.start..self.channels.end - self.start
    }
    /// Repeats a number for each channel in all of its columns.
    fn spread(&self, of: impl Fn(usize) -> f32) -> Lanes {
        let mut values = [0.0; BLOCK];
        for (values, channel) in values.chunks_mut(self.dims.length).zip(self.channels.clone()) {
            values.fill(of(channel));
        }
        load_block(&values)
    }
    /// Sums of the two results of `f(a, b, vector)` over the images, then over the columns of each channel.
    #[inline(always)]
    fn sums(&self, a: &[f32], b: &[f32], f: impl Fn(F32x4, F32x4, usize) -> [F32x4; 2]) -> [[f64; BLOCK]; 2] {
        let mut totals = [[0.0; BLOCK]; 2];
        for first in (0..self.dims.images).step_by(SPAN) {
            let mut sums = [[F32x4::splat(0.0); 4]; 2];
            for image in first..self.dims.images.min(first + SPAN) {
                let (a, b) = (self.load(a, image), self.load(b, image));
                for i in 0..4 {
                    let [p, q] = f(a[i], b[i], i);
                    sums[0][i] = sums[0][i] + p;
                    sums[1][i] = sums[1][i] + q;
                }
            }
            for (totals, sums) in totals.iter_mut().zip(sums) {
                for (total, sum) in totals.iter_mut().zip(sums.map(F32x4::to_array).as_flattened()) {
                    *total += f64::from(*sum);
                }
            }
        }
        totals.map(|columns| {
            let mut channels = columns.chunks(self.dims.length).map(|columns| columns.iter().sum());
            std::array::from_fn(|_| channels.next().unwrap_or(0.0))
        })
    }
}

pub fn statistics(x: &[f32], mean: &mut [f32], variance: &mut [f32], dims: Dims) {
    let per_job = channels_per_job(dims);
    for_each((chunks(mean, per_job), chunks(variance, per_job)), |job, (mean, variance)| {
        for strip in strips(job, dims) {
            let [totals, _] = strip.sums(x, x, |x, _, _| [x, x]);
            for (channel, total) in strip.of_job().zip(totals) {
                mean[channel] = (total / dims.count()) as f32;
            }
            let means = strip.spread(|channel| mean[channel - strip.start]);
            let [first, second] = strip.sums(x, x, |x, _, i| {
                let d = x - means[i];
                [d, d * d]
            });
            for (i, channel) in strip.of_job().enumerate() {
                variance[channel] = variance_of(first[i], second[i], dims.count());
            }
        }
    });
}

pub fn forward(x: &[f32], affine: Affine, out: &mut [f32], dims: Dims) {
    for_each(columns(out, dims.row(), channels_per_job(dims) * dims.length), |job, mut out| {
        for strip in strips(job, dims) {
            let mean = strip.spread(|channel| affine.mean[channel]);
            let scale = strip.spread(|channel| affine.scale(channel) as f32);
            let offset = strip.spread(|channel| affine.offset(channel));
            for image in 0..dims.images {
                let x = strip.load(x, image);
                let values = std::array::from_fn(|i| (x[i] - mean[i]) * scale[i] + offset[i]);
                strip.store(values, &mut out, image);
            }
        }
    });
}

pub fn backward(
    upstream: &[f32],
    x: &[f32],
    affine: Affine,
    training: bool,
    gradients: [&mut [f32]; 3],
    dims: Dims,
) {
    let [x_gradient, weight_gradient, bias_gradient] = gradients;
    let per_job = channels_per_job(dims);
    let sides = (chunks(weight_gradient, per_job), chunks(bias_gradient, per_job));
    let parts = (columns(x_gradient, dims.row(), per_job * dims.length), sides);
    for_each(parts, |job, (mut x_gradient, (weight_gradient, bias_gradient))| {
        for strip in strips(job, dims) {
            let mean = strip.spread(|channel| affine.mean[channel]);
            let scale = strip.spread(|channel| affine.scale(channel) as f32);
            let [sums, products] = strip.sums(upstream, x, |up, x, i| [up, up * (x - mean[i])]);
            let at = |channel: usize| channel - strip.channels.start;
            for (channel, at_job) in strip.channels.clone().zip(strip.of_job()) {
                bias_gradient[at_job] = sums[at(channel)] as f32;
                weight_gradient[at_job] = (products[at(channel)] * affine.inverse(channel)) as f32;
            }
            let shift = strip.spread(|channel| (sums[at(channel)] / dims.count()) as f32);
            let slope = strip.spread(|channel| {
                let inverse = affine.inverse(channel);
                (products[at(channel)] / dims.count() * (inverse * inverse)) as f32
            });
            for image in 0..dims.images {
                let (up, x) = (strip.load(upstream, image), strip.load(x, image));
                let values = std::array::from_fn(|i| match training {
                    true => (up[i] - shift[i] - (x[i] - mean[i]) * slope[i]) * scale[i],
                    false => up[i] * scale[i],
                });
                strip.store(values, &mut x_gradient, image);
            }
        }
    });
}
