//! Layer normalisation of the rows of x [rows, length] (Ba et al. 2016), statistics in float64.

use crate::kernels::elementwise::rows::{combine, map, map_in_place};
use crate::kernels::reduce::sum::{sum, sum_of_pairs};
use crate::simd::{load_columns, sqrt, F32x4, BLOCK, LANES};

/// Number of rows whose terms are summed in float32 before the sum continues in float64.
const ROW_SPAN: usize = 64;

#[derive(Clone, Copy)]
pub struct Dims {
    pub rows: usize,
    pub length: usize,
}

impl Dims {
    fn rows(self) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> {
        (0..self.rows).map(move |row| (row, row * self.length..(row + 1) * self.length))
    }
}

/// The statistics of a row. The mean is in two parts, because its rounding would matter far from 0.
#[derive(Clone, Copy)]
pub struct Statistics {
    mean: f32,
    mean_low: f32,
    /// 1 / sqrt(variance + eps).
    inverse: f32,
}

/// Number of floats of the [`Statistics`] of a row.
pub const FIELDS: usize = 3;

impl Statistics {
    fn read(statistics: &[f32], row: usize) -> Self {
        let at = row * FIELDS;
        Statistics { mean: statistics[at], mean_low: statistics[at + 1], inverse: statistics[at + 2] }
    }
    fn write(self, statistics: &mut [f32], row: usize) {
        let fields = [self.mean, self.mean_low, self.inverse];
        statistics[row * FIELDS..(row + 1) * FIELDS].copy_from_slice(&fields);
    }
    /// `x - mean`.
    #[inline(always)]
    fn centered(self) -> impl Fn(F32x4) -> F32x4 {
        let (mean, low) = (F32x4::splat(self.mean), F32x4::splat(self.mean_low));
        move |x| (x - mean) - low
    }
}

/// `out = (x - mean) / sqrt(variance + eps) * weight + bias`, the variance biased; weight and bias may
/// be empty. `statistics` takes [`FIELDS`] floats for each row.
pub fn forward(
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    eps: f64,
    out: &mut [f32],
    statistics: &mut [f32],
    dims: Dims,
) {
    for (i, row) in dims.rows() {
        let (x, out) = (&x[row.clone()], &mut out[row]);
        let count = dims.length as f64;
        let mean = sum(x) / count;
        let mean_low = (mean - f64::from(mean as f32)) as f32;
        let mut row_statistics = Statistics { mean: mean as f32, mean_low, inverse: 0.0 };
        map(x, out, row_statistics.centered());
        let variance = sum_of_pairs(out, out, |a, b| a * b) / count;
        row_statistics.inverse = (1.0 / sqrt(variance + eps)) as f32;
        row_statistics.write(statistics, i);
        let inverse = F32x4::splat(row_statistics.inverse);
        map_in_place(out, |x| x * inverse);
        if !weight.is_empty() {
            combine(out, weight, |x, weight| x * weight);
        }
        if !bias.is_empty() {
            combine(out, bias, |x, bias| x + bias);
        }
    }
}

/// The gradient of x; `weight` may be empty.
///
/// ```text
/// x̂ = (x - mean) inverse;  d x = inverse (up w - mean(up w) - x̂ mean(up w x̂))
/// ```
pub fn backward(
    upstream: &[f32],
    x: &[f32],
    weight: &[f32],
    statistics: &[f32],
    gradient: &mut [f32],
    dims: Dims,
) {
    for (i, row) in dims.rows() {
        let (x, gradient) = (&x[row.clone()], &mut gradient[row.clone()]);
        // The gradient holds `up w` meanwhile.
        gradient.copy_from_slice(&upstream[row]);
        if !weight.is_empty() {
            combine(gradient, weight, |up, weight| up * weight);
        }
        let row_statistics = Statistics::read(statistics, i);
        let centered = row_statistics.centered();
        let (count, scale) = (dims.length as f64, f64::from(row_statistics.inverse));
        let average = F32x4::splat((sum(gradient) / count) as f32);
        let product = sum_of_pairs(gradient, x, |up, x| up * centered(x));
        let slope = F32x4::splat((product * scale * scale / count) as f32);
        let inverse = F32x4::splat(row_statistics.inverse);
        combine(gradient, x, |up, x| inverse * ((up - average) - centered(x) * slope));
    }
}

/// Gradients of weight and bias, `Σ up x̂` and `Σ up` over the rows, 16 columns at a time.
pub fn backward_affine(
    upstream: &[f32],
    x: &[f32],
    statistics: &[f32],
    weight_gradient: &mut [f32],
    bias_gradient: &mut [f32],
    dims: Dims,
) {
    let gradients = weight_gradient.chunks_mut(BLOCK).zip(bias_gradient.chunks_mut(BLOCK));
    for (strip, (weight_gradient, bias_gradient)) in gradients.enumerate() {
        let width = weight_gradient.len();
        let [mut products, mut ups] = [[0.0f64; BLOCK]; 2];
        for first in (0..dims.rows).step_by(ROW_SPAN) {
            let mut sums = [[F32x4::splat(0.0); 2]; 4];
            for row in first..dims.rows.min(first + ROW_SPAN) {
                let statistics = Statistics::read(statistics, row);
                let (centered, inverse) = (statistics.centered(), F32x4::splat(statistics.inverse));
                let at = row * dims.length + strip * BLOCK;
                let elements = load_columns(upstream, at, width).into_iter().zip(load_columns(x, at, width));
                for ([product, sum], (up, x)) in sums.iter_mut().zip(elements) {
                    *product = *product + up * (centered(x) * inverse);
                    *sum = *sum + up;
                }
            }
            let lanes = sums.map(|sums| sums.map(F32x4::to_array));
            for (i, (product, up)) in products.iter_mut().zip(&mut ups).enumerate() {
                let [product_lanes, up_lanes] = lanes[i / LANES];
                *product += f64::from(product_lanes[i % LANES]);
                *up += f64::from(up_lanes[i % LANES]);
            }
        }
        let results = weight_gradient.iter_mut().zip(bias_gradient);
        for ((weight, bias), (product, sum)) in results.zip(products.into_iter().zip(ups)) {
            (*weight, *bias) = (product as f32, sum as f32);
        }
    }
}
