use super::update::{update, Direction};
use crate::simd::F32x4;

/// torch.optim.RMSprop.
#[derive(Clone, Copy)]
pub struct RmsProp {
    pub lr: f32,
    pub alpha: f32,
    pub one_minus_alpha: f32,
    pub eps: f32,
    pub momentum: f32,
    pub direction: Direction,
}

/// ```text
/// g = ±gradient + weight_decay p;   s = alpha s + (1 - alpha) g²;   [c += (1 - alpha)(g - c)]
/// u = g / (sqrt(s or s - c²) + eps);   [b = momentum b + u];   p -= lr (u or b)
/// ```
/// `mean` (c) is empty unless centered, `buffer` (b) without momentum.
pub fn rmsprop(
    p: &mut [f32],
    gradient: &[f32],
    square: &mut [f32],
    mean: &mut [f32],
    buffer: &mut [f32],
    rule: RmsProp,
) {
    let lr = F32x4::splat(rule.lr);
    let alpha = F32x4::splat(rule.alpha);
    let one_minus_alpha = F32x4::splat(rule.one_minus_alpha);
    let eps = F32x4::splat(rule.eps);
    let momentum = F32x4::splat(rule.momentum);
    if rule.one_minus_alpha == 1.0 {
        mean.fill(0.0);
    }
    let averaged = move |c, g| c + one_minus_alpha * (g - c);
    let squared = move |s, g| alpha * s + one_minus_alpha * g * g;
    let root = move |s: F32x4| s.sqrt() + eps;
    match (mean.is_empty(), buffer.is_empty()) {
        (true, true) => update([p, square], gradient, rule.direction, move |[p, s], g| {
            let s = squared(s, g);
            [p - lr * g / root(s), s]
        }),
        (true, false) => update([p, square, buffer], gradient, rule.direction, move |[p, s, b], g| {
            let s = squared(s, g);
            let b = momentum * b + g / root(s);
            [p - lr * b, s, b]
        }),
        (false, true) => update([p, square, mean], gradient, rule.direction, move |[p, s, c], g| {
            let (s, c) = (squared(s, g), averaged(c, g));
            [p - lr * g / root(s - c * c), s, c]
        }),
        (false, false) => {
            update([p, square, mean, buffer], gradient, rule.direction, move |[p, s, c, b], g| {
                let (s, c) = (squared(s, g), averaged(c, g));
                let b = momentum * b + g / root(s - c * c);
                [p - lr * b, s, c, b]
            })
        }
    }
}
