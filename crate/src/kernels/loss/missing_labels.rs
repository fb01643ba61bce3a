//! Spans of the multi-label soft margin loss where labels may be missing: each element is scaled by the number of its row's known labels.

use super::known::{fill, Ignored};
use super::targets::{Targets, Weight, SPAN};
use crate::kernels::elementwise::rows::combine;
use crate::kernels::reduce::sum::sum;
use crate::simd::BLOCK;
use std::array::from_fn;

/// Scaled losses of at most [`SPAN`] elements and their gradients: of logits, labels, weights of positives, and scales.
pub trait Elements: Fn([&[f32]; 4], &mut [f32], &mut [f32]) {}
impl<F: Fn([&[f32]; 4], &mut [f32], &mut [f32])> Elements for F {}

/// Processes some of the rows, in runs of whole rows. Returns the sum of their losses, each the mean over its known labels, divided
/// by `divisor`; or writes the rows' losses to `means`. Absent weights of positives are ones. Also returns how many rows have no
/// known label.
pub fn over_rows(
    logits: &[f32],
    mut labels: Targets,
    weights: [Weight; 2],
    ignored: Option<Ignored>,
    mut gradient: Option<&mut [f32]>,
    mut means: Option<&mut [f32]>,
    classes: usize,
    divisor: f64,
    elements: impl Elements,
) -> (f64, usize) {
    let rows = logits.len() / classes;
    let run_rows = (SPAN / classes).max(1);
    let mut tiles = [[1.0; SPAN]; 2];
    for (tile, weight) in tiles.iter_mut().zip(weights) {
        if let (Weight::PerClass(weight), 2..) = (weight, run_rows) {
            tile.chunks_exact_mut(classes).for_each(|row| row.copy_from_slice(weight));
        }
    }
    let scale_of = |known: usize| (1.0 / (known.max(1) as f64 * divisor)) as f32;
    // By the number of known labels.
    let scale_by_known: [f32; BLOCK + 1] = from_fn(scale_of);
    let mut scale = scale_of(classes);
    let mut scales = [scale; SPAN];
    let is_weighted = !matches!(weights[0], Weight::None);
    let [mut labels_span, mut losses, mut unwanted] = [[0.0; SPAN]; 3];
    let (mut total, mut empty) = (0.0, 0);
    for first in (0..rows).step_by(run_rows) {
        let last = (first + run_rows).min(rows);
        let (start, end) = (first * classes, last * classes);
        if let (Some(ignored), 1) = (ignored, run_rows) {
            let known = labels.known(ignored, start..end);
            empty += usize::from(known == 0);
            scale = scale_of(known);
            fill(&mut scales, scale);
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
            let scales = &mut scales[..length];
            if let (Some(ignored), 2..) = (ignored, run_rows) {
                empty += ignored.scales(y, classes, &scale_by_known, scale_of, scales);
            } else if is_weighted {
                fill(scales, scale);
            }
            if is_weighted {
                combine(scales, w, |scale, w| scale * w);
            }
            elements([&logits[span], y, p, scales], losses, g);
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
    (total, empty)
}
