//! Normal values to the bit of CPU PyTorch (x86 with AVX2 or AVX-512).
//!
//! From 16 values on torch transforms blocks of 16 float32 uniforms by Box & Muller, with the
//! single-precision logarithm, sine and cosine of the Cephes library (Moshier). They are off by
//! thousands of ulp near zeros of the cosine, so only their own steps, rounded where torch's compiler
//! fuses a product with a sum, give its numbers. `mul_add` rounds once on every target.

use super::random::{normal_f64, unit_f32};

/// Values that are transformed at a time.
const BLOCK: usize = 16;

/// `mean + std * normal`: in blocks from float32 uniforms, or fewer than 16 one by one in float64.
pub fn normal(state: &mut [u32], out: &mut [f32], mean: f64, std: f64) {
    if out.len() < BLOCK {
        for out in out {
            *out = (normal_f64(state) * std + mean) as f32;
        }
        return;
    }
    for value in out.iter_mut() {
        *value = unit_f32(state);
    }
    let (mean, std) = (mean as f32, std as f32);
    let (blocks, rest) = out.as_chunks_mut::<BLOCK>();
    for block in blocks {
        transform(block, mean, std);
    }
    if rest.is_empty() {
        return;
    }
    // As torch: the last 16 values are drawn afresh, over some that were finished.
    if let Some(block) = out.last_chunk_mut::<BLOCK>() {
        block.fill_with(|| unit_f32(state));
        transform(block, mean, std);
    }
}

/// Box & Muller on pairs of uniforms, each 8 apart.
fn transform(block: &mut [f32; BLOCK], mean: f32, std: f32) {
    let half = BLOCK / 2;
    for j in 0..half {
        let radius = (-2.0 * log(1.0 - block[j])).sqrt();
        let (sine, cosine) = sine_cosine(std::f32::consts::TAU * block[j + half]);
        block[j] = (radius * cosine).mul_add(std, mean);
        block[j + half] = (radius * sine).mul_add(std, mean);
    }
}

/// Horner's scheme, highest coefficient first.
fn polynomial<const N: usize>(coefficients: [f32; N], x: f32) -> f32 {
    coefficients.into_iter().reduce(|sum, c| sum.mul_add(x, c)).unwrap_or(0.0)
}

/// Logarithm of a normal number in (0, 1]: `x = 2^e m` with m in [sqrt(1/2), sqrt(2)).
fn log(x: f32) -> f32 {
    const LN2_HIGH: f32 = 0.693_359_375;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let bits = x.to_bits();
    let mantissa = f32::from_bits((bits & 0x007f_ffff) | 0.5f32.to_bits());
    let is_small = mantissa < std::f32::consts::FRAC_1_SQRT_2;
    let exponent = (bits >> 23) as f32 - if is_small { 127.0 } else { 126.0 };
    let f = (mantissa - 1.0) + if is_small { mantissa } else { 0.0 };
    let z = f * f;
    let p = polynomial(
        [
            7.037_683_6e-2,
            -1.151_461e-1,
            0.116_769_984,
            -1.242_014_1e-1,
            1.424_932_3e-1,
            -1.666_805_7e-1,
            2.000_071_4e-1,
            -2.499_999_4e-1,
            3.333_333e-1,
        ],
        f,
    );
    let tail = (p * f).mul_add(z, exponent * LN2_LOW);
    exponent.mul_add(LN2_HIGH, f + (-0.5f32).mul_add(z, tail))
}

/// Sine and cosine of an angle in [0, 2 pi], from an octant's remainder in [-pi/4, pi/4].
fn sine_cosine(angle: f32) -> (f32, f32) {
    // pi / 4 in three parts: multiples of the first two are exact.
    const PARTS: [f32; 3] = [0.785_156_25, 2.418_756_5e-4, 3.774_895e-8];
    let octant = ((angle * (4.0 / std::f32::consts::PI)) as u32 + 1) & !1;
    let x = PARTS.into_iter().fold(angle, |x, part| (-(octant as f32)).mul_add(part, x));
    let z = x * x;
    let sine = polynomial([-1.951_529_6e-4, 8.332_161e-3, -1.666_665_5e-1], z) * z;
    let sine = sine.mul_add(x, x);
    let cosine = polynomial([2.443_315_7e-5, -1.388_731_6e-3, 4.166_664_6e-2], z) * z;
    let cosine = cosine.mul_add(z, -0.5 * z) + 1.0;
    match octant & 7 {
        2 => (cosine, -sine),
        4 => (-sine, -cosine),
        6 => (-cosine, sine),
        _ => (sine, cosine),
    }
}
