use super::update::{update, Direction};
use crate::simd::F32x4;

/// torch.optim.Adamax, with `step_size` already divided by `1 - beta1^t`.
#[derive(Clone, Copy)]
pub struct Adamax {
    pub step_size: f32,
    pub one_minus_beta1: f32,
    pub beta2: f32,
    pub eps: f32,
    pub direction: Direction,
}

/// ```text
/// g = ±gradient + weight_decay p
/// m += (1 - beta1)(g - m);   u = max(beta2 u, |g| + eps);   p -= step_size m / u
/// ```
pub fn adamax(p: &mut [f32], gradient: &[f32], m: &mut [f32], u: &mut [f32], rule: Adamax) {
    let step_size = F32x4::splat(rule.step_size);
    let one_minus_beta1 = F32x4::splat(rule.one_minus_beta1);
    let beta2 = F32x4::splat(rule.beta2);
    let eps = F32x4::splat(rule.eps);
    if rule.one_minus_beta1 == 1.0 {
        m.fill(0.0);
    }
    update([p, m, u], gradient, rule.direction, move |[p, m, u], g| {
        let m = m + one_minus_beta1 * (g - m);
        let u = (g.abs() + eps).pmax(beta2 * u);
        [p - step_size * m / u, m, u]
    });
}
