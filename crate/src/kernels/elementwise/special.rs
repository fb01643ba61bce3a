//! Lanes of special functions where their arguments are everyday ones, in float64: each result is rounded once.

use crate::math::double::{exp, horner, in_fours, ln};
use crate::simd64::{held, F64x2};

/// The gamma function's logarithm and its derivatives are those of y = x + 8 by Stirling's series, and of the product of x to x + 7:
/// `t (t + 6) (t + 10) (t + 12)` with `t = x (x + 7)`. For x from 8 on, of x itself.
struct Shifted {
    y: F64x2,
    /// The factors; 1 where there is none.
    factors: [F64x2; 4],
    /// The derivative of each.
    slope: F64x2,
}

#[inline(always)]
fn shifted() -> impl Fn(F64x2) -> Shifted {
    let [zero, one, eight, seven] = held([0.0, 1.0, 8.0, 7.0]);
    let terms = held([0.0, 6.0, 10.0, 12.0]);
    move |x| {
        let is_small = x.lt(eight);
        let t = x * (x + seven);
        Shifted {
            y: F64x2::select(is_small, x + eight, x),
            factors: terms.map(|term| F64x2::select(is_small, t + term, one)),
            slope: F64x2::select(is_small, x + x + seven, zero),
        }
    }
}

/// `ln Γ(x)` for x >= 1/2.
#[inline(always)]
pub fn lgamma() -> impl Fn(F64x2) -> F64x2 {
    let (ln, shifted) = (ln::<true>(), shifted());
    let [one, half, half_ln_tau] = held([1.0, 0.5, 0.918_938_533_204_672_7]);
    let series =
        held([1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0]);
    move |x| {
        let Shifted { y, factors: [a, b, c, d], .. } = shifted(x);
        let inverse = one / y;
        let tail = inverse * horner(inverse * inverse, series);
        (y - half) * ln(y) - y + half_ln_tau + tail - ln((a * b) * (c * d))
    }
}

/// Its derivative.
#[inline(always)]
pub fn digamma() -> impl Fn(F64x2) -> F64x2 {
    let (ln, shifted) = (ln::<true>(), shifted());
    let [one, half] = held([1.0, 0.5]);
    let series = held([1.0 / 12.0, -1.0 / 120.0, 1.0 / 252.0, -1.0 / 240.0, 1.0 / 132.0, -691.0 / 32_760.0]);
    move |x| {
        let Shifted { y, factors: [a, b, c, d], slope } = shifted(x);
        let inverse = one / y;
        let z = inverse * inverse;
        let (ab, cd) = (a * b, c * d);
        let sum = slope * ((a + b) * cd + (c + d) * ab) / (ab * cd);
        ln(y) - half * inverse - z * horner(z, series) - sum
    }
}

/// The derivative of that.
#[inline(always)]
pub fn trigamma() -> impl Fn(F64x2) -> F64x2 {
    let shifted = shifted();
    let [zero, one, half, eight] = held([0.0, 1.0, 0.5, 8.0]);
    let series = held([1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0]);
    move |x| {
        let Shifted { y, factors, slope } = shifted(x);
        let inverse = one / y;
        let z = inverse * inverse;
        let [a, b, c, d] = factors.map(|factor| one / factor);
        let squares = (a * a + b * b) + (c * c + d * d);
        let sum = (a + b) + (c + d);
        // Of factors that are not, nothing.
        let terms = F64x2::select(x.lt(eight), slope * slope * squares - (sum + sum), zero);
        inverse + half * z + inverse * z * horner(z, series) + terms
    }
}

/// The inverse of the error function for |x| < 1, relative error 2^-30: x times a polynomial in `w = -ln(1 - x²)`, or in its root
/// where it is more than 5, for |x| > 0.9966.
#[inline(always)]
pub fn erfinv() -> impl Fn(F64x2) -> F64x2 {
    let ln = ln::<false>();
    let [zero, one, five] = held([0.0, 1.0, 5.0]);
    let [middle, scale] = held([-1.0, 0.4]);
    let [far_middle, far_scale] = held([-3.118_033_988_749_895, 1.0 / 0.881_966_011_250_105_1]);
    // By the distance from the middle of [0, 5], and of the roots up to 4.
    let near = held([
        1.501_409_351_728,
        6.166_006_919_867e-1,
        -2.610_828_076_208e-2,
        -1.957_356_427_071e-2,
        8.525_934_497_786e-3,
        -4.878_764_746_483e-4,
        -8.364_687_381_215e-4,
        2.921_357_790_829e-4,
        2.515_743_525_039e-5,
        -4.140_043_553_817e-5,
        4.149_577_478_993e-6,
        2.931_136_815_637e-6,
    ]);
    let far = held([
        2.951_328_577_036,
        8.851_584_868_684e-1,
        5.569_428_583_354e-3,
        -3.710_203_862_125e-3,
        2.348_457_972_303e-3,
        -1.372_481_817_812e-3,
        6.055_668_297_347e-4,
        -1.362_470_883_977e-4,
        -4.512_219_989_682e-5,
        4.878_587_474_504e-5,
        -8.630_363_988_205e-6,
        -2.821_538_848_853e-6,
    ]);
    move |x| {
        let w = zero - ln((one - x) * (one + x));
        let mut ratio = in_fours(w * scale + middle, near);
        let is_far = five.lt(w);
        // Seldom.
        if is_far.has_bits() {
            let root = (w.sqrt() + far_middle) * far_scale;
            ratio = F64x2::select(is_far, in_fours(root, far), ratio);
        }
        x * ratio
    }
}

/// Its derivative: `sqrt(π) / 2 exp(y²)` at y, the inverse.
#[inline(always)]
pub fn erfinv_slope() -> impl Fn(F64x2) -> F64x2 {
    let (erfinv, exp) = (erfinv(), exp());
    let [factor] = held([0.886_226_925_452_758]);
    move |x| {
        let y = erfinv(x);
        factor * exp(y * y)
    }
}
