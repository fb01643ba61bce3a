//! Softmax and its logarithm along one axis of `[outer, axis, inner]`, stable at any x, and their gradients.
//!
//! Rows (inner = 1) are processed one by one, otherwise up to four neighbouring columns together.

use super::axis::Axis;
use super::max::maximum;
use super::sum::{sum, sum_of_pairs};
use crate::kernels::elementwise::rows::{map, map_in_place, zip};
use crate::math;
use crate::simd::{load_partial, store_partial, F32x4, LANES};

const LEAST: F32x4 = F32x4::splat(f32::NEG_INFINITY);
const SIGN: F32x4 = F32x4::splat(-0.0);

/// `exp(x - max) / Σ exp(x - max)`; NaN along the axis if one element is NaN or all are -inf.
pub fn softmax(x: &[f32], out: &mut [f32], dims: Axis) {
    if x.is_empty() {
        return;
    }
    let exp_negative = math::exp_negative();
    for row in rows(dims) {
        let (x, out) = (&x[row.clone()], &mut out[row]);
        exponentials(x, out);
        let total = F32x4::splat(sum(out) as f32);
        map_in_place(out, |e| e / total);
    }
    for columns in columns(dims) {
        let most = columns.maximum(x);
        columns.fill(out, |at| exp_negative(most - columns.load(x, at)));
        let total = columns.sum(|at| columns.load(out, at));
        columns.update(out, |e| e / total);
    }
}

/// `x - max - log Σ exp(x - max)`.
pub fn log_softmax(x: &[f32], out: &mut [f32], dims: Axis) {
    if x.is_empty() {
        return;
    }
    let exp_negative = math::exp_negative();
    for row in rows(dims) {
        let (x, out) = (&x[row.clone()], &mut out[row]);
        let most = exponentials(x, out);
        let logarithm = F32x4::splat(libm::log(sum(out)) as f32);
        map(x, out, |x| (x - most) - logarithm);
    }
    for columns in columns(dims) {
        let most = columns.maximum(x);
        let total = columns.sum(|at| exp_negative(most - columns.load(x, at)));
        let logarithm = F32x4::load(&total.to_array().map(|total| libm::log(f64::from(total)) as f32));
        columns.fill(out, |at| (columns.load(x, at) - most) - logarithm);
    }
}

/// `y (upstream - Σ upstream y)` with y the softmax.
pub fn softmax_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32], dims: Axis) {
    if y.is_empty() {
        return;
    }
    for row in rows(dims) {
        let (upstream, y) = (&upstream[row.clone()], &y[row.clone()]);
        let mean = F32x4::splat(sum_of_pairs(upstream, y, |up, y| up * y) as f32);
        zip(upstream, y, &mut gradient[row], |up, y| y * (up - mean));
    }
    for columns in columns(dims) {
        let mean = columns.sum(|at| columns.load(upstream, at) * columns.load(y, at));
        columns.fill(gradient, |at| columns.load(y, at) * (columns.load(upstream, at) - mean));
    }
}

/// `upstream - exp(y) Σ upstream` with y the logarithm of the softmax.
pub fn log_softmax_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32], dims: Axis) {
    if y.is_empty() {
        return;
    }
    let exp_negative = math::exp_negative();
    let probability = |y: F32x4| exp_negative(y ^ SIGN);
    for row in rows(dims) {
        let (upstream, y) = (&upstream[row.clone()], &y[row.clone()]);
        let total = F32x4::splat(sum(upstream) as f32);
        zip(upstream, y, &mut gradient[row], |up, y| up - probability(y) * total);
    }
    for columns in columns(dims) {
        let total = columns.sum(|at| columns.load(upstream, at));
        columns.fill(gradient, |at| columns.load(upstream, at) - probability(columns.load(y, at)) * total);
    }
}

/// Writes `exp(x - max)` of a row, and returns its maximum.
fn exponentials(x: &[f32], out: &mut [f32]) -> F32x4 {
    let most = F32x4::splat(maximum(x));
    let exp_negative = math::exp_negative();
    map(x, out, |x| exp_negative(most - x));
    most
}

/// All rows, for an axis whose elements are contiguous.
fn rows(dims: Axis) -> impl Iterator<Item = std::ops::Range<usize>> {
    let count = if dims.inner == 1 { dims.outer } else { 0 };
    (0..count).map(move |row| row * dims.axis..(row + 1) * dims.axis)
}

/// Up to four neighbouring columns of one matrix [axis, inner].
#[derive(Clone, Copy)]
struct Columns {
    start: usize,
    count: usize,
    dims: Axis,
}

/// All columns, for an axis whose elements are not contiguous.
fn columns(dims: Axis) -> impl Iterator<Item = Columns> {
    let outer = if dims.inner == 1 { 0 } else { dims.outer };
    (0..outer).flat_map(move |matrix| {
        (0..dims.inner).step_by(LANES).map(move |column| Columns {
            start: matrix * dims.axis * dims.inner + column,
            count: LANES.min(dims.inner - column),
            dims,
        })
    })
}

impl Columns {
    /// Terms that are summed in float32 before the sum goes to float64.
    const SPAN: usize = 64;

    /// The offset of each step along the axis.
    fn steps(self) -> impl Iterator<Item = usize> {
        (0..self.dims.axis).map(move |step| self.start + step * self.dims.inner)
    }
    #[inline(always)]
    fn load(self, x: &[f32], at: usize) -> F32x4 {
        match x[at..at + self.count].first_chunk::<LANES>() {
            Some(vector) => F32x4::load(vector),
            None => load_partial(&x[at..at + self.count], 0.0),
        }
    }
    #[inline(always)]
    fn store(self, value: F32x4, out: &mut [f32], at: usize) {
        match out[at..at + self.count].first_chunk_mut::<LANES>() {
            Some(vector) => value.store(vector),
            None => store_partial(value, &mut out[at..at + self.count]),
        }
    }
    #[inline(always)]
    fn fill(self, out: &mut [f32], f: impl Fn(usize) -> F32x4) {
        for at in self.steps() {
            self.store(f(at), out, at);
        }
    }
    #[inline(always)]
    fn update(self, x: &mut [f32], f: impl Fn(F32x4) -> F32x4) {
        for at in self.steps() {
            self.store(f(self.load(x, at)), x, at);
        }
    }
    fn maximum(self, x: &[f32]) -> F32x4 {
        self.steps().fold(LEAST, |most, at| most.pmax(self.load(x, at)))
    }
    #[inline(always)]
    fn sum(self, term: impl Fn(usize) -> F32x4) -> F32x4 {
        let mut totals = [0.0f64; LANES];
        let mut sums = F32x4::splat(0.0);
        for (i, at) in self.steps().enumerate() {
            sums = sums + term(at);
            if i % Self::SPAN == Self::SPAN - 1 || i + 1 == self.dims.axis {
                for (total, sum) in totals.iter_mut().zip(sums.to_array()) {
                    *total += f64::from(sum);
                }
                sums = F32x4::splat(0.0);
            }
        }
        F32x4::load(&totals.map(|total| total as f32))
    }
}
