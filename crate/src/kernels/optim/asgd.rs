use super::update::{update, Direction};
use crate::simd::F32x4;

/// torch.optim.ASGD.
#[derive(Clone, Copy)]
pub struct Asgd {
    pub eta: f32,
    /// `1 - lambd * eta`.
    pub decay_factor: f32,
    /// The share of the newest parameter in the mean.
    pub mu: f32,
    pub direction: Direction,
}

/// ```text
/// g = ±gradient + weight_decay p;   p = decay_factor p - eta g;   a += mu (p - a)
/// ```
pub fn asgd(p: &mut [f32], gradient: &[f32], mean: &mut [f32], rule: Asgd) {
    let eta = F32x4::splat(rule.eta);
    let decay_factor = F32x4::splat(rule.decay_factor);
    let mu = F32x4::splat(rule.mu);
    if rule.mu == 1.0 {
        // The mean is the parameter itself, exactly.
        mean.fill(0.0);
    }
    update([p, mean], gradient, rule.direction, move |[p, a], g| {
        let p = decay_factor * p - eta * g;
        [p, a + mu * (p - a)]
    });
}
