//! The cross-entropy of mutually exclusive classes, fused with its gradient.
//!
//! A row's target is a coefficient k_c = w_c q_c for each class, where q is the distribution of the labels.
//! With M = max x and e_c = exp(x_c - M):
//!
//! ```text
//! lse  = M + log(Σ e_c)
//! loss = Σ k_c (lse - x_c)
//! grad = K e_c / Σ e - k_c,   K = Σ k_c
//! ```
//!
//! The maximum's e is 1, so `log(Σ e)` is `log1p` of the others' sum, and `1 - p` of the maximum
//! is that sum over the total: confident rows are accurate. A class with k = 0 has loss
//! 0, whatever its logit, and an infinite maximum has probability 1.

use super::fused_loss::{Reducer, Reduction};
use crate::kernels::elementwise::rows::{combine, map, zip};
use crate::kernels::reduce::sum::sum;
use crate::math::exp_negative;
use crate::simd::{F32x4, BLOCK, LANES};

const ZERO: F32x4 = F32x4::splat(0.0);

/// Shape of one call: logits are `rows * classes`, row-major.
#[derive(Clone, Copy)]
pub struct Dims {
    pub rows: usize,
    pub classes: usize,
    pub reduction: Reduction,
}

/// The targets.
#[derive(Clone, Copy)]
pub enum Targets<'a> {
    /// A class for each row, in range, or `ignored`: such a row has loss 0 and does not count.
    Indices { indices: &'a [i32], ignored: i32 },
    /// A distribution over the classes for each row.
    Probabilities(&'a [f32]),
}

/// The loss. `out` has one value, or `rows` values for [`Reduction::None`]. The mean divides by the number of rows,
/// or with indices by the sum of the weights of their classes.
///
/// `weight` has one element for each class, or is empty. The share `smoothing` of each label is spread evenly over the classes.
/// `gradient`, if given, gets d(result)/d(logit); for `None`, d(row's loss)/d(logit).
/// `workspace` has two rows. A row without classes has loss 0.
pub fn forward(
    logits: &[f32],
    targets: Targets,
    weight: &[f32],
    smoothing: f64,
    mut gradient: Option<&mut [f32]>,
    out: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    let Dims { rows, classes, reduction } = dims;
    let count = total_weight(targets, weight, dims);
    let scale = if reduction == Reduction::Mean { 1.0 / count } else { 1.0 };
    let (scratch, coefficients) = workspace.split_at_mut(classes);
    let mut losses = Reducer::new(out, reduction);
    if classes == 0 {
        losses.add_nothing();
        return losses.finish(count);
    }
    for row in 0..rows {
        let run = row * classes..(row + 1) * classes;
        let gradient = gradient.as_deref_mut().map(|gradient| &mut gradient[run.clone()]);
        let loss = match row_target(row, targets, weight, smoothing, coefficients) {
            Some(labels) => of_row(&logits[run], labels, scratch, gradient, scale),
            None => {
                gradient.unwrap_or_default().fill(0.0);
                0.0
            }
        };
        losses.add(row, loss);
    }
    losses.finish(count);
}

/// The divisor of the mean; 0, which gives NaN, if there is nothing to average.
fn total_weight(targets: Targets, weight: &[f32], dims: Dims) -> f64 {
    match targets {
        Targets::Indices { indices, ignored } => indices
            .iter()
            .filter(|&&index| index != ignored)
            .map(|&index| weight.get(index as usize).map_or(1.0, |&weight| f64::from(weight)))
            .sum(),
        Targets::Probabilities(_) => (dims.rows * dims.classes.min(1)) as f64,
    }
}

/// The coefficients k of a row: all of them, or the only one that is not 0.
enum RowTarget<'a> {
    All(&'a mut [f32]),
    One { class: usize, coefficient: f32 },
}

/// The coefficients of a row, stored in `coefficients` if there are several; `None` if the row is ignored.
fn row_target<'a>(
    row: usize,
    targets: Targets,
    weight: &[f32],
    smoothing: f64,
    coefficients: &'a mut [f32],
) -> Option<RowTarget<'a>> {
    let classes = coefficients.len();
    let (kept, spread) = ((1.0 - smoothing) as f32, (smoothing / classes as f64) as f32);
    match targets {
        Targets::Indices { indices, ignored } => {
            let index = indices[row];
            if index == ignored {
                return None;
            }
            let class = index as usize;
            if smoothing == 0.0 {
                return Some(RowTarget::One {
                    class,
                    coefficient: weight.get(class).copied().unwrap_or(1.0),
                });
            }
            coefficients.fill(spread);
            coefficients[class] += kept;
        }
        Targets::Probabilities(labels) => {
            map(&labels[row * classes..][..classes], coefficients, |label| {
                label * F32x4::splat(kept) + F32x4::splat(spread)
            });
        }
    }
    if !weight.is_empty() {
        combine(coefficients, weight, |coefficient, weight| coefficient * weight);
    }
    Some(RowTarget::All(coefficients))
}

/// One row's loss, and its gradient times `scale`.
fn of_row(
    x: &[f32],
    mut labels: RowTarget,
    scratch: &mut [f32],
    gradient: Option<&mut [f32]>,
    scale: f64,
) -> f64 {
    let maximum = maximum(x);
    // A row of only NaN has no maximum: its first element stays NaN.
    let top = position(x, maximum);
    let at = top.unwrap_or(0);
    let highest = F32x4::splat(maximum);

    // The maximum is treated separately: its distance is 0, even if it is infinite.
    let (top_coefficient, others, distances) = match &mut labels {
        &mut RowTarget::One { class, coefficient } if class == at => (coefficient, 0.0, 0.0),
        &mut RowTarget::One { class, coefficient } => {
            let distance = if coefficient == 0.0 { 0.0 } else { maximum - x[class] };
            (0.0, f64::from(coefficient), f64::from(coefficient) * f64::from(distance))
        }
        RowTarget::All(coefficients) => {
            let top_coefficient = std::mem::take(&mut coefficients[at]);
            zip(x, coefficients, scratch, |x, k| ((highest - x) * k) & k.ne(ZERO));
            (top_coefficient, sum(coefficients), sum(scratch))
        }
    };

    map(x, scratch, exp_below(highest));
    if top.is_some() {
        scratch[at] = 0.0;
    }
    let rest = sum(scratch);
    let share = 1.0 / (1.0 + rest);
    let weight = others + f64::from(top_coefficient);
    if let Some(gradient) = gradient {
        let factor = F32x4::splat((weight * share * scale) as f32);
        let scale_lanes = F32x4::splat(scale as f32);
        match labels {
            RowTarget::All(coefficients) => {
                zip(scratch, coefficients, gradient, |e, k| e * factor - k * scale_lanes);
            }
            RowTarget::One { class, coefficient } => {
                map(scratch, gradient, |e| e * factor);
                gradient[class] -= coefficient * scale as f32;
            }
        }
        gradient[at] = ((others * share - f64::from(top_coefficient) * (rest * share)) * scale) as f32;
    }
    distances + weight * libm::log1p(rest)
}

/// `exp(x - highest)`, corrected for the rounding error of the difference (Knuth's sum): for a
/// difference of 64 that is 2^-19, which fully affects the result.
#[inline(always)]
fn exp_below(highest: F32x4) -> impl Fn(F32x4) -> F32x4 {
    let exp_negative = exp_negative();
    move |x| {
        let distance = highest - x;
        let shift = distance - highest;
        let lost = (highest - (distance - shift)) - (x + shift);
        let e = exp_negative(distance);
        // For infinite distances the rounding error is NaN.
        e - ((e * lost) & e.ne(ZERO))
    }
}

/// The greatest element that is not NaN; -inf if there is none.
fn maximum(x: &[f32]) -> f32 {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let lowest = F32x4::splat(f32::NEG_INFINITY);
    let lanes = vectors.iter().fold(lowest, |lanes, x| lanes.pmax(F32x4::load(x)));
    lanes.to_array().iter().chain(rest).fold(f32::NEG_INFINITY, |a, &b| if a < b { b } else { a })
}

/// The first position of `value`, searched block by block.
fn position(x: &[f32], value: f32) -> Option<usize> {
    let (blocks, _) = x.as_chunks::<BLOCK>();
    let has_value = |block: &[f32; BLOCK]| block.iter().fold(false, |found, &x| found | (x == value));
    let start = BLOCK * blocks.iter().position(has_value).unwrap_or(blocks.len());
    x[start..].iter().position(|&x| x == value).map(|i| start + i)
}
