use super::update::{update, Direction};
use crate::simd::F32x4;

/// torch.optim.Adagrad, with `lr` already divided by `1 + (t - 1) lr_decay`.
#[derive(Clone, Copy)]
pub struct Adagrad {
    pub lr: f32,
    pub eps: f32,
    pub direction: Direction,
}

/// `g = ±gradient + weight_decay p;   s += g²;   p -= lr g / (sqrt(s) + eps)`
pub fn adagrad(p: &mut [f32], gradient: &[f32], sum: &mut [f32], rule: Adagrad) {
    let lr = F32x4::splat(rule.lr);
    let eps = F32x4::splat(rule.eps);
    update([p, sum], gradient, rule.direction, move |[p, s], g| {
        let s = s + g * g;
        [p - lr * g / (s.sqrt() + eps), s]
    });
}
