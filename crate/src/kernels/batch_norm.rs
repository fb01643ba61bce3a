//! Batch normalisation of x [images, channels, length] (Ioffe & Szegedy 2015).
//!
//! Sums run in float32 for at most 16 terms a lane, then in float64.

use super::elementwise::{map, zip};
use super::reduce::sum;
use crate::simd::{load_block, load_partial, F32x4, BLOCK, LANES};

const SPAN: usize = 16 * BLOCK;

#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub images: usize,
    pub channels: usize,
    pub length: usize,
}

impl Dims {
    /// The runs of one channel, as ranges of x.
    fn runs(self, channel: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
        let Dims { images, channels, length } = self;
        (0..images).map(move |image| {
            let start = (image * channels + channel) * length;
            start..start + length
        })
    }
    fn count(self) -> f64 {
        (self.images * self.length) as f64
    }
}

/// Sums of the two results of `f(a, b)`; where the slices end within a vector, `padding` fills its lanes.
#[inline(always)]
fn sums(a: &[f32], b: &[f32], padding: [f32; 2], f: impl Fn(F32x4, F32x4) -> [F32x4; 2]) -> [f64; 2] {
    let mut totals = [0.0; 2];
    for (a, b) in a.chunks(SPAN).zip(b.chunks(SPAN)) {
        let ((a_blocks, a_rest), (b_blocks, b_rest)) = (a.as_chunks::<BLOCK>(), b.as_chunks::<BLOCK>());
        let mut lanes = [[F32x4::splat(0.0); 2]; 4];
        for (a, b) in a_blocks.iter().zip(b_blocks) {
            for (lanes, (a, b)) in lanes.iter_mut().zip(load_block(a).into_iter().zip(load_block(b))) {
                let [first, second] = f(a, b);
                *lanes = [lanes[0] + first, lanes[1] + second];
            }
        }
        for (lanes, (a, b)) in lanes.iter_mut().zip(a_rest.chunks(LANES).zip(b_rest.chunks(LANES))) {
            let [first, second] = f(load_partial(a, padding[0]), load_partial(b, padding[1]));
            *lanes = [lanes[0] + first, lanes[1] + second];
        }
        for [first, second] in lanes {
            totals[0] += first.sum_f64();
            totals[1] += second.sum_f64();
        }
    }
    totals
}

/// Mean and biased variance of each channel: `Σ d² / n - (Σ d / n)²` with `d = x - mean`, of which
/// the second part is what the mean's rounding makes of it.
pub fn statistics(x: &[f32], mean: &mut [f32], variance: &mut [f32], dims: Dims) {
    for c in 0..dims.channels {
        let m = (dims.runs(c).map(|run| sum(&x[run])).sum::<f64>() / dims.count()) as f32;
        let (mut first, mut second) = (0.0, 0.0);
        for run in dims.runs(c) {
            let x = &x[run];
            let [d, squares] = sums(x, x, [m; 2], |x, _| {
                let d = x - F32x4::splat(m);
                [d, d * d]
            });
            first += d;
            second += squares;
        }
        let (first, second) = (first / dims.count(), second / dims.count());
        mean[c] = m;
        // Rounding may take it below 0; NaN stays.
        variance[c] = if second < first * first { 0.0 } else { (second - first * first) as f32 };
    }
}

/// `running += momentum (batch - running)`, the variance unbiased: `factor` is `n / (n - 1)`, else 1.
pub fn update_running(running: &mut [f32], batch: &[f32], momentum: f64, factor: f64) {
    for (running, &batch) in running.iter_mut().zip(batch) {
        *running = (momentum * factor * f64::from(batch) + (1.0 - momentum) * f64::from(*running)) as f32;
    }
}

/// `out = (x - mean) / sqrt(variance + eps) * weight + bias`; weight and bias may be empty.
pub fn forward(
    x: &[f32],
    mean: &[f32],
    variance: &[f32],
    weight: &[f32],
    bias: &[f32],
    eps: f64,
    out: &mut [f32],
    dims: Dims,
) {
    for c in 0..dims.channels {
        let scale = f64::from(weight.get(c).copied().unwrap_or(1.0)) / (f64::from(variance[c]) + eps).sqrt();
        let [mean, scale, bias] =
            [mean[c], scale as f32, bias.get(c).copied().unwrap_or(0.0)].map(F32x4::splat);
        for run in dims.runs(c) {
            map(&x[run.clone()], &mut out[run], |x| (x - mean) * scale + bias);
        }
    }
}

/// Gradients of x, weight and bias; the statistics depend on x where `training`.
///
/// ```text
/// x̂ = (x - mean) / std;  d bias = Σ up;  d weight = Σ up x̂
/// d x = weight / std (up - [training] (d bias + x̂ d weight) / n)
/// ```
pub fn backward(
    upstream: &[f32],
    x: &[f32],
    mean: &[f32],
    variance: &[f32],
    weight: &[f32],
    eps: f64,
    training: bool,
    gradients: [&mut [f32]; 3],
    dims: Dims,
) {
    let [x_gradient, weight_gradient, bias_gradient] = gradients;
    for c in 0..dims.channels {
        let (m, inverse) = (F32x4::splat(mean[c]), 1.0 / (f64::from(variance[c]) + eps).sqrt());
        let (mut sum, mut product) = (0.0, 0.0);
        for run in dims.runs(c) {
            let [ups, products] =
                sums(&upstream[run.clone()], &x[run], [0.0, mean[c]], |up, x| [up, up * (x - m)]);
            sum += ups;
            product += products * inverse;
        }
        weight_gradient[c] = product as f32;
        bias_gradient[c] = sum as f32;
        let scale = weight.get(c).map_or(1.0, |&w| f64::from(w)) * inverse;
        let factors = [scale, sum / dims.count(), product / dims.count() * inverse];
        let [scale, shift, slope] = factors.map(|factor| F32x4::splat(factor as f32));
        for run in dims.runs(c) {
            let (upstream, gradient) = (&upstream[run.clone()], &mut x_gradient[run.clone()]);
            if training {
                zip(upstream, &x[run], gradient, |up, x| (up - shift - (x - m) * slope) * scale);
            } else {
                map(upstream, gradient, |up| up * scale);
            }
        }
    }
}
