//! Optimizer updates: one pass over parameter, gradient and state, in torch's order of operations.

use crate::simd::{load_partial, F32x4, LANES};

type Lanes = [f32; LANES];

/// torch.optim.SGD, with `dampening` already 0 on the first step.
#[derive(Clone, Copy)]
pub struct Sgd {
    pub lr: f32,
    pub momentum: f32,
    pub dampening: f32,
    pub weight_decay: f32,
    pub nesterov: bool,
    pub maximize: bool,
}

/// ```text
/// g = ±gradient + weight_decay p;   b = momentum b + (1 - dampening) g
/// p -= lr (nesterov ? g + momentum b : b)
/// ```
/// `buffer` is empty when momentum is 0, and zeros before the first step (with dampening 0, as torch starts it with g).
pub fn sgd(parameter: &mut [f32], gradient: &[f32], buffer: &mut [f32], rule: Sgd) {
    let sign = if rule.maximize { -1.0 } else { 1.0 };
    for (i, (p, &g)) in parameter.iter_mut().zip(gradient).enumerate() {
        let mut g = sign * g + rule.weight_decay * *p;
        if let Some(b) = buffer.get_mut(i) {
            *b = rule.momentum * *b + (1.0 - rule.dampening) * g;
            g = if rule.nesterov { g + rule.momentum * *b } else { *b };
        }
        *p -= rule.lr * g;
    }
}

/// torch.optim.Adam and AdamW. The scalars are those of one step, computed in float64 and rounded:
/// `step_size = lr / (1 - beta1^t)`, `bias_correction2_sqrt = sqrt(1 - beta2^t)`.
#[derive(Clone, Copy)]
pub struct Adam {
    pub step_size: f32,
    pub beta2: f32,
    pub one_minus_beta1: f32,
    pub one_minus_beta2: f32,
    pub eps: f32,
    pub bias_correction2_sqrt: f32,
    /// Added to the gradient (Adam).
    pub weight_decay: f32,
    /// `1 - lr * weight_decay`, multiplied into the parameter first (AdamW); 1 for Adam.
    pub decay_factor: f32,
    pub maximize: bool,
}

/// ```text
/// m += (g - m)(1 - beta1);   v = beta2 v + (1 - beta2) g²;   [vmax = max(vmax, v)]
/// p -= step_size m / (sqrt(v or vmax) / bias_correction2_sqrt + eps)
/// ```
/// `v_max` is empty without amsgrad.
pub fn adam(p: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], v_max: &mut [f32], rule: Adam) {
    if v_max.is_empty() {
        adam_vectors::<false>(p, g, m, v, v_max, rule);
    } else {
        adam_vectors::<true>(p, g, m, v, v_max, rule);
    }
}

fn adam_vectors<const AMSGRAD: bool>(
    p: &mut [f32],
    g: &[f32],
    m: &mut [f32],
    v: &mut [f32],
    v_max: &mut [f32],
    rule: Adam,
) {
    let sign = F32x4::splat(if rule.maximize { -0.0 } else { 0.0 });
    let decay = F32x4::splat(rule.weight_decay);
    let decay_factor = F32x4::splat(rule.decay_factor);
    let beta2 = F32x4::splat(rule.beta2);
    let one_minus_beta1 = F32x4::splat(rule.one_minus_beta1);
    let one_minus_beta2 = F32x4::splat(rule.one_minus_beta2);
    let correction = F32x4::splat(rule.bias_correction2_sqrt);
    let eps = F32x4::splat(rule.eps);
    let step_size = F32x4::splat(rule.step_size);
    let step = |p: &mut Lanes, g: &Lanes, m: &mut Lanes, v: &mut Lanes, v_max: Option<&mut Lanes>| {
        let decayed = F32x4::load(p) * decay_factor;
        let g = (F32x4::load(g) ^ sign) + decay * decayed;
        let first = F32x4::load(m);
        let first = first + (g - first) * one_minus_beta1;
        first.store(m);
        let second = F32x4::load(v) * beta2 + g * g * one_minus_beta2;
        second.store(v);
        let second = match v_max {
            None => second,
            Some(v_max) => {
                let maximum = F32x4::load(v_max).pmax(second);
                maximum.store(v_max);
                maximum
            }
        };
        let denominator = second.sqrt() / correction + eps;
        (decayed - step_size * first / denominator).store(p);
    };

    let (p, p_rest) = p.as_chunks_mut();
    let (g, g_rest) = g.as_chunks();
    let (m, m_rest) = m.as_chunks_mut();
    let (v, v_rest) = v.as_chunks_mut();
    let (v_max, v_max_rest) = v_max.as_chunks_mut();
    for (i, (((p, g), m), v)) in p.iter_mut().zip(g).zip(m).zip(v).enumerate() {
        step(p, g, m, v, if AMSGRAD { Some(&mut v_max[i]) } else { None });
    }
    let pad = |rest: &[f32]| load_partial(rest, 0.0).to_array();
    let (mut p, mut m, mut v, mut v_max) = (pad(p_rest), pad(m_rest), pad(v_rest), pad(v_max_rest));
    step(&mut p, &pad(g_rest), &mut m, &mut v, if AMSGRAD { Some(&mut v_max) } else { None });
    for (padded, rest) in [(p, p_rest), (m, m_rest), (v, v_rest), (v_max, v_max_rest)] {
        rest.copy_from_slice(&padded[..rest.len()]);
    }
}
