//! Normal values with the bits of CPU PyTorch (x86 with AVX2 or AVX-512).
//!
//! From 16 values on torch transforms blocks of 16 float32 uniforms by Box & Muller, with the
//! single-precision logarithm, sine and cosine of the Cephes library (Moshier). Their errors reach
//! thousands of ulp near zeros of the cosine, so only the same steps, with the fused multiply-adds of torch's
//! compiler, give its numbers.

use super::generator::{normal_f64, unit_f32};
use crate::simd::sqrt;

/// Number of values that are transformed at a time: uniforms `j` and `j + HALF` make normal values `j` and `j + HALF`.
const BLOCK: usize = 2 * HALF;
const HALF: usize = 8;
/// One value of each of a block's pairs.
type Lanes = [f32; HALF];

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
    // As in torch, the last 16 values are drawn again, overwriting some finished ones.
    if let Some(block) = out.last_chunk_mut::<BLOCK>() {
        block.fill_with(|| unit_f32(state));
        transform(block, mean, std);
    }
}

/// Box & Muller.
fn transform(block: &mut [f32; BLOCK], mean: f32, std: f32) {
    let log = log(lanes(|i| 1.0 - block[i]));
    let (sine, cosine) = sine_cosine(lanes(|i| std::f32::consts::TAU * block[i + HALF]));
    let radius = lanes(|i| sqrt(f64::from(-2.0 * log[i])) as f32);
    let (first, second) = block.split_at_mut(HALF);
    first.copy_from_slice(&fma(lanes(|i| radius[i] * cosine[i]), [std; HALF], [mean; HALF]));
    second.copy_from_slice(&fma(lanes(|i| radius[i] * sine[i]), [std; HALF], [mean; HALF]));
}

#[inline(always)]
fn lanes(f: impl Fn(usize) -> f32) -> Lanes {
    std::array::from_fn(f)
}

/// `a * b + c` rounded once, except for double rounding in one case of 2^29: the product is exact in float64.
#[inline(always)]
fn fma(a: Lanes, b: Lanes, c: Lanes) -> Lanes {
    lanes(|i| (f64::from(a[i]) * f64::from(b[i]) + f64::from(c[i])) as f32)
}

/// Horner's scheme, highest coefficient first.
#[inline(always)]
fn polynomial<const N: usize>(coefficients: [f32; N], x: Lanes) -> Lanes {
    let [first, rest @ ..] = coefficients.as_slice() else { return [0.0; HALF] };
    rest.iter().fold([*first; HALF], |sum, &c| fma(sum, x, [c; HALF]))
}

/// Logarithm of a normal number in (0, 1]: `x = 2^e m` with m in [sqrt(1/2), sqrt(2)).
#[inline(always)]
fn log(x: Lanes) -> Lanes {
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    const P: [f32; 9] = [
        0.070_376_836,
        -0.115_146_1,
        0.116_769_984,
        -0.124_201_41,
        0.142_493_23,
        -0.166_680_57,
        0.200_007_14,
        -0.249_999_94,
        0.333_333_3,
    ];
    let mantissa = lanes(|i| f32::from_bits((x[i].to_bits() & 0x007f_ffff) | 0.5f32.to_bits()));
    let doubled = lanes(|i| if mantissa[i] < std::f32::consts::FRAC_1_SQRT_2 { 1.0 } else { 0.0 });
    let exponent = lanes(|i| (x[i].to_bits() >> 23) as i32 as f32 - (126.0 + doubled[i]));
    let f = lanes(|i| (mantissa[i] - 1.0) + mantissa[i] * doubled[i]);
    let z = lanes(|i| f[i] * f[i]);
    let p = polynomial(P, f);
    let tail = fma(lanes(|i| p[i] * f[i]), z, lanes(|i| exponent[i] * LN2_LOW));
    let tail = fma([-0.5; HALF], z, tail);
    fma(exponent, [LN2_HIGH; HALF], lanes(|i| f[i] + tail[i]))
}

/// Sine and cosine of an angle in [0, 2 pi], from an octant's remainder in [-pi/4, pi/4].
#[inline(always)]
fn sine_cosine(angle: Lanes) -> (Lanes, Lanes) {
    // pi / 4 in three parts: multiples of the first two are exact.
    const PARTS: [f32; 3] = [0.785_156_25, 2.418_756_5e-4, 3.774_895e-8];
    const SINE: [f32; 3] = [-1.951_529_6e-4, 8.332_161e-3, -0.166_666_55];
    const COSINE: [f32; 3] = [2.443_315_7e-5, -1.388_731_6e-3, 0.041_666_646];
    let octant: [i32; HALF] =
        std::array::from_fn(|i| ((angle[i] * (4.0 / std::f32::consts::PI)) as i32 + 1) & !1);
    let multiple = lanes(|i| -(octant[i] as f32));
    let x = PARTS.into_iter().fold(angle, |x, part| fma(multiple, [part; HALF], x));
    let z = lanes(|i| x[i] * x[i]);

    let s = polynomial(SINE, z);
    let s = fma(lanes(|i| s[i] * z[i]), x, x);
    let c = polynomial(COSINE, z);
    let c = fma(lanes(|i| c[i] * z[i]), z, lanes(|i| -0.5 * z[i]));
    let c = lanes(|i| c[i] + 1.0);

    let is_swapped = |i: usize| octant[i] & 2 != 0;
    // Negated if bit 2 of the octant is set; for the cosine, a quarter of a turn earlier.
    let signed =
        |value: f32, octant: i32| f32::from_bits(value.to_bits() ^ ((octant as u32) << 29 & 1 << 31));
    let sine = lanes(|i| signed(if is_swapped(i) { c[i] } else { s[i] }, octant[i]));
    let cosine = lanes(|i| signed(if is_swapped(i) { s[i] } else { c[i] }, octant[i] + 2));
    (sine, cosine)
}
