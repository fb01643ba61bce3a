//! The multi-label soft margin loss and its gradient, fused in one pass over logits and targets.
//!
//! Per element, with a = |x| and u = exp(-a):
//!
//! ```text
//! c    = x >= 0 ? 1 - y : y
//! loss = w (a c + log1p(u))                = -w (y log σ(x) + (1 - y) log σ(-x))
//! grad = w (x >= 0 ? c - q : q - c)        = w (σ(x) - y),   q = u / (1 + u)
//! ```
//!
//! No term cancels, so both are accurate at any logit. `a c` counts as 0 if c is 0: an infinite
//! logit that agrees with its label has loss 0. A row's loss is the mean over its classes.

use super::adjusted_labels::{self, Adjustment};
use super::fused_loss::Reduction;
use super::known::Ignored;
use super::missing_labels;
use super::targets::{Targets, Weight, SPAN};
use crate::kernels::elementwise::in_place::scale_in_place;
use crate::kernels::elementwise::rows::{combine, Lanes};
use crate::kernels::reduce;
use crate::math::{exp_negative_fused, log1p_unit_fused};
use crate::parallel::{self, chunks, items_per_job, MAX_JOBS};
use crate::simd::{held, load_partial, store_partial, F32x4, HAS_FUSED, LANES};
use std::slice::{from_mut, from_ref};

/// Shape of one call: logits and targets are `rows * classes`, row-major.
#[derive(Clone, Copy)]
pub struct Dims {
    pub rows: usize,
    pub classes: usize,
    pub reduction: Reduction,
}

/// The work of one element, in elements of a simple map.
const COST: usize = 6;

/// The number of elements from which on multiply-adds are fused; smaller work has the same bits in every build.
const MIN_FUSED: usize = 1 << 16;

/// The loss. `out` has one value, or `rows` values for [`Reduction::None`]. Returns the unrounded
/// result (0 for `None`).
///
/// `gradient`, if given, gets d(result)/d(logit); for `None`, d(row's loss)/d(logit).
pub fn forward(
    logits: &[f32],
    labels: Targets,
    weight: Weight,
    adjustment: Adjustment,
    gradient: Option<&mut [f32]>,
    out: &mut [f32],
    dims: Dims,
) -> f64 {
    let total = total(logits, labels, weight, &adjustment, gradient, out, dims);
    // As in torch: the empty mean is NaN, the empty sum is 0, and a row without classes is NaN.
    let result = match dims.reduction {
        Reduction::None => return 0.0,
        _ if dims.rows > 0 && dims.classes == 0 => of_nothing(&adjustment),
        Reduction::Mean if dims.rows == 0 => of_nothing(&adjustment),
        _ if !adjustment.is_none() => total,
        Reduction::Mean => total / dims.classes as f64 / dims.rows as f64,
        Reduction::Sum => total / dims.classes.max(1) as f64,
    };
    out[0] = result as f32;
    result
}

/// The mean of no labels: as in torch, but if some may be missing, none costs nothing.
fn of_nothing(adjustment: &Adjustment) -> f64 {
    if adjustment.ignored.is_some() {
        0.0
    } else {
        f64::NAN
    }
}

/// The sum of all weighted element losses (of adjusted labels the result), or with `Reduction::None` writes the rows' means to
/// `out`.
fn total(
    logits: &[f32],
    labels: Targets,
    weight: Weight,
    adjustment: &Adjustment,
    mut gradient: Option<&mut [f32]>,
    out: &mut [f32],
    dims: Dims,
) -> f64 {
    let Dims { rows, classes, reduction } = dims;
    if classes == 0 {
        out[..if reduction == Reduction::None { rows } else { 0 }].fill(of_nothing(adjustment) as f32);
        return 0.0;
    }
    let is_adjusted = !adjustment.is_none();
    let divisor = if reduction == Reduction::Mean { rows as f64 } else { 1.0 };
    let job_rows = items_per_job(rows, classes.saturating_mul(COST));
    // And how many rows have no known label.
    let mut sums = [(0.0, 0); MAX_JOBS];
    let sums = &mut sums[..rows.div_ceil(job_rows)];
    let gradients = gradient.as_deref_mut().map(|gradient| chunks(gradient, job_rows * classes));
    let means = (reduction == Reduction::None).then(|| chunks(out, job_rows));
    let parts = (chunks(sums, 1), (gradients, means));
    parallel::for_each(parts, |job, (sum, (gradient, means))| {
        let first = job * job_rows;
        let part = first * classes..(first + job_rows).min(rows) * classes;
        let weights = [weight, adjustment.pos_weight].map(|weight| match weight {
            Weight::PerElement(weights) => Weight::PerElement(&weights[part.clone()]),
            other => other,
        });
        let (logits, labels) = (&logits[part.clone()], labels.skip_rows(first, classes));
        sum[0] = if let (Some(ignored), true) = (adjustment.ignored, adjustment.only_missing()) {
            let is_fused = HAS_FUSED && rows * classes >= MIN_FUSED;
            let known = |[x, y, _, scales]: [&[f32]; 4], losses: &mut [f32], gradient: &mut [f32]| {
                let scale = Scale::OfKnown(ignored, scales);
                if is_fused {
                    elements::<true>(x, y, &[], gradient, scale, losses);
                } else {
                    elements::<false>(x, y, &[], gradient, scale, losses);
                }
            };
            missing_labels::over_rows(
                logits,
                labels,
                weights,
                Some(ignored),
                gradient,
                means,
                classes,
                divisor,
                known,
            )
        } else if is_adjusted {
            let adjusted = |operands: [&[f32]; 4], losses: &mut [f32], gradient: &mut [f32]| {
                adjusted_labels::elements(operands, adjustment, losses, gradient);
            };
            missing_labels::over_rows(
                logits,
                labels,
                weights,
                adjustment.ignored,
                gradient,
                means,
                classes,
                divisor,
                adjusted,
            )
        } else {
            (over_rows(logits, labels, weights[0], gradient, means, dims), 0)
        };
    });
    // From 0: the sum of an empty iterator is -0.
    let (total, empty) = sums.iter().fold((0.0, 0), |total, job| (total.0 + job.0, total.1 + job.1));
    if reduction != Reduction::Mean || empty == 0 || empty == rows {
        return total;
    }
    // Rows without any known label cost nothing, so they do not count.
    let share = rows as f64 / (rows - empty) as f64;
    if let Some(gradient) = gradient {
        scale_in_place(gradient, share as f32);
    }
    total * share
}

/// Processes some of the rows in the largest runs that the weights and the reduction allow. Returns the sum of all
/// weighted element losses, or writes the rows' means to `means`.
fn over_rows(
    logits: &[f32],
    mut labels: Targets,
    weight: Weight,
    mut gradient: Option<&mut [f32]>,
    mut means: Option<&mut [f32]>,
    dims: Dims,
) -> f64 {
    let Dims { classes, reduction, .. } = dims;
    let rows = logits.len() / classes;
    let divisor = classes as f64 * if reduction == Reduction::Mean { dims.rows as f64 } else { 1.0 };
    let scale = Scale::Same(F32x4::splat((1.0 / divisor) as f32));
    let is_fused = HAS_FUSED && dims.rows * classes >= MIN_FUSED;
    let by_row = means.is_some();
    let per_class = matches!(weight, Weight::PerClass(_));

    // The class weights, repeated for a whole run.
    let mut tiled = [0.0; SPAN];
    let run_rows = if by_row || per_class { (SPAN / classes).max(1) } else { rows };
    if let (Weight::PerClass(weights), 2..) = (weight, run_rows) {
        for row in tiled.chunks_exact_mut(classes) {
            row.copy_from_slice(weights);
        }
    }

    let [mut labels_span, mut losses, mut unwanted] = [[0.0; SPAN]; 3];
    let mut total = 0.0;
    for first in (0..rows).step_by(run_rows.max(1)) {
        let last = (first + run_rows).min(rows);
        let (start, end) = (first * classes, last * classes);
        let mut sum = 0.0;
        for at in (start..end).step_by(SPAN) {
            let length = SPAN.min(end - at);
            let span = at..at + length;
            let w = match weight {
                Weight::None => &[][..],
                Weight::PerClass(weights) if run_rows == 1 => &weights[at - start..][..length],
                Weight::PerClass(_) => &tiled[..length],
                Weight::PerElement(weights) => &weights[span.clone()],
            };
            let y = labels.span(at, length, &mut labels_span);
            let g = match gradient.as_deref_mut() {
                Some(gradient) => &mut gradient[span.clone()],
                None => &mut unwanted[..length],
            };
            let losses = &mut losses[..length];
            // A branch, not a function pointer: a function behind a pointer would read its constants from memory.
            if is_fused {
                elements::<true>(&logits[span], y, w, g, scale, losses);
            } else {
                elements::<false>(&logits[span], y, w, g, scale, losses);
            }
            match means.as_deref_mut() {
                Some(means) if run_rows > 1 => {
                    for (row, mean) in losses.chunks_exact(classes).zip(&mut means[first..last]) {
                        *mean = (reduce::sum::sum(row) / classes as f64) as f32;
                    }
                }
                _ => sum += reduce::sum::sum(losses),
            }
        }
        if let (Some(means), 1) = (means.as_deref_mut(), run_rows) {
            means[first] = (sum / classes as f64) as f32;
        }
        total += sum;
    }
    total
}

/// What gradients are multiplied by.
#[derive(Clone, Copy)]
enum Scale<'a> {
    Same(F32x4),
    /// That of each element, by which the losses are multiplied too; missing labels have none of both.
    OfKnown(Ignored, &'a [f32]),
}

/// Losses and gradients of at most [`SPAN`] elements; empty weights mean ones.
fn elements<const FUSED: bool>(
    x: &[f32],
    y: &[f32],
    w: &[f32],
    gradient: &mut [f32],
    scale: Scale,
    losses: &mut [f32],
) {
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks(), y.as_chunks());
    let (s, s_rest) = if let Scale::OfKnown(_, scales) = scale { scales.as_chunks() } else { (y, y_rest) };
    let (loss_vectors, loss_rest) = losses.as_chunks_mut();
    let (gradient_vectors, gradient_rest) = gradient.as_chunks_mut();
    let run = |operands: [&[Lanes]; 3], losses: &mut [Lanes], gradients: &mut [Lanes]| match scale {
        Scale::Same(scale) => vectors::<FUSED>(operands, scale, losses, gradients),
        Scale::OfKnown(ignored, _) if ignored.is_nan() => {
            known_vectors::<FUSED, true>(operands, ignored, losses, gradients)
        }
        Scale::OfKnown(ignored, _) => known_vectors::<FUSED, false>(operands, ignored, losses, gradients),
    };
    run([x, y, s], loss_vectors, gradient_vectors);
    if !x_rest.is_empty() {
        let rests = [x_rest, y_rest, s_rest].map(|rest| load_partial(rest, 0.0).to_array());
        let [mut loss, mut gradient] = [[0.0; LANES]; 2];
        run(rests.each_ref().map(from_ref), from_mut(&mut loss), from_mut(&mut gradient));
        store_partial(F32x4::load(&loss), loss_rest);
        store_partial(F32x4::load(&gradient), gradient_rest);
    }
    if !w.is_empty() {
        combine(losses, w, |loss, w| loss * w);
        combine(gradient, w, |gradient, w| gradient * w);
    }
}

/// The arithmetic. Not inlined, because the engine allocates registers better for a function with a single
/// inner loop.
#[inline(never)]
fn vectors<const FUSED: bool>(
    operands: [&[Lanes]; 3],
    scale: F32x4,
    losses: &mut [Lanes],
    gradients: &mut [Lanes],
) {
    loops::<FUSED>(operands, losses, gradients, |_, _, loss, gradient| (loss, gradient * scale));
}

/// The same for known labels.
#[inline(never)]
fn known_vectors<const FUSED: bool, const NAN: bool>(
    operands: [&[Lanes]; 3],
    ignored: Ignored,
    losses: &mut [Lanes],
    gradients: &mut [Lanes],
) {
    let value = ignored.value();
    loops::<FUSED>(operands, losses, gradients, |y, scale, loss, gradient| {
        let known = if NAN { y.eq(y) } else { y.ne(value) };
        ((loss * scale) & known, (gradient * scale) & known)
    });
}

/// Of logits, labels and scales.
#[inline(always)]
fn loops<const FUSED: bool>(
    [x, y, scales]: [&[Lanes]; 3],
    losses: &mut [Lanes],
    gradients: &mut [Lanes],
    finish: impl Fn(F32x4, F32x4, F32x4, F32x4) -> (F32x4, F32x4),
) {
    // Two loops; the exponentials are stored in the losses' buffer, in the first-level cache, between them. Each loop
    // has half of the dependency chain, and its constants fit V8's 15 vector registers.
    let exp_negative = exp_negative_fused::<FUSED>();
    for (x, u) in x.iter().zip(losses.iter_mut()) {
        exp_negative(F32x4::load(x).abs()).store(u);
    }
    let element = element::<FUSED>();
    for (((x, (y, scale)), loss), into) in x.iter().zip(y.iter().zip(scales)).zip(losses).zip(gradients) {
        let y = F32x4::load(y);
        let (value, gradient) = element(F32x4::load(x), y, F32x4::load(loss));
        let (value, gradient) = finish(y, F32x4::load(scale), value, gradient);
        value.store(loss);
        gradient.store(into);
    }
}

/// Loss and gradient of four elements, before weight and scale; `u = exp(-|x|)`.
#[inline(always)]
fn element<const FUSED: bool>() -> impl Fn(F32x4, F32x4, F32x4) -> (F32x4, F32x4) {
    let [one, sign_bit, all_bits] = held([1.0, -0.0, f32::from_bits(u32::MAX)]);
    let log1p_unit = log1p_unit_fused::<FUSED>();
    move |x, y, u| {
        let sign = x & sign_bit;
        // (1 or 0) minus ±y: c without a branch. All bits set is -1 as int32.
        let c = (one & x.bits_greater(all_bits)) - (y ^ sign);
        let margin = x.abs() & c.ne(F32x4::splat(0.0));
        let loss = margin.fused_mul_add::<FUSED>(c, log1p_unit(u));
        let gradient = (c - u / (one + u)) ^ sign;
        (loss, gradient)
    }
}
