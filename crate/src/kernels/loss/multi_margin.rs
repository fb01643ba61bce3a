//! The margin loss of mutually exclusive classes, for the label t of a row:
//!
//! ```text
//! h_j  = max(0, margin - x_t + x_j)              for every class j but t
//! loss = w_t Σ h_j^p / classes
//! grad_j = w_t p h_j^(p-1) / classes   where h_j > 0;   grad_t = -Σ grad_j
//! ```
//!
//! As in torch, a pair with NaN has loss 0.

use super::fused_loss::{Reducer, Reduction};

/// Shape of one call: logits are `rows * classes`, row-major.
#[derive(Clone, Copy)]
pub struct Dims {
    pub rows: usize,
    pub classes: usize,
    pub reduction: Reduction,
}

/// What a loss is computed with.
#[derive(Clone, Copy)]
pub struct Margin<'a> {
    /// Whether p is 2 instead of 1.
    pub is_squared: bool,
    pub margin: f64,
    /// One element for each class, or none.
    pub weight: &'a [f32],
}

/// The loss. `out` has one value, or `rows` values for [`Reduction::None`]. Targets are less than `classes`.
/// `gradient`, if given, gets d(result)/d(logit); for `None`, d(row's loss)/d(logit).
pub fn forward(
    logits: &[f32],
    targets: &[i32],
    options: Margin,
    mut gradient: Option<&mut [f32]>,
    out: &mut [f32],
    dims: Dims,
) {
    let Dims { rows, classes, reduction } = dims;
    let Margin { is_squared, margin, weight } = options;
    let count = if reduction == Reduction::Mean { rows as f64 } else { 1.0 };
    let mut losses = Reducer::new(out, reduction);
    for (row, &target) in targets.iter().enumerate() {
        let run = row * classes..(row + 1) * classes;
        let (x, target) = (&logits[run.clone()], target as usize);
        let factor = weight.get(target).map_or(1.0, |&weight| f64::from(weight)) / classes as f64;
        let mut gradient = gradient.as_deref_mut().map(|gradient| &mut gradient[run]);
        let (mut total, mut pulled) = (0.0, 0.0);
        for (class, &logit) in x.iter().enumerate() {
            let missed = margin - f64::from(x[target]) + f64::from(logit);
            let hinge = if class != target && missed > 0.0 { missed } else { 0.0 };
            let slope = match (hinge > 0.0, is_squared) {
                (false, _) => 0.0,
                (true, false) => factor / count,
                (true, true) => 2.0 * hinge * factor / count,
            };
            total += if is_squared { hinge * hinge } else { hinge };
            pulled += slope;
            if let Some(gradient) = gradient.as_deref_mut() {
                gradient[class] = slope as f32;
            }
        }
        if let Some(gradient) = gradient {
            gradient[target] = -pulled as f32;
        }
        losses.add(row, total * factor);
    }
    losses.finish(count);
}
