//! The multi-label soft margin loss where labels are missing: the plain loss, then one pass that scales what is known by the number of
//! a row's known labels, and sets the rest to 0, at any logit, NaN too.

use super::known::Ignored;
use super::targets::{Targets, Weight, SPAN};
use crate::kernels::reduce::sum::sum;

/// Losses of the plain loss and its gradients, both unscaled, at most [`SPAN`] of them: of logits, labels and weights, which are
/// empty for ones.
pub trait Plain: Fn([&[f32]; 3], &mut [f32], &mut [f32]) {}
impl<F: Fn([&[f32]; 3], &mut [f32], &mut [f32])> Plain for F {}

/// Processes some of the rows, in runs of whole rows. Returns the sum of their losses, each the mean over its known labels, divided
/// by `divisor`; or writes the rows' losses to `means`.
pub fn over_rows(
    logits: &[f32],
    mut labels: Targets,
    weight: Weight,
    ignored: Ignored,
    mut gradient: Option<&mut [f32]>,
    mut means: Option<&mut [f32]>,
    classes: usize,
    divisor: f64,
    plain: impl Plain,
) -> f64 {
    let rows = logits.len() / classes;
    let run_rows = (SPAN / classes).max(1);
    let mut tile = [0.0; SPAN];
    if let (Weight::PerClass(weight), 2..) = (weight, run_rows) {
        tile.chunks_exact_mut(classes).for_each(|row| row.copy_from_slice(weight));
    }
    let scale_of = |known: usize| (1.0 / (known.max(1) as f64 * divisor)) as f32;
    // By the number of known labels, as far as a span has whole rows.
    let mut scale_by_known = [0.0; SPAN + 1];
    if classes <= SPAN {
        for (known, scale) in scale_by_known[..=classes].iter_mut().enumerate() {
            *scale = scale_of(known);
        }
    }
    let [mut labels_span, mut losses, mut unwanted, mut scales] = [[0.0; SPAN]; 4];
    let mut total = 0.0;
    for first in (0..rows).step_by(run_rows) {
        let last = (first + run_rows).min(rows);
        let (start, end) = (first * classes, last * classes);
        let scale = if classes > SPAN { scale_of(labels.known(ignored, start..end)) } else { 0.0 };
        let mut sum_of_run = 0.0;
        for at in (start..end).step_by(SPAN) {
            let length = SPAN.min(end - at);
            let span = at..at + length;
            let w = match weight {
                Weight::None => &[][..],
                Weight::PerElement(weight) => &weight[span.clone()],
                Weight::PerClass(weight) if run_rows == 1 => &weight[at - start..][..length],
                Weight::PerClass(_) => &tile[..length],
            };
            let g = match gradient.as_deref_mut() {
                Some(gradient) => &mut gradient[span.clone()],
                None => &mut unwanted[..length],
            };
            let losses = &mut losses[..length];
            let y = labels.span(at, length, &mut labels_span);
            plain([&logits[span], y, w], losses, g);
            if classes > SPAN {
                ignored.keep_times(y, scale, losses, g);
            } else {
                ignored.scales(y, classes, &scale_by_known, &mut scales);
                ignored.keep_scaled(y, &scales[..length], losses, g);
            }
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
