//! Batch normalisation of x [images, channels, length] (Ioffe & Szegedy 2015). Short runs are processed side by
//! side, in `batch_norm_strips.rs`.
//!
//! At most 16 terms per lane are summed in float32, then sums continue in float64.

use super::batch_norm_strips as strips;
use super::channels::{variance_of, Affine, Dims};
use crate::kernels::elementwise::rows::{map, zip};
use crate::kernels::reduce::sum::sum;
use crate::parallel::{chunks, columns, for_each};
use crate::simd::{load_up_to_block, F32x4, BLOCK};

const SPAN: usize = 16 * BLOCK;

/// Sums of the two results of `f(a, b)`; `padding` fills an incomplete last block.
#[inline(always)]
fn sums(a: &[f32], b: &[f32], padding: [f32; 2], f: impl Fn(F32x4, F32x4) -> [F32x4; 2]) -> [f64; 2] {
    let mut totals = [0.0; 2];
    for (a, b) in a.chunks(SPAN).zip(b.chunks(SPAN)) {
        let mut lanes = [[F32x4::splat(0.0); 2]; 4];
        for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
            let (a, b) = (load_up_to_block(a, padding[0]), load_up_to_block(b, padding[1]));
            for (lanes, (a, b)) in lanes.iter_mut().zip(a.into_iter().zip(b)) {
                let [first, second] = f(a, b);
                *lanes = [lanes[0] + first, lanes[1] + second];
            }
        }
        for [first, second] in lanes {
            totals[0] += first.sum_f64();
            totals[1] += second.sum_f64();
        }
    }
    totals
}

/// Mean and biased variance of each channel, NaN without values: `Σ d² / n - (Σ d / n)²` with `d = x - mean`, where
/// the second part corrects the rounding of the mean.
pub fn statistics(x: &[f32], mean: &mut [f32], variance: &mut [f32], dims: Dims) {
    if x.is_empty() {
        mean.fill(f32::NAN);
        return variance.fill(f32::NAN);
    }
    if dims.is_short() {
        return strips::statistics(x, mean, variance, dims);
    }
    let per_job = dims.channels_per_job();
    for_each((chunks(mean, per_job), chunks(variance, per_job)), |job, (mean, variance)| {
        for (at, (mean, variance)) in mean.iter_mut().zip(variance).enumerate() {
            let c = job * per_job + at;
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
            *mean = m;
            *variance = variance_of(first, second, dims.count());
        }
    });
}

/// `running += momentum (factor batch - running)`; `factor` is `n / (n - 1)` for the variance, which makes it unbiased, else 1.
pub fn update_running(running: &mut [f32], batch: &[f32], momentum: f64, factor: f64) {
    for (running, &batch) in running.iter_mut().zip(batch) {
        *running = (momentum * factor * f64::from(batch) + (1.0 - momentum) * f64::from(*running)) as f32;
    }
}

/// `out = (x - mean) / sqrt(variance + eps) * weight + bias`.
pub fn forward(x: &[f32], affine: Affine, out: &mut [f32], dims: Dims) {
    if x.is_empty() {
        return;
    }
    if dims.is_short() {
        return strips::forward(x, affine, out, dims);
    }
    let per_job = dims.channels_per_job();
    for_each(columns(out, dims.row(), per_job * dims.length), |job, mut out| {
        for (at, c) in (job * per_job..dims.channels).take(per_job).enumerate() {
            let factors = [affine.mean[c], affine.scale(c) as f32, affine.offset(c)];
            let [mean, scale, offset] = factors.map(F32x4::splat);
            for (image, run) in dims.runs(c).enumerate() {
                let out = &mut out.row(image)[at * dims.length..][..dims.length];
                map(&x[run], out, |x| (x - mean) * scale + offset);
            }
        }
    });
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
    affine: Affine,
    training: bool,
    gradients: [&mut [f32]; 3],
    dims: Dims,
) {
    let [x_gradient, weight_gradient, bias_gradient] = gradients;
    if x.is_empty() {
        weight_gradient.fill(0.0);
        return bias_gradient.fill(0.0);
    }
    if dims.is_short() {
        let gradients = [x_gradient, weight_gradient, bias_gradient];
        return strips::backward(upstream, x, affine, training, gradients, dims);
    }
    let per_job = dims.channels_per_job();
    let sides = (chunks(weight_gradient, per_job), chunks(bias_gradient, per_job));
    let parts = (columns(x_gradient, dims.row(), per_job * dims.length), sides);
    for_each(parts, |job, (mut x_gradient, (weight_gradient, bias_gradient))| {
        for (at, c) in (job * per_job..dims.channels).take(per_job).enumerate() {
            let (mean, inverse) = (F32x4::splat(affine.mean[c]), affine.inverse(c));
            let (mut sum, mut product) = (0.0, 0.0);
            for run in dims.runs(c) {
                let padding = [0.0, affine.mean[c]];
                let [ups, products] =
                    sums(&upstream[run.clone()], &x[run], padding, |up, x| [up, up * (x - mean)]);
                sum += ups;
                product += products * inverse;
            }
            weight_gradient[at] = product as f32;
            bias_gradient[at] = sum as f32;
            let factors = [affine.scale(c), sum / dims.count(), product / dims.count() * inverse];
            let [scale, shift, slope] = factors.map(|factor| F32x4::splat(factor as f32));
            for (image, run) in dims.runs(c).enumerate() {
                let gradient = &mut x_gradient.row(image)[at * dims.length..][..dims.length];
                let upstream = &upstream[run.clone()];
                if training {
                    zip(upstream, &x[run], gradient, |up, x| (up - shift - (x - mean) * slope) * scale);
                } else {
                    map(upstream, gradient, |up| up * scale);
                }
            }
        }
    });
}
