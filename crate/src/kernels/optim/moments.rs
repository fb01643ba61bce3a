use super::update::{update, Direction};
use crate::simd::F32x4;

/// A step along the gradient and its mean, divided by the root of the mean square: NAdam and RAdam,
/// whose corrections and factors of a step are in the scalars, computed in float64.
#[derive(Clone, Copy)]
pub struct Moments {
    pub one_minus_beta1: f32,
    pub beta2: f32,
    pub one_minus_beta2: f32,
    pub gradient_factor: f32,
    pub mean_factor: f32,
    /// Of the root; 0 for steps that do not divide by it.
    pub root_factor: f32,
    pub eps: f32,
    /// `1 - lr * weight_decay` if the decay is decoupled from the gradient, else 1.
    pub decay_factor: f32,
    pub direction: Direction,
}

/// ```text
/// p *= decay_factor;   g = ±gradient + weight_decay p
/// m += (1 - beta1)(g - m);   v = beta2 v + (1 - beta2) g²
/// p -= (gradient_factor g + mean_factor m) / (root_factor sqrt(v) + eps)
/// ```
pub fn moments(p: &mut [f32], gradient: &[f32], m: &mut [f32], v: &mut [f32], rule: Moments) {
    let one_minus_beta1 = F32x4::splat(rule.one_minus_beta1);
    let beta2 = F32x4::splat(rule.beta2);
    let one_minus_beta2 = F32x4::splat(rule.one_minus_beta2);
    let gradient_factor = F32x4::splat(rule.gradient_factor);
    let mean_factor = F32x4::splat(rule.mean_factor);
    let root_factor = F32x4::splat(rule.root_factor);
    let eps = F32x4::splat(rule.eps);
    let decay_factor = F32x4::splat(rule.decay_factor);
    if rule.one_minus_beta1 == 1.0 {
        // `m + 1 (g - m)` would equal g only if m is not much larger.
        m.fill(0.0);
    }
    update([p, m, v], gradient, rule.direction, move |[p, m, v], g| {
        let m = m + one_minus_beta1 * (g - m);
        let v = beta2 * v + one_minus_beta2 * g * g;
        let step = (gradient_factor * g + mean_factor * m) / (root_factor * v.sqrt() + eps);
        [p * decay_factor - step, m, v]
    });
}
