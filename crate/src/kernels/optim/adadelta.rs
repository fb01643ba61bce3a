use super::update::{update, Direction};
use crate::simd::F32x4;

/// torch.optim.Adadelta.
#[derive(Clone, Copy)]
pub struct Adadelta {
    pub lr: f32,
    pub rho: f32,
    pub one_minus_rho: f32,
    pub eps: f32,
    pub direction: Direction,
}

/// ```text
/// g = ±gradient + weight_decay p;   s = rho s + (1 - rho) g²
/// d = sqrt(a + eps) / sqrt(s + eps) g;   a = rho a + (1 - rho) d²;   p -= lr d
/// ```
pub fn adadelta(p: &mut [f32], gradient: &[f32], square: &mut [f32], delta: &mut [f32], rule: Adadelta) {
    let lr = F32x4::splat(rule.lr);
    let rho = F32x4::splat(rule.rho);
    let one_minus_rho = F32x4::splat(rule.one_minus_rho);
    let eps = F32x4::splat(rule.eps);
    update([p, square, delta], gradient, rule.direction, move |[p, s, a], g| {
        let s = rho * s + one_minus_rho * g * g;
        let d = (a + eps).sqrt() / (s + eps).sqrt() * g;
        [p - lr * d, s, rho * a + one_minus_rho * d * d]
    });
}
