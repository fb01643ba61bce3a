//! The random streams of CPU PyTorch: the same seed gives the same numbers.
//!
//! mt19937 of Matsumoto & Nishimura (1998), seeded by `init_genrand`; the transformations are those
//! of ATen's `DistributionsHelper.h`, `TransformationHelper.h` and `DistributionTemplates.h`.

use crate::float64::sine_cosine;
use crate::simd::sqrt;
use std::f64::consts::PI;

const N: usize = 624;
const M: usize = 397;

/// Number of words of a generator's state, which has in this order: the twister's words, the index of the next one, the
/// number of those left plus one, and a normal value cached for the next call (its float64 bits, low half
/// first, and whether there is one). `ts/random/state.ts` reads it too.
pub const STATE_WORDS: usize = N + 5;
pub const NEXT: usize = N;
pub const LEFT: usize = N + 1;
pub const CACHED_LOW: usize = N + 2;
pub const CACHED_HIGH: usize = N + 3;
pub const HAS_CACHED: usize = N + 4;

/// Starts the stream of `seed`; drops a cached normal value.
pub fn seed(state: &mut [u32], seed: u32) {
    state[0] = seed;
    for j in 1..N {
        let previous = state[j - 1];
        state[j] = (previous ^ (previous >> 30)).wrapping_mul(1_812_433_253).wrapping_add(j as u32);
    }
    state[NEXT] = 0;
    state[LEFT] = 1;
    state[CACHED_LOW..].fill(0);
}

fn twist(state: &mut [u32]) {
    let mix = |from: u32, next: u32, far: u32| {
        let mixed = (from & 0x8000_0000) | (next & 0x7fff_ffff);
        let odd = if mixed & 1 == 1 { 0x9908_b0df } else { 0 };
        far ^ (mixed >> 1) ^ odd
    };
    for i in 0..N - M {
        state[i] = mix(state[i], state[i + 1], state[i + M]);
    }
    for i in N - M..N - 1 {
        state[i] = mix(state[i], state[i + 1], state[i + M - N]);
    }
    state[N - 1] = mix(state[N - 1], state[0], state[M - 1]);
    state[NEXT] = 0;
    state[LEFT] = N as u32;
}

/// The next 32 random bits.
pub fn next_u32(state: &mut [u32]) -> u32 {
    state[LEFT] -= 1;
    if state[LEFT] == 0 {
        twist(state);
    }
    let mut y = state[state[NEXT] as usize];
    state[NEXT] += 1;
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c_5680;
    y ^= (y << 15) & 0xefc6_0000;
    y ^ (y >> 18)
}

/// The next 64 random bits; the first draw gives the high ones.
pub fn next_u64(state: &mut [u32]) -> u64 {
    let high = u64::from(next_u32(state));
    high << 32 | u64::from(next_u32(state))
}

/// The low 53 of 64 random bits: as many as a float64 holds.
pub fn next_53_bits(state: &mut [u32]) -> f64 {
    (next_u64(state) & ((1 << 53) - 1)) as f64
}

/// Uniform float32 in [0, 1), 24 bits, one draw.
pub fn unit_f32(state: &mut [u32]) -> f32 {
    (next_u32(state) & 0x00ff_ffff) as f32 / 16_777_216.0
}

/// Uniform float64 in [0, 1), 53 bits, two draws.
fn unit_f64(state: &mut [u32]) -> f64 {
    next_53_bits(state) / 9_007_199_254_740_992.0
}

/// Uniform on [low, high), rounded once, like the FMA in torch's AVX2 and AVX-512 kernels; values
/// that round to `high` become `low`.
pub fn uniform(state: &mut [u32], out: &mut [f32], low: f32, high: f32) {
    let width = high - low;
    for out in out {
        let value = libm::fmaf(unit_f32(state), width, low);
        *out = if value == high { low } else { value };
    }
}

/// Whole numbers from [low, low + range): `bits % range`, of 64 bits where `wide`, else of 32.
pub fn integers(state: &mut [u32], out: &mut [i32], low: i32, range: u64, wide: bool) {
    for out in out {
        let bits = if wide { next_u64(state) } else { u64::from(next_u32(state)) };
        *out = (i64::from(low) + (bits % range) as i64) as i32;
    }
}

/// 1 with the given probability, else 0; draws a float64 uniform for each, as torch without MKL.
pub fn bernoulli(state: &mut [u32], out: &mut [f32], probability: f64) {
    for out in out {
        *out = if unit_f64(state) < probability { 1.0 } else { 0.0 };
    }
}

/// 1 with each element's own probability, else 0; draws a float32 uniform for each.
pub fn bernoulli_each(state: &mut [u32], probabilities: &[f32], out: &mut [f32]) {
    for (out, &probability) in out.iter_mut().zip(probabilities) {
        *out = if unit_f32(state) < probability { 1.0 } else { 0.0 };
    }
}

/// A permutation of 0..n by torch's Fisher-Yates: `z = r32 % (n - i)`, swap i and i + z.
pub fn permutation(state: &mut [u32], out: &mut [i32]) {
    for (i, out) in out.iter_mut().enumerate() {
        *out = i as i32;
    }
    for i in 0..out.len().saturating_sub(1) {
        let z = next_u32(state) as usize % (out.len() - i);
        out.swap(i, i + z);
    }
}

/// One standard normal value in float64 by Box & Muller; the second of the pair is cached in the state.
pub fn normal_f64(state: &mut [u32]) -> f64 {
    if state[HAS_CACHED] != 0 {
        let cached = f64::from_bits(u64::from(state[CACHED_HIGH]) << 32 | u64::from(state[CACHED_LOW]));
        state[CACHED_LOW..].fill(0);
        return cached;
    }
    let u1 = unit_f64(state);
    let u2 = unit_f64(state);
    let radius = sqrt(-2.0 * libm::log1p(-u2));
    let (sine, cosine) = sine_cosine(2.0 * PI * u1);
    let cached = (radius * sine).to_bits();
    state[CACHED_LOW] = cached as u32;
    state[CACHED_HIGH] = (cached >> 32) as u32;
    state[HAS_CACHED] = 1;
    radius * cosine
}
