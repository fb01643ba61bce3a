use super::update::{update_by_case, Direction};
use crate::simd::F32x4;

/// torch.optim.Adam and AdamW. The bias corrections of the moments are in two scalars, computed in
/// float64: with `c = sqrt(1 - beta2^t)`, `step_size = lr c / (1 - beta1^t)` and `eps` is torch's times c.
#[derive(Clone, Copy)]
pub struct Adam {
    pub step_size: f32,
    pub beta2: f32,
    pub one_minus_beta1: f32,
    pub one_minus_beta2: f32,
    pub eps: f32,
    /// `1 - lr * weight_decay` if the decay is decoupled from the gradient (AdamW), else 1.
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
        // `m + 1 (g - m)` would equal g only if m is not much larger.
        m.fill(0.0);
    }
    let moments = move |g, m, v| (m + one_minus_beta1 * (g - m), beta2 * v + one_minus_beta2 * g * g);
    let step = move |m, v: F32x4| step_size * m / (v.sqrt() + eps);
    if v_max.is_empty() {
        update_by_case([p, m, v], gradient, rule.direction, move |[p, m, v], g| {
            let p = p * decay_factor;
            let (m, v) = moments(g, m, v);
            [p - step(m, v), m, v]
        });
    } else {
        update_by_case([p, m, v, v_max], gradient, rule.direction, move |[p, m, v, v_max], g| {
            let p = p * decay_factor;
            let (m, v) = moments(g, m, v);
            let v_max = v.pmax(v_max);
            [p - step(m, v_max), m, v, v_max]
        });
    }
}
