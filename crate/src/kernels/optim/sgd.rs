use super::update::{update_by_case, Direction};
use crate::simd::F32x4;

/// torch.optim.SGD, with `one_minus_dampening` 1 on the first step.
#[derive(Clone, Copy)]
pub struct Sgd {
    pub lr: f32,
    pub momentum: f32,
    pub one_minus_dampening: f32,
    pub nesterov: bool,
    pub direction: Direction,
}

/// ```text
/// g = ±gradient + weight_decay p;   b = momentum b + (1 - dampening) g
/// p -= lr (nesterov ? g + momentum b : b)
/// ```
/// `buffer` is empty without momentum, and zeros before the first step.
pub fn sgd(p: &mut [f32], gradient: &[f32], buffer: &mut [f32], rule: Sgd) {
    let lr = F32x4::splat(rule.lr);
    if buffer.is_empty() {
        return update_by_case([p], gradient, rule.direction, move |[p], g| [p - lr * g]);
    }
    let momentum = F32x4::splat(rule.momentum);
    let one_minus_dampening = F32x4::splat(rule.one_minus_dampening);
    let averaged = move |b, g| momentum * b + one_minus_dampening * g;
    if rule.nesterov {
        update_by_case([p, buffer], gradient, rule.direction, move |[p, b], g| {
            let b = averaged(b, g);
            [p - lr * (g + momentum * b), b]
        });
    } else {
        update_by_case([p, buffer], gradient, rule.direction, move |[p, b], g| {
            let b = averaged(b, g);
            [p - lr * b, b]
        });
    }
}
