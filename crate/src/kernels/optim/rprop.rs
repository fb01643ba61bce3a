use super::update::{update, Direction};
use crate::simd::F32x4;

/// torch.optim.Rprop.
#[derive(Clone, Copy)]
pub struct Rprop {
    pub eta_minus: f32,
    pub eta_plus: f32,
    pub least: f32,
    pub greatest: f32,
    pub direction: Direction,
}

/// ```text
/// f = g b > 0 ? eta_plus : g b < 0 ? eta_minus : 1;   s = min(max(f s, least), greatest)
/// g = g b < 0 ? 0 : g;   p -= sign(g) s;   b = g
/// ```
/// with the gradient `b` of the step before.
pub fn rprop(p: &mut [f32], gradient: &[f32], before: &mut [f32], size: &mut [f32], rule: Rprop) {
    const ZERO: F32x4 = F32x4::splat(0.0);
    const ONE: F32x4 = F32x4::splat(1.0);
    let eta_minus = F32x4::splat(rule.eta_minus);
    let eta_plus = F32x4::splat(rule.eta_plus);
    let least = F32x4::splat(rule.least);
    let greatest = F32x4::splat(rule.greatest);
    update([p, before, size], gradient, rule.direction, move |[p, b, s], g| {
        let product = g * b;
        let turns = product.lt(ZERO);
        // NaN where the product is.
        let factor = F32x4::select(product.eq(ZERO), ONE, product);
        let factor = F32x4::select(ZERO.lt(product), eta_plus, factor);
        let factor = F32x4::select(turns, eta_minus, factor);
        let s = (s * factor).pmax(least).pmin(greatest);
        let g = g.and_not(turns);
        let sign = (ONE & ZERO.lt(g)) - (ONE & g.lt(ZERO));
        [p - sign * s, g, s]
    });
}
