//! The multi-label soft margin loss of adjusted labels: some are missing, positive ones have a weight p, all are smoothed by ε.
//!
//! As the binary cross-entropy of logits, with a = |x|, u = exp(-a) and q = u / (1 + u):
//!
//! ```text
//! y'   = y (1 - ε) + ε / 2;   z' = (1 - y) (1 - ε) + ε / 2
//! c    = x >= 0 ? z' : p y';  k = p y' + z'
//! loss = w (a c + k log1p(u))             = -w (p y' log σ(x) + z' log σ(-x))
//! grad = w (x >= 0 ? c - k q : k q - c)   = w (z' σ(x) - p y' σ(-x))
//! ```
//!
//! A row's loss is the mean over its known labels. Missing ones have a loss and a gradient of 0 at any logit, NaN too.

use super::known::Ignored;
use super::targets::Weight;
use crate::kernels::elementwise::rows::Lanes;
use crate::math::{exp_negative, log1p_unit};
use crate::simd::{load_partial, store_partial, F32x4, LANES};
use std::slice::{from_mut, from_ref};

#[derive(Clone, Copy)]
pub struct Adjustment<'a> {
    pub pos_weight: Weight<'a>,
    /// ε, from 0 to 1.
    pub smoothing: f64,
    pub ignored: Option<Ignored>,
}

impl Adjustment<'_> {
    /// Whether all labels stay as they are.
    pub fn is_none(&self) -> bool {
        self.only_missing() && self.ignored.is_none()
    }

    /// Whether those that are known do.
    pub fn only_missing(&self) -> bool {
        matches!(self.pos_weight, Weight::None) && self.smoothing == 0.0
    }
}

/// The [`Elements`](super::missing_labels::Elements) of these.
pub fn elements(operands: [&[f32]; 4], adjustment: &Adjustment, losses: &mut [f32], gradient: &mut [f32]) {
    let (loss_vectors, loss_rest) = losses.as_chunks_mut();
    let (gradient_vectors, gradient_rest) = gradient.as_chunks_mut();
    vectors(operands.map(|operand| operand.as_chunks().0), adjustment, loss_vectors, gradient_vectors);
    if !loss_rest.is_empty() {
        let rest = operands.map(|operand| load_partial(operand.as_chunks::<LANES>().1, 0.0).to_array());
        let [mut loss, mut gradient] = [[0.0; LANES]; 2];
        vectors(rest.each_ref().map(from_ref), adjustment, from_mut(&mut loss), from_mut(&mut gradient));
        store_partial(F32x4::load(&loss), loss_rest);
        store_partial(F32x4::load(&gradient), gradient_rest);
    }
}

/// The arithmetic, in two loops as in `multilabel_soft_margin`.
#[inline(never)]
fn vectors(
    [x, y, p, scales]: [&[Lanes]; 4],
    adjustment: &Adjustment,
    losses: &mut [Lanes],
    gradients: &mut [Lanes],
) {
    let exp_negative = exp_negative();
    for (x, u) in x.iter().zip(losses.iter_mut()) {
        exp_negative(F32x4::load(x).abs()).store(u);
    }
    let one = F32x4::splat(1.0);
    let half = F32x4::splat((adjustment.smoothing / 2.0) as f32);
    let rest = F32x4::splat((1.0 - adjustment.smoothing) as f32);
    let known = Ignored::known(adjustment.ignored);
    let log1p_unit = log1p_unit();
    let operands = x.iter().zip(y).zip(p.iter().zip(scales));
    for (((x, y), (p, scale)), (loss, gradient)) in operands.zip(losses.iter_mut().zip(gradients)) {
        let [x, y, p, scale, u] = [x, y, p, scale, &*loss].map(F32x4::load);
        let (positive, negative) = (p * (y * rest + half), (one - y) * rest + half);
        let c = F32x4::select(x.shift_right_signed(31), positive, negative);
        let k = positive + negative;
        let wrong = (x.abs() * c) & c.ne(F32x4::splat(0.0));
        let counts = known(y);
        (((wrong + k * log1p_unit(u)) * scale) & counts).store(loss);
        let slope = (c - k * (u / (one + u))) ^ (x & F32x4::splat(-0.0));
        ((slope * scale) & counts).store(gradient);
    }
}
