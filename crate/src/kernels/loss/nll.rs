//! The negative log-likelihood of class indices: `loss = -w_t x_t`.

use super::fused_loss::{Reducer, Reduction};

/// Shape of one call: logarithms of probabilities are `rows * classes`, row-major.
#[derive(Clone, Copy)]
pub struct Dims {
    pub rows: usize,
    pub classes: usize,
    pub reduction: Reduction,
}

/// The loss. `out` has one value, or `rows` values for [`Reduction::None`]. The mean divides by the sum of the weights of
/// the rows' classes. A row whose target is `ignored` has loss 0 and does not count; all others are less than `classes`.
///
/// `weight` has one element for each class, or is empty. `gradient`, if given, gets d(result)/dx; for `None`,
/// d(row's loss)/dx.
pub fn forward(
    x: &[f32],
    targets: &[i32],
    ignored: i32,
    weight: &[f32],
    mut gradient: Option<&mut [f32]>,
    out: &mut [f32],
    dims: Dims,
) {
    let Dims { classes, reduction, .. } = dims;
    let weight_of = |class: usize| weight.get(class).map_or(1.0, |&weight| f64::from(weight));
    let counted = || targets.iter().enumerate().filter(|&(_, &target)| target != ignored);
    let count: f64 = counted().map(|(_, &target)| weight_of(target as usize)).sum();
    let scale = if reduction == Reduction::Mean { 1.0 / count } else { 1.0 };
    if let Some(gradient) = gradient.as_deref_mut() {
        gradient.fill(0.0);
    }
    let mut losses = Reducer::new(out, reduction);
    losses.add_nothing();
    for (row, &target) in counted() {
        let class = target as usize;
        let weight = weight_of(class);
        losses.add(row, -weight * f64::from(x[row * classes + class]));
        if let Some(gradient) = gradient.as_deref_mut() {
            gradient[row * classes + class] = (-weight * scale) as f32;
        }
    }
    losses.finish(count);
}
