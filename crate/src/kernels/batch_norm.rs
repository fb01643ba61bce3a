//! Batch normalisation of x [images, channels, length] (Ioffe & Szegedy 2015), statistics in float64.

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

/// Mean and biased variance of each channel.
pub fn statistics(x: &[f32], mean: &mut [f32], variance: &mut [f32], dims: Dims) {
    for c in 0..dims.channels {
        let values = || dims.runs(c).flat_map(|run| x[run].iter().map(|&value| f64::from(value)));
        let m = values().sum::<f64>() / dims.count();
        mean[c] = m as f32;
        variance[c] = (values().map(|value| (value - m) * (value - m)).sum::<f64>() / dims.count()) as f32;
    }
}

/// `running += momentum (batch - running)`, the variance unbiased: `n / (n - 1)` times the batch's.
pub fn update_running(running: &mut [f32], batch: &[f32], momentum: f64, factor: f64) {
    for (running, &batch) in running.iter_mut().zip(batch) {
        *running = (momentum * factor * f64::from(batch) + (1.0 - momentum) * f64::from(*running)) as f32;
    }
}

/// Scale and offset that normalise one channel.
fn affine(mean: f32, variance: f32, eps: f64, weight: Option<f32>, bias: Option<f32>) -> (f64, f64) {
    let scale = f64::from(weight.unwrap_or(1.0)) / (f64::from(variance) + eps).sqrt();
    (scale, f64::from(bias.unwrap_or(0.0)) - f64::from(mean) * scale)
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
        let (scale, offset) = affine(mean[c], variance[c], eps, weight.get(c).copied(), bias.get(c).copied());
        for run in dims.runs(c) {
            for (out, &x) in out[run.clone()].iter_mut().zip(&x[run]) {
                *out = (f64::from(x) * scale + offset) as f32;
            }
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
        let (mean, inverse) = (f64::from(mean[c]), 1.0 / (f64::from(variance[c]) + eps).sqrt());
        let (mut sum, mut product) = (0.0, 0.0);
        for run in dims.runs(c) {
            for (&up, &x) in upstream[run.clone()].iter().zip(&x[run]) {
                sum += f64::from(up);
                product += f64::from(up) * (f64::from(x) - mean) * inverse;
            }
        }
        weight_gradient[c] = product as f32;
        bias_gradient[c] = sum as f32;
        let scale = weight.get(c).map_or(1.0, |&w| f64::from(w)) * inverse;
        let (shift, slope) = if training { (sum / dims.count(), product / dims.count()) } else { (0.0, 0.0) };
        for run in dims.runs(c) {
            let values = upstream[run.clone()].iter().zip(&x[run.clone()]);
            for (g, (&up, &x)) in x_gradient[run].iter_mut().zip(values) {
                let normalised = (f64::from(x) - mean) * inverse;
                *g = (scale * (f64::from(up) - shift - normalised * slope)) as f32;
            }
        }
    }
}
