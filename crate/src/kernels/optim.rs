//! Optimizer updates: one pass over parameter, gradient and state, close to the order of torch.

use crate::simd::{F32x4, BLOCK, LANES};

/// What every rule descends along: `±gradient + weight_decay p`.
#[derive(Clone, Copy)]
pub struct Direction {
    pub weight_decay: f32,
    pub maximize: bool,
}

/// Replaces each vector of `arrays`, the parameter first, by what `rule` makes of them and of the
/// direction's.
#[inline(always)]
fn update<const N: usize>(
    arrays: [&mut [f32]; N],
    gradient: &[f32],
    Direction { weight_decay, maximize }: Direction,
    rule: impl Fn([F32x4; N], F32x4) -> [F32x4; N],
) {
    let sign = F32x4::splat(if maximize { -0.0 } else { 0.0 });
    let weight_decay = F32x4::splat(weight_decay);
    // No bits for a weight_decay of 0, which leaves even an infinite parameter out.
    let decays = weight_decay.ne(F32x4::splat(0.0));
    walk(arrays, gradient, |old, g| rule(old, (g ^ sign) + ((weight_decay * old[0]) & decays)));
}

/// [`update`] with a loop of its own for the gradient as it is, for the rules that are used most: with three
/// constants less, V8 keeps all of them in registers.
#[inline(always)]
fn update_by_case<const N: usize>(
    arrays: [&mut [f32]; N],
    gradient: &[f32],
    direction: Direction,
    rule: impl Fn([F32x4; N], F32x4) -> [F32x4; N],
) {
    if direction.weight_decay == 0.0 && !direction.maximize {
        walk(arrays, gradient, rule);
    } else {
        update(arrays, gradient, direction, rule);
    }
}

/// [`update`] along the gradient itself.
#[inline(always)]
fn walk<const N: usize>(
    arrays: [&mut [f32]; N],
    gradient: &[f32],
    rule: impl Fn([F32x4; N], F32x4) -> [F32x4; N],
) {
    let (blocks, gradient_rest) = gradient.as_chunks::<BLOCK>();
    let mut arrays = arrays.map(|array| {
        let (array, rest) = array.as_chunks_mut::<BLOCK>();
        // Of one length, as far as the compiler knows: no index needs to be checked.
        (&mut array[..blocks.len()], &mut rest[..gradient_rest.len()])
    });
    for (i, block) in blocks.iter().enumerate() {
        let (gradients, _) = block.as_chunks::<LANES>();
        for (v, gradient) in gradients.iter().enumerate() {
            let old = std::array::from_fn(|k| F32x4::load(&arrays[k].0[i].as_chunks().0[v]));
            let new = rule(old, F32x4::load(gradient));
            for (array, new) in arrays.iter_mut().zip(new) {
                new.store(&mut array.0[i].as_chunks_mut().0[v]);
            }
        }
    }
    for (i, &gradient) in gradient_rest.iter().enumerate() {
        let old = std::array::from_fn(|k| F32x4::splat(arrays[k].1[i]));
        let new = rule(old, F32x4::splat(gradient));
        for (array, new) in arrays.iter_mut().zip(new) {
            array.1[i] = new.to_array()[0];
        }
    }
}

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
        return update_by_case([p], gradient, rule.direction, |[p], g| [p - lr * g]);
    }
    let momentum = F32x4::splat(rule.momentum);
    let one_minus_dampening = F32x4::splat(rule.one_minus_dampening);
    update_by_case([p, buffer], gradient, rule.direction, |[p, b], g| {
        let b = momentum * b + one_minus_dampening * g;
        [p - lr * if rule.nesterov { g + momentum * b } else { b }, b]
    });
}

/// torch.optim.Adam and AdamW. What corrects the bias of the moments is in two scalars, computed in
/// float64: with `c = sqrt(1 - beta2^t)`, `step_size = lr c / (1 - beta1^t)` and `eps` is torch's times c.
#[derive(Clone, Copy)]
pub struct Adam {
    pub step_size: f32,
    pub beta2: f32,
    pub one_minus_beta1: f32,
    pub one_minus_beta2: f32,
    pub eps: f32,
    /// `1 - lr * weight_decay` where decay is decoupled from the gradient (AdamW), else 1.
    pub decay_factor: f32,
    pub direction: Direction,
}

/// ```text
/// p *= decay_factor;   g = ±gradient + weight_decay p
/// m += (1 - beta1)(g - m);   v = beta2 v + (1 - beta2) g²;   [v_max = max(v_max, v)]
/// p -= step_size m / (sqrt(v or v_max) + eps)
/// ```
/// `v_max` is empty without amsgrad.
pub fn adam(p: &mut [f32], gradient: &[f32], m: &mut [f32], v: &mut [f32], v_max: &mut [f32], rule: Adam) {
    let one_minus_beta1 = F32x4::splat(rule.one_minus_beta1);
    let decay_factor = F32x4::splat(rule.decay_factor);
    let beta2 = F32x4::splat(rule.beta2);
    let one_minus_beta2 = F32x4::splat(rule.one_minus_beta2);
    let eps = F32x4::splat(rule.eps);
    let step_size = F32x4::splat(rule.step_size);
    if rule.one_minus_beta1 == 1.0 {
        // `m + 1 (g - m)` would be g only where m is not much larger.
        m.fill(0.0);
    }
    let moments = |g, m, v| (m + one_minus_beta1 * (g - m), beta2 * v + one_minus_beta2 * g * g);
    let step = |m, v: F32x4| step_size * m / (v.sqrt() + eps);
    if v_max.is_empty() {
        update_by_case([p, m, v], gradient, rule.direction, |[p, m, v], g| {
            let p = p * decay_factor;
            let (m, v) = moments(g, m, v);
            [p - step(m, v), m, v]
        });
    } else {
        update_by_case([p, m, v, v_max], gradient, rule.direction, |[p, m, v, v_max], g| {
            let p = p * decay_factor;
            let (m, v) = moments(g, m, v);
            let v_max = v.pmax(v_max);
            [p - step(m, v_max), m, v, v_max]
        });
    }
}

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
    let averaged = |c, g| c + one_minus_alpha * (g - c);
    let squared = |s, g| alpha * s + one_minus_alpha * g * g;
    let root = |s: F32x4| s.sqrt() + eps;
    match (mean.is_empty(), buffer.is_empty()) {
        (true, true) => update([p, square], gradient, rule.direction, |[p, s], g| {
            let s = squared(s, g);
            [p - lr * g / root(s), s]
        }),
        (true, false) => update([p, square, buffer], gradient, rule.direction, |[p, s, b], g| {
            let s = squared(s, g);
            let b = momentum * b + g / root(s);
            [p - lr * b, s, b]
        }),
        (false, true) => update([p, square, mean], gradient, rule.direction, |[p, s, c], g| {
            let (s, c) = (squared(s, g), averaged(c, g));
            [p - lr * g / root(s - c * c), s, c]
        }),
        (false, false) => update([p, square, mean, buffer], gradient, rule.direction, |[p, s, c, b], g| {
            let (s, c) = (squared(s, g), averaged(c, g));
            let b = momentum * b + g / root(s - c * c);
            [p - lr * b, s, c, b]
        }),
    }
}

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
    update([p, sum], gradient, rule.direction, |[p, s], g| {
        let s = s + g * g;
        [p - lr * g / (s.sqrt() + eps), s]
    });
}
