//! The multi-label margin loss: every label of a row against every other class.
//!
//! ```text
//! loss = Σ over labels t, other classes j of max(0, 1 - (x_t - x_j)) / classes
//! grad_j += 1 / classes, grad_t -= 1 / classes   for each such pair with a positive loss
//! ```
//!
//! As in torch, a pair with NaN has loss 0, and a label that is listed twice counts twice.

use super::fused_loss::{Reducer, Reduction};
use crate::kernels::elementwise::rows::{combine, map};
use crate::kernels::reduce::sum::sum;
use crate::simd::F32x4;

/// Shape of one call: logits and targets are `rows * classes`, row-major.
#[derive(Clone, Copy)]
pub struct Dims {
    pub rows: usize,
    pub classes: usize,
    pub reduction: Reduction,
}

/// The loss. `out` has one value, or `rows` values for [`Reduction::None`].
///
/// A row of `targets` lists its labels, less than `classes`, before the first negative number. `gradient`, if
/// given, gets d(result)/d(logit); for `None`, d(row's loss)/d(logit). `workspace` has three rows.
/// Without rows the mean is NaN and the sum 0; in torch both are undefined.
pub fn forward(
    logits: &[f32],
    targets: &[i32],
    mut gradient: Option<&mut [f32]>,
    out: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    let Dims { rows, classes, reduction } = dims;
    let count = if reduction == Reduction::Mean { rows as f64 } else { 1.0 };
    let scale = F32x4::splat((1.0 / (classes as f64 * count)) as f32);
    let (others, workspace) = workspace.split_at_mut(classes);
    let (hinges, pairs) = workspace.split_at_mut(classes);
    let mut losses = Reducer::new(out, reduction);
    for row in 0..rows {
        let run = row * classes..(row + 1) * classes;
        let loss = of_row(&logits[run.clone()], &targets[run.clone()], others, hinges, pairs);
        if let Some(gradient) = gradient.as_deref_mut() {
            map(pairs, &mut gradient[run], |pairs| pairs * scale);
        }
        losses.add(row, loss / classes as f64);
    }
    losses.finish(count);
}

/// The sum of a row's hinges; `pairs` gets the number of violated hinges of each class, negative for labels.
fn of_row(x: &[f32], targets: &[i32], others: &mut [f32], hinges: &mut [f32], pairs: &mut [f32]) -> f64 {
    const ZERO: F32x4 = F32x4::splat(0.0);
    const ONE: F32x4 = F32x4::splat(1.0);
    let labels = || targets.iter().take_while(|&&label| label >= 0).map(|&label| label as usize);
    // Labels do not compete with each other: at -inf no margin is violated.
    others.copy_from_slice(x);
    for label in labels() {
        others[label] = f32::NEG_INFINITY;
    }
    pairs.fill(0.0);
    let mut total = 0.0;
    for label in labels() {
        let margin = F32x4::splat(1.0 - x[label]);
        map(others, hinges, |other| {
            let missed = margin + other;
            missed & ZERO.lt(missed)
        });
        total += sum(hinges);
        combine(pairs, hinges, |pairs, hinge| pairs + (ONE & ZERO.lt(hinge)));
        pairs[label] -= hinges.iter().filter(|&&hinge| hinge > 0.0).count() as f32;
    }
    total
}
