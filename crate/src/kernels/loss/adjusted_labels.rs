//! The multi-label soft margin loss of adjusted labels: some are missing, positive ones have a weight p, all are smoothed by ε.
//!
//! As the binary cross-entropy of logits, with a = |x|, u = exp(-a) and q = u / (1 + u):
//!
//! ```text
//! y'   = y (1 - ε) + ε / 2;   z' = (1 - y) (1 - ε) + ε / 2
//! c    = x >= 0 ? z' : p y';  k = p y' + z'
//! loss = w (a c + k log1p(u))             = -w (p y' log σ(x) + z' log σ(-x))
//! grad = w (x >= 0 ? c - k q : k q - c)   = w (z' σ(x) - p y' σ(-x))
//! ```
//!
//! A row's loss is the mean over its known labels. Missing ones have a loss and a gradient of 0 at any logit, NaN too.

use super::known::Ignored;
use super::targets::{Targets, Weight, SPAN};
use crate::kernels::elementwise::rows::Lanes;
use crate::kernels::reduce::sum::sum;
use crate::math::{exp_negative, log1p_unit};
use crate::simd::{load_partial, store_partial, F32x4, LANES};
use std::slice::{from_mut, from_ref};

#[derive(Clone, Copy)]
pub struct Adjustment<'a> {
    pub pos_weight: Weight<'a>,
    /// ε, from 0 to 1.
    pub smoothing: f64,
    pub ignored: Option<Ignored>,
}

impl Adjustment<'_> {
    /// Whether all labels stay as they are.
    pub fn is_none(&self) -> bool {
        self.only_missing() && self.ignored.is_none()
    }

    /// Whether those that are known do.
    pub fn only_missing(&self) -> bool {
        matches!(self.pos_weight, Weight::None) && self.smoothing == 0.0
    }
}

/// Processes some of the rows, in runs of whole rows. Returns the sum of their losses divided by `divisor`, or writes the rows'
/// losses to `means`.
pub fn over_rows(
    logits: &[f32],
    mut labels: Targets,
    weights: [Weight; 2],
    adjustment: &Adjustment,
    mut gradient: Option<&mut [f32]>,
    mut means: Option<&mut [f32]>,
    classes: usize,
    divisor: f64,
) -> f64 {
    let rows = logits.len() / classes;
    let run_rows = (SPAN / classes).max(1);
    let mut tiles = [[1.0; SPAN]; 2];
    for (tile, weight) in tiles.iter_mut().zip(weights) {
        if let (Weight::PerClass(weight), 2..) = (weight, run_rows) {
            tile.chunks_exact_mut(classes).for_each(|row| row.copy_from_slice(weight));
        }
    }
    let scale_of = |known: usize| (1.0 / (known.max(1) as f64 * divisor)) as f32;
    let mut scales = [scale_of(classes); SPAN];
    let [mut labels_span, mut losses, mut unwanted] = [[0.0; SPAN]; 3];
    let mut total = 0.0;
    for first in (0..rows).step_by(run_rows) {
        let last = (first + run_rows).min(rows);
        let (start, end) = (first * classes, last * classes);
        if let Some(ignored) = adjustment.ignored {
            for (row, scales) in (first..last).zip(scales.chunks_mut(classes)) {
                scales.fill(scale_of(labels.known(ignored, row * classes..(row + 1) * classes)));
            }
        }
        let mut sum_of_run = 0.0;
        for at in (start..end).step_by(SPAN) {
            let length = SPAN.min(end - at);
            let span = at..at + length;
            let [w, p] = [0, 1].map(|i| match weights[i] {
                Weight::PerElement(weight) => &weight[span.clone()],
                Weight::PerClass(weight) if run_rows == 1 => &weight[at - start..][..length],
                _ => &tiles[i][..length],
            });
            let g = match gradient.as_deref_mut() {
                Some(gradient) => &mut gradient[span.clone()],
                None => &mut unwanted[..length],
            };
            let losses = &mut losses[..length];
            let y = labels.span(at, length, &mut labels_span);
            elements([&logits[span], y, w, p, &scales[..length]], adjustment, losses, g);
            match means.as_deref_mut() {
                Some(means) if run_rows > 1 => {
                    for (row, mean) in losses.chunks_exact(classes).zip(&mut means[first..last]) {
                        *mean = sum(row) as f32;
                    }
                }
                _ => sum_of_run += sum(losses),
            }
        }
        if let (Some(means), 1) = (means.as_deref_mut(), run_rows) {
            means[first] = sum_of_run as f32;
        }
        total += sum_of_run;
    }
    total
}

/// Losses and gradients of at most [`SPAN`] elements: of logits, labels, their weights, those of positives, and scales.
fn elements(operands: [&[f32]; 5], adjustment: &Adjustment, losses: &mut [f32], gradient: &mut [f32]) {
    let (loss_vectors, loss_rest) = losses.as_chunks_mut();
    let (gradient_vectors, gradient_rest) = gradient.as_chunks_mut();
    vectors(operands.map(|operand| operand.as_chunks().0), adjustment, loss_vectors, gradient_vectors);
    if !loss_rest.is_empty() {
        let rest = operands.map(|operand| load_partial(operand.as_chunks::<LANES>().1, 0.0).to_array());
        let [mut loss, mut gradient] = [[0.0; LANES]; 2];
        vectors(rest.each_ref().map(from_ref), adjustment, from_mut(&mut loss), from_mut(&mut gradient));
        store_partial(F32x4::load(&loss), loss_rest);
        store_partial(F32x4::load(&gradient), gradient_rest);
    }
}

/// The arithmetic, in two loops as in `multilabel_soft_margin`.
#[inline(never)]
fn vectors(
    [x, y, w, p, scales]: [&[Lanes]; 5],
    adjustment: &Adjustment,
    losses: &mut [Lanes],
    gradients: &mut [Lanes],
) {
    let exp_negative = exp_negative();
    for (x, u) in x.iter().zip(losses.iter_mut()) {
        exp_negative(F32x4::load(x).abs()).store(u);
    }
    let one = F32x4::splat(1.0);
    let half = F32x4::splat((adjustment.smoothing / 2.0) as f32);
    let rest = F32x4::splat((1.0 - adjustment.smoothing) as f32);
    let known = Ignored::known(adjustment.ignored);
    let log1p_unit = log1p_unit();
    let operands = x.iter().zip(y).zip(w.iter().zip(p).zip(scales));
    for (((x, y), ((w, p), scale)), (loss, gradient)) in operands.zip(losses.iter_mut().zip(gradients)) {
        let [x, y, w, p, scale, u] = [x, y, w, p, scale, &*loss].map(F32x4::load);
        let (positive, negative) = (p * (y * rest + half), (one - y) * rest + half);
        let c = F32x4::select(x.shift_right_signed(31), positive, negative);
        let k = positive + negative;
        let wrong = (x.abs() * c) & c.ne(F32x4::splat(0.0));
        let (counts, factor) = (known(y), w * scale);
        (((wrong + k * log1p_unit(u)) * factor) & counts).store(loss);
        let slope = (c - k * (u / (one + u))) ^ (x & F32x4::splat(-0.0));
        ((slope * factor) & counts).store(gradient);
    }
}
