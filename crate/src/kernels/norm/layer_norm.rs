//! Layer normalisation of the rows of x [rows, length] (Ba et al. 2016), statistics in float64.

use crate::kernels::elementwise::rows::{combine, map, map_in_place};
use crate::kernels::reduce::sum::{sum, sum_of_pairs};
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{load_partial, sqrt, store_partial, F32x4, LANES};

/// Number of rows whose terms are summed in float32 before the sum continues in float64.
const ROW_SPAN: usize = 64;

#[derive(Clone, Copy)]
pub struct Dims {
    pub rows: usize,
    pub length: usize,
}

impl Dims {
    fn rows_per_job(self) -> usize {
        items_per_job(self.rows, self.length.saturating_mul(COST))
    }
}

/// The work of one element, in elements of a simple map.
const COST: usize = 3;

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
    if dims.length == 0 {
        return;
    }
    let size = dims.rows_per_job();
    let parts = (chunks(out, size * dims.length), chunks(statistics, size * FIELDS));
    parallel::for_each(parts, |job, (out, statistics)| {
        let x = &x[job * size * dims.length..];
        let rows = x.chunks_exact(dims.length).zip(out.chunks_exact_mut(dims.length));
        for (i, (x, out)) in rows.enumerate() {
            let count = dims.length as f64;
            let mean = sum(x) / count;
            let mean_low = (mean - f64::from(mean as f32)) as f32;
            let mut row_statistics = Statistics { mean: mean as f32, mean_low, inverse: 0.0 };
            map(x, out, row_statistics.centered());
            let variance = sum_of_pairs(out, out, |a, b| a * b) / count;
            row_statistics.inverse = (1.0 / sqrt(variance + eps)) as f32;
            row_statistics.write(statistics, i);
            let inverse = F32x4::splat(row_statistics.inverse);
            match (weight.is_empty(), bias.is_empty()) {
                (true, true) => map_in_place(out, |x| x * inverse),
                (false, true) => combine(out, weight, |x, weight| (x * inverse) * weight),
                (true, false) => combine(out, bias, |x, bias| x * inverse + bias),
                (false, false) => affine(out, weight, bias, inverse),
            }
        }
    });
}

/// `out = (out * inverse) * weight + bias`.
fn affine(out: &mut [f32], weight: &[f32], bias: &[f32], inverse: F32x4) {
    let f = |x, weight, bias| (x * inverse) * weight + bias;
    let (vectors, rest) = out.as_chunks_mut::<LANES>();
    let ((weights, weight_rest), (biases, bias_rest)) = (weight.as_chunks(), bias.as_chunks());
    for ((x, weight), bias) in vectors.iter_mut().zip(weights).zip(biases) {
        f(F32x4::load(x), F32x4::load(weight), F32x4::load(bias)).store(x);
    }
    for ((x, &weight), &bias) in rest.iter_mut().zip(weight_rest).zip(bias_rest) {
        *x = f(F32x4::splat(*x), F32x4::splat(weight), F32x4::splat(bias)).to_array()[0];
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
    if dims.length == 0 {
        return;
    }
    let size = dims.rows_per_job();
    parallel::for_each(chunks(gradient, size * dims.length), |job, gradient| {
        for (i, gradient) in gradient.chunks_exact_mut(dims.length).enumerate() {
            let row = job * size + i;
            let run = row * dims.length..(row + 1) * dims.length;
            let x = &x[run.clone()];
            let row_statistics = Statistics::read(statistics, row);
            let centered = row_statistics.centered();
            // The gradient holds `up w` meanwhile.
            let (total, product) = weighted(&upstream[run], x, weight, gradient, &centered);
            let (count, scale) = (dims.length as f64, f64::from(row_statistics.inverse));
            let average = F32x4::splat((total / count) as f32);
            let slope = F32x4::splat((product * scale * scale / count) as f32);
            let inverse = F32x4::splat(row_statistics.inverse);
            combine(gradient, x, |up, x| inverse * ((up - average) - centered(x) * slope));
        }
    });
}

/// Terms of a lane that are summed in float32.
const FLOAT_TERMS: usize = 16;

/// Writes `up w`, and returns its sum, and that of its products with the centered x.
fn weighted(
    upstream: &[f32],
    x: &[f32],
    weight: &[f32],
    gradient: &mut [f32],
    centered: impl Fn(F32x4) -> F32x4,
) -> (f64, f64) {
    const SPAN: usize = FLOAT_TERMS * LANES;
    let (mut total, mut product) = (0.0, 0.0);
    for (span, gradient) in gradient.chunks_mut(SPAN).enumerate() {
        let part = span * SPAN..span * SPAN + gradient.len();
        let (upstream, x) = (&upstream[part.clone()], &x[part.clone()]);
        let weight = if weight.is_empty() { weight } else { &weight[part] };
        let mut sums = [F32x4::splat(0.0); 2];
        let mut add = |up: F32x4, x: F32x4| {
            sums = [sums[0] + up, sums[1] + up * centered(x)];
        };
        let (vectors, rest) = gradient.as_chunks_mut::<LANES>();
        let done = vectors.len() * LANES;
        let operands = upstream.as_chunks().0.iter().zip(x.as_chunks().0);
        if weight.is_empty() {
            for ((up, x), out) in operands.zip(vectors) {
                let up = F32x4::load(up);
                up.store(out);
                add(up, F32x4::load(x));
            }
        } else {
            for (((up, x), out), weight) in operands.zip(vectors).zip(weight.as_chunks().0) {
                let up = F32x4::load(up) * F32x4::load(weight);
                up.store(out);
                add(up, F32x4::load(x));
            }
        }
        if !rest.is_empty() {
            let weight =
                if weight.is_empty() { F32x4::splat(1.0) } else { load_partial(&weight[done..], 0.0) };
            let up = load_partial(&upstream[done..], 0.0) * weight;
            store_partial(up, rest);
            add(up, load_partial(&x[done..], 0.0));
        }
        total += sums[0].sum_f64();
        product += sums[1].sum_f64();
    }
    (total, product)
}

/// Gradients of weight and bias, `Σ up x̂` and `Σ up` over the rows, a strip of columns at a time: whole cache lines of each row.
pub fn backward_affine(
    upstream: &[f32],
    x: &[f32],
    statistics: &[f32],
    weight_gradient: &mut [f32],
    bias_gradient: &mut [f32],
    dims: Dims,
) {
    let Dims { rows, length } = dims;
    let size = STRIP * items_per_job(length.div_ceil(STRIP), rows.saturating_mul(STRIP));
    let parts = (chunks(weight_gradient, size), chunks(bias_gradient, size));
    parallel::for_each(parts, |job, (weight_gradient, bias_gradient)| {
        let strips = weight_gradient.chunks_mut(STRIP).zip(bias_gradient.chunks_mut(STRIP));
        for (strip, (weight_gradient, bias_gradient)) in strips.enumerate() {
            let (first, width) = (job * size + strip * STRIP, weight_gradient.len());
            let mut totals = [[0.0f64; STRIP]; 2];
            for start in (0..rows).step_by(ROW_SPAN) {
                let mut sums = [[0.0f32; STRIP]; 2];
                for row in start..rows.min(start + ROW_SPAN) {
                    let at = row * length + first;
                    let statistics = Statistics::read(statistics, row);
                    add_row(&upstream[at..at + width], &x[at..at + width], statistics, &mut sums);
                }
                for (total, sum) in totals.as_flattened_mut().iter_mut().zip(sums.as_flattened()) {
                    *total += f64::from(*sum);
                }
            }
            let [products, ups] = totals;
            for (out, total) in weight_gradient.iter_mut().zip(products) {
                *out = total as f32;
            }
            for (out, total) in bias_gradient.iter_mut().zip(ups) {
                *out = total as f32;
            }
        }
    });
}

/// Columns whose sums are on the stack.
const STRIP: usize = 128;

/// Adds `up x̂` and `up` of one row to the sums.
fn add_row(upstream: &[f32], x: &[f32], statistics: Statistics, [products, ups]: &mut [[f32; STRIP]; 2]) {
    let (centered, inverse) = (statistics.centered(), F32x4::splat(statistics.inverse));
    let ((up_vectors, up_rest), (x_vectors, x_rest)) =
        (upstream.as_chunks::<LANES>(), x.as_chunks::<LANES>());
    let sums = products.as_chunks_mut::<LANES>().0.iter_mut().zip(ups.as_chunks_mut::<LANES>().0);
    for (i, (product, sum)) in sums.enumerate().take(upstream.len().div_ceil(LANES)) {
        let (up, x) = match (up_vectors.get(i), x_vectors.get(i)) {
            (Some(up), Some(x)) => (F32x4::load(up), F32x4::load(x)),
            _ => (load_partial(up_rest, 0.0), load_partial(x_rest, 0.0)),
        };
        (F32x4::load(product) + up * (centered(x) * inverse)).store(product);
        (F32x4::load(sum) + up).store(sum);
    }
}
