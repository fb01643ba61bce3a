//! Softmax and its logarithm along one axis of `[outer, axis, inner]`, stable at any x, and their gradients.
//!
//! Rows (inner = 1) are processed one by one, otherwise neighbouring columns together.

use super::axis::Axis;
use super::max::maximum;
use super::strips::{strips, Strip, STRIP};
use super::sum::{sum, sum_of_pairs};
use crate::kernels::elementwise::rows::{combine, map, map_in_place, zip};
use crate::math;
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::F32x4;
use std::ops::Range;

const SIGN: F32x4 = F32x4::splat(-0.0);
/// Terms of a column that are summed in float32 before the sum goes to float64.
const SPAN: usize = 64;

/// `exp(x - max) / Σ exp(x - max)`; NaN along the axis if one element is NaN or all are -inf.
pub fn softmax(x: &[f32], out: &mut [f32], dims: Axis) {
    if x.is_empty() {
        return;
    }
    each_row(out, dims, |row, out| {
        exponentials(&x[row], out);
        let total = F32x4::splat(sum(out) as f32);
        map_in_place(out, |e| e / total);
    });
    let column_exponentials = column_exponentials();
    for strip in columns(dims) {
        let (mut most, mut total) = ([0.0; STRIP], [0.0; STRIP]);
        let (most, total) = (&mut most[..strip.width()], &mut total[..strip.width()]);
        maxima(strip, x, most);
        sums(strip, total, |row, terms| {
            column_exponentials(most, &x[row.clone()], terms);
            out[row].copy_from_slice(terms);
        });
        for row in strip.rows() {
            combine(&mut out[row], total, |e, total| e / total);
        }
    }
}

/// `x - max - log Σ exp(x - max)`.
pub fn log_softmax(x: &[f32], out: &mut [f32], dims: Axis) {
    if x.is_empty() {
        return;
    }
    each_row(out, dims, |row, out| {
        let most = exponentials(&x[row.clone()], out);
        let logarithm = F32x4::splat(libm::log(sum(out)) as f32);
        map(&x[row], out, |x| (x - most) - logarithm);
    });
    let column_exponentials = column_exponentials();
    for strip in columns(dims) {
        let (mut most, mut logarithm) = ([0.0; STRIP], [0.0; STRIP]);
        let (most, logarithm) = (&mut most[..strip.width()], &mut logarithm[..strip.width()]);
        maxima(strip, x, most);
        sums(strip, logarithm, |row, terms| column_exponentials(most, &x[row], terms));
        for sum in logarithm.iter_mut() {
            *sum = libm::log(f64::from(*sum)) as f32;
        }
        for row in strip.rows() {
            let out = &mut out[row.clone()];
            zip(&x[row], most, out, |x, most| x - most);
            combine(out, logarithm, |x, logarithm| x - logarithm);
        }
    }
}

/// `log Σ exp(x)`; the greatest where that is infinite.
pub fn logsumexp(x: &[f32], out: &mut [f32], dims: Axis) {
    if x.is_empty() {
        return out.fill(f32::NEG_INFINITY);
    }
    if dims.inner == 1 {
        let rows = items_per_job(dims.outer, dims.axis.saturating_mul(COST));
        parallel::for_each(chunks(out, rows), |job, out| {
            let mut terms = [0.0; ROW_SPAN];
            for (row, out) in x[job * rows * dims.axis..].chunks_exact(dims.axis).zip(out) {
                let most = maximum(row);
                if most.is_infinite() {
                    *out = of_infinite(most, row.iter());
                    continue;
                }
                let exp_negative = math::exp_negative();
                let span = |span: &[f32]| {
                    let terms = &mut terms[..span.len()];
                    map(span, terms, |x| exp_negative(F32x4::splat(most) - x));
                    sum(terms)
                };
                let total: f64 = row.chunks(ROW_SPAN).map(span).sum();
                *out = (f64::from(most) + libm::log(total)) as f32;
            }
        });
        return;
    }
    let column_exponentials = column_exponentials();
    for strip in columns(dims) {
        let mut most = [0.0; STRIP];
        let (most, out) = (&mut most[..strip.width()], &mut out[strip.results()]);
        maxima(strip, x, most);
        sums(strip, out, |row, terms| column_exponentials(most, &x[row], terms));
        for (i, (out, &most)) in out.iter_mut().zip(&*most).enumerate() {
            *out = if most.is_infinite() {
                of_infinite(most, strip.rows().map(|row| &x[row.start + i]))
            } else {
                (f64::from(most) + libm::log(f64::from(*out))) as f32
            };
        }
    }
}

/// [`logsumexp`] of a line whose greatest element is infinite.
fn of_infinite<'a>(most: f32, mut line: impl Iterator<Item = &'a f32>) -> f32 {
    if line.any(|x| x.is_nan()) {
        f32::NAN
    } else {
        most
    }
}

/// Elements of a row whose exponentials are summed at a time.
const ROW_SPAN: usize = 512;

/// `y (upstream - Σ upstream y)` with y the softmax.
pub fn softmax_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32], dims: Axis) {
    if y.is_empty() {
        return;
    }
    each_row(gradient, dims, |row, gradient| {
        let (upstream, y) = (&upstream[row.clone()], &y[row]);
        let mean = F32x4::splat(sum_of_pairs(upstream, y, |up, y| up * y) as f32);
        zip(upstream, y, gradient, |up, y| y * (up - mean));
    });
    for strip in columns(dims) {
        let mut mean = [0.0; STRIP];
        let mean = &mut mean[..strip.width()];
        sums(strip, mean, |row, terms| {
            zip(&upstream[row.clone()], &y[row], terms, |up, y| up * y);
        });
        for row in strip.rows() {
            let gradient = &mut gradient[row.clone()];
            zip(&upstream[row.clone()], mean, gradient, |up, mean| up - mean);
            combine(gradient, &y[row], |centered, y| y * centered);
        }
    }
}

/// `upstream - exp(y) Σ upstream` with y the logarithm of the softmax.
pub fn log_softmax_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32], dims: Axis) {
    if y.is_empty() {
        return;
    }
    let exp_negative = math::exp_negative();
    let probability = |y: F32x4| exp_negative(y ^ SIGN);
    each_row(gradient, dims, |row, gradient| {
        let (upstream, y) = (&upstream[row.clone()], &y[row]);
        let total = F32x4::splat(sum(upstream) as f32);
        zip(upstream, y, gradient, |up, y| up - probability(y) * total);
    });
    for strip in columns(dims) {
        let mut total = [0.0; STRIP];
        let total = &mut total[..strip.width()];
        sums(strip, total, |row, terms| terms.copy_from_slice(&upstream[row]));
        for row in strip.rows() {
            let gradient = &mut gradient[row.clone()];
            zip(&y[row.clone()], total, gradient, |y, total| probability(y) * total);
            combine(gradient, &upstream[row], |share, up| up - share);
        }
    }
}

/// Writes `exp(x - max)` of a row, and returns its maximum.
fn exponentials(x: &[f32], out: &mut [f32]) -> F32x4 {
    let most = F32x4::splat(maximum(x));
    let exp_negative = math::exp_negative();
    map(x, out, |x| exp_negative(most - x));
    most
}

/// `exp(x - max)` of one element of each column.
#[inline(always)]
fn column_exponentials() -> impl Fn(&[f32], &[f32], &mut [f32]) {
    let exp_negative = math::exp_negative();
    move |most, x, terms| zip(most, x, terms, |most, x| exp_negative(most - x))
}

/// Calls `f` with each row's place and its part of `out`, on all threads, for an axis whose elements are contiguous.
fn each_row(out: &mut [f32], dims: Axis, f: impl Fn(Range<usize>, &mut [f32]) + Sync) {
    if dims.inner != 1 {
        return;
    }
    let length = dims.axis * items_per_job(dims.outer, dims.axis.saturating_mul(COST));
    parallel::for_each(chunks(out, length), |job, out| {
        for (i, out) in out.chunks_exact_mut(dims.axis).enumerate() {
            let start = job * length + i * dims.axis;
            f(start..start + dims.axis, out);
        }
    });
}

/// The work of one element, in elements of a simple map.
const COST: usize = 4;

/// All columns, for an axis whose elements are not contiguous.
fn columns(dims: Axis) -> impl Iterator<Item = Strip> {
    strips(Axis { outer: if dims.inner == 1 { 0 } else { dims.outer }, ..dims })
}

/// The greatest element of each column, ignoring NaN.
fn maxima(strip: Strip, x: &[f32], most: &mut [f32]) {
    most.fill(f32::NEG_INFINITY);
    for row in strip.rows() {
        combine(most, &x[row], F32x4::pmax);
    }
}

/// The sum of each column of what `fill` writes for a row.
#[inline(always)]
pub fn sums(strip: Strip, sums: &mut [f32], mut fill: impl FnMut(Range<usize>, &mut [f32])) {
    let (mut totals, mut partial, mut terms) = ([0.0f64; STRIP], [0.0; STRIP], [0.0; STRIP]);
    let (partial, terms) = (&mut partial[..sums.len()], &mut terms[..sums.len()]);
    let add = |totals: &mut [f64], partial: &mut [f32]| {
        for (total, sum) in totals.iter_mut().zip(partial) {
            *total += f64::from(*sum);
            *sum = 0.0;
        }
    };
    for (i, row) in strip.rows().enumerate() {
        fill(row, terms);
        combine(partial, terms, |sum, term| sum + term);
        if i % SPAN == SPAN - 1 {
            add(&mut totals, partial);
        }
    }
    add(&mut totals, partial);
    for (sum, total) in sums.iter_mut().zip(totals) {
        *sum = total as f32;
    }
}
