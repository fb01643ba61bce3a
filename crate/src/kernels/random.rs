//! The random streams of CPU PyTorch: the same seed gives the same numbers.
//!
//! mt19937 of Matsumoto & Nishimura (1998), seeded by `init_genrand`; the transformations are those
//! of ATen's `DistributionsHelper.h`, `TransformationHelper.h` and `DistributionTemplates.h`.

const N: usize = 624;
const M: usize = 397;

/// Words of a generator's state: the twister, the next position, and a normal value kept for the
/// next call (its float64 bits in two words, and whether there is one).
pub const STATE_WORDS: usize = N + 4;
const POSITION: usize = N;
const CACHED_LOW: usize = N + 1;
const CACHED_HIGH: usize = N + 2;
const HAS_CACHED: usize = N + 3;

/// Values that torch's vectorised normal transforms at a time.
const NORMAL_BLOCK: usize = 16;

/// Starts the stream of `seed`; drops a cached normal value.
pub fn seed(state: &mut [u32], seed: u32) {
    state[0] = seed;
    for j in 1..N {
        let previous = state[j - 1];
        state[j] = (previous ^ (previous >> 30)).wrapping_mul(1_812_433_253).wrapping_add(j as u32);
    }
    state[POSITION] = N as u32;
    state[HAS_CACHED] = 0;
}

fn twist(state: &mut [u32]) {
    for i in 0..N {
        let mixed = (state[i] & 0x8000_0000) | (state[(i + 1) % N] & 0x7fff_ffff);
        let odd = if mixed & 1 == 1 { 0x9908_b0df } else { 0 };
        state[i] = state[(i + M) % N] ^ (mixed >> 1) ^ odd;
    }
    state[POSITION] = 0;
}

/// The next 32 random bits.
pub fn next_u32(state: &mut [u32]) -> u32 {
    if state[POSITION] as usize >= N {
        twist(state);
    }
    let mut y = state[state[POSITION] as usize];
    state[POSITION] += 1;
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c_5680;
    y ^= (y << 15) & 0xefc6_0000;
    y ^ (y >> 18)
}

/// The next 64 random bits, the first draw on top.
pub fn next_u64(state: &mut [u32]) -> u64 {
    let high = u64::from(next_u32(state));
    high << 32 | u64::from(next_u32(state))
}

/// The low 53 of 64 random bits: as many as a float64 holds.
pub fn next_53_bits(state: &mut [u32]) -> f64 {
    (next_u64(state) & ((1 << 53) - 1)) as f64
}

/// Uniform float32 in [0, 1), 24 bits, one draw.
fn unit_f32(state: &mut [u32]) -> f32 {
    (next_u32(state) & 0x00ff_ffff) as f32 / 16_777_216.0
}

/// Uniform float64 in [0, 1), 53 bits, two draws.
fn unit_f64(state: &mut [u32]) -> f64 {
    next_53_bits(state) / 9_007_199_254_740_992.0
}

/// Uniform on [low, high). The float64 product is exact, so this rounds once, as the FMA in torch's
/// AVX2 and AVX-512 kernels does.
pub fn uniform(state: &mut [u32], out: &mut [f32], low: f32, high: f32) {
    let width = f64::from(high - low);
    for out in out {
        let value = (f64::from(unit_f32(state)) * width + f64::from(low)) as f32;
        *out = if value == high { low } else { value };
    }
}

/// 1 with the given probability, else 0: torch's `bernoulli_` on CPU without MKL, one float64 draw each.
pub fn bernoulli(state: &mut [u32], out: &mut [f32], probability: f64) {
    for out in out {
        *out = if unit_f64(state) < probability { 1.0 } else { 0.0 };
    }
}

/// Normal values by Box & Muller: in blocks of 16 from float32 uniforms, or fewer than 16 one by one in float64.
pub fn normal(state: &mut [u32], out: &mut [f32], mean: f32, std: f32) {
    if out.len() < NORMAL_BLOCK {
        for out in out {
            *out = (normal_f64(state) * f64::from(std) + f64::from(mean)) as f32;
        }
        return;
    }
    for value in out.iter_mut() {
        *value = unit_f32(state);
    }
    let (blocks, rest) = out.as_chunks_mut::<NORMAL_BLOCK>();
    for block in blocks {
        normal_block(block, mean, std);
    }
    if !rest.is_empty() {
        // As torch: the last 16 values are drawn afresh, over some that were finished.
        let start = out.len() - NORMAL_BLOCK;
        for value in &mut out[start..] {
            *value = unit_f32(state);
        }
        if let Some(block) = out.last_chunk_mut::<NORMAL_BLOCK>() {
            normal_block(block, mean, std);
        }
    }
}

fn normal_block(block: &mut [f32; NORMAL_BLOCK], mean: f32, std: f32) {
    let half = NORMAL_BLOCK / 2;
    for j in 0..half {
        let u1 = 1.0 - block[j];
        let u2 = block[j + half];
        let radius = (-2.0 * f64::from(u1).ln()).sqrt();
        let angle = 2.0 * std::f64::consts::PI * f64::from(u2);
        block[j] = (radius * angle.cos()) as f32 * std + mean;
        block[j + half] = (radius * angle.sin()) as f32 * std + mean;
    }
}

/// One standard normal value; the second of the pair waits in the state.
fn normal_f64(state: &mut [u32]) -> f64 {
    if state[HAS_CACHED] != 0 {
        state[HAS_CACHED] = 0;
        return f64::from_bits(u64::from(state[CACHED_HIGH]) << 32 | u64::from(state[CACHED_LOW]));
    }
    let u1 = unit_f64(state);
    let u2 = unit_f64(state);
    let radius = (-2.0 * (-u2).ln_1p()).sqrt();
    let angle = 2.0 * std::f64::consts::PI * u1;
    let cached = (radius * angle.sin()).to_bits();
    state[CACHED_LOW] = cached as u32;
    state[CACHED_HIGH] = (cached >> 32) as u32;
    state[HAS_CACHED] = 1;
    radius * angle.cos()
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
