//! Sizes and statistics of x [images, channels, length] for both ways of batch normalisation.

use crate::parallel::items_per_job;
use crate::simd::{sqrt, BLOCK};

#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub images: usize,
    pub channels: usize,
    pub length: usize,
}

impl Dims {
    /// The runs of one channel, as ranges of x.
    pub fn runs(self, channel: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
        let Dims { images, channels, length } = self;
        (0..images).map(move |image| {
            let start = (image * channels + channel) * length;
            start..start + length
        })
    }
    /// Number of values of one channel.
    pub fn count(self) -> f64 {
        self.images as f64 * self.length as f64
    }
    /// Number of values of one image.
    pub fn row(self) -> usize {
        self.channels * self.length
    }
    /// Channels of one job.
    pub fn channels_per_job(self) -> usize {
        items_per_job(self.channels, self.images * self.length)
    }
    /// Whether runs are too short for vectors.
    pub fn is_short(self) -> bool {
        self.length < BLOCK
    }
}

/// The variance from the sums of `d` and `d²`.
pub fn variance_of(first: f64, second: f64, count: f64) -> f32 {
    let (first, second) = (first / count, second / count);
    // Rounding may make it negative; NaN stays.
    if second < first * first {
        0.0
    } else {
        (second - first * first) as f32
    }
}

/// The statistics of each channel, with weight and bias, which may be empty.
#[derive(Clone, Copy)]
pub struct Affine<'a> {
    pub mean: &'a [f32],
    pub variance: &'a [f32],
    pub weight: &'a [f32],
    pub bias: &'a [f32],
    pub eps: f64,
}

impl Affine<'_> {
    /// `1 / sqrt(variance + eps)`.
    pub fn inverse(&self, channel: usize) -> f64 {
        1.0 / sqrt(f64::from(self.variance[channel]) + self.eps)
    }
    pub fn scale(&self, channel: usize) -> f64 {
        self.weight.get(channel).map_or(1.0, |&weight| f64::from(weight)) * self.inverse(channel)
    }
    pub fn offset(&self, channel: usize) -> f32 {
        self.bias.get(channel).copied().unwrap_or(0.0)
    }
}
