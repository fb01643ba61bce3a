//! The focal loss of binary labels (Lin et al. 2017), as torchvision.ops.sigmoid_focal_loss.
//!
//! ```text
//! m = 1 - p_t = y σ(-x) + (1 - y) σ(x)
//! loss = α_t m^γ ce,   α_t = α y + (1 - α)(1 - y)
//! ```
//!
//! with ce the binary cross-entropy. As there, with u = exp(-|x|), q = u / (1 + u), Q = 1 - q, and c = 1 - y or y:
//!
//! ```text
//! ce   = |x| c + log1p(u);   m = c Q + (1 - c) q
//! grad = α_t m^γ (γ (2c - 1) (q Q / m) ce + c - q), with the logit's sign
//! ```
//!
//! For labels 0 and 1 both terms have the same sign, so the result is accurate if the focus is small.

use super::elementwise_loss::{ElementLoss, Elements};
use crate::math::{log1p_unit, power, Exponent};
use crate::simd::F32x4;

pub struct SigmoidFocal {
    /// Weights of positive and negative labels.
    alpha: [F32x4; 2],
    gamma: F32x4,
    exponent: Exponent,
}

impl SigmoidFocal {
    /// `alpha` in [0, 1], or less than 0 for no weights; `gamma` at least 0.
    pub fn new(alpha: f64, gamma: f64) -> Self {
        let alpha = if alpha < 0.0 { [1.0, 1.0] } else { [alpha, 1.0 - alpha] };
        SigmoidFocal {
            alpha: alpha.map(|alpha| F32x4::splat(alpha as f32)),
            gamma: F32x4::splat(gamma as f32),
            exponent: Exponent::new(gamma as f32),
        }
    }
}

impl ElementLoss for SigmoidFocal {
    #[inline(always)]
    fn element(&self) -> impl Fn(Elements) -> (F32x4, F32x4) {
        const ONE: F32x4 = F32x4::splat(1.0);
        const ZERO: F32x4 = F32x4::splat(0.0);
        let log1p_unit = log1p_unit();
        move |Elements { x, y, prepared: [u, _], .. }| {
            let sign = x & F32x4::splat(-0.0);
            let c = ONE.and_not(x.shift_right_signed(31)) - (y ^ sign);
            let q = u / (ONE + u);
            let upper = ONE - q;
            let entropy = ((x.abs() * c) & c.ne(ZERO)) + log1p_unit(u);
            let m = c * upper + (ONE - c) * q;
            // If q is 0 the cross-entropy may be infinite with a focus of 1: the limit is 0.
            let slope = (q / m * upper * entropy) & q.ne(ZERO);

            let alpha = self.alpha[0] * y + self.alpha[1] * (ONE - y);
            let focus = alpha * power(m, self.exponent);
            let gradient = focus * (self.gamma * ((c + c) - ONE) * slope + (c - q));
            (focus * entropy, gradient ^ sign)
        }
    }
}
