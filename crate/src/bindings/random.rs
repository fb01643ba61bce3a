use crate::kernels::random::generator::{self, STATE_WORDS};
use crate::kernels::random::{init, normal};
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes of a generator's state.
#[wasm_bindgen]
pub fn random_state_bytes() -> usize {
    size_of::<[u32; STATE_WORDS]>()
}

/// Indices in a generator's state, after the words of the twister. `ts/random/state.ts` reads and writes them.
#[allow(non_camel_case_types)]
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum StateWord {
    next = 624,
    left = 625,
    cached_low = 626,
    cached_high = 627,
    has_cached = 628,
}

const _: () = assert!(
    StateWord::next as usize == generator::NEXT
        && StateWord::left as usize == generator::LEFT
        && StateWord::cached_low as usize == generator::CACHED_LOW
        && StateWord::cached_high as usize == generator::CACHED_HIGH
        && StateWord::has_cached as usize == generator::HAS_CACHED
        && StateWord::has_cached as usize + 1 == STATE_WORDS
);

/// `P(X < x)` of the standard normal distribution.
#[wasm_bindgen]
pub fn normal_cdf(x: f64) -> f64 {
    init::normal_cdf(x)
}

bindings! {
    fn random_seed(state: &mut [u32; STATE_WORDS], seed: u32) {
        generator::seed(state, seed)
    }

    /// 64 random bits modulo 2^53, which JavaScript represents exactly.
    fn random_53_bits(state: &mut [u32; STATE_WORDS]) -> f64 {
        generator::next_53_bits(state)
    }

    fn random_uniform(state: &mut [u32; STATE_WORDS], out: &mut [f32; length], length: usize, low: f32, high: f32) {
        generator::uniform(state, out, low, high)
    }

    fn random_normal(state: &mut [u32; STATE_WORDS], out: &mut [f32; length], length: usize, mean: f64, std: f64) {
        normal::normal(state, out, mean, std)
    }

    /// Integers from [low, low + range), with `range` at most 2^32.
    fn random_integers(
        state: &mut [u32; STATE_WORDS],
        out: &mut [i32; length],
        length: usize,
        low: i32,
        range: f64,
        wide: bool,
    ) {
        generator::integers(state, out, low, range as u64, wide)
    }

    fn random_permutation(state: &mut [u32; STATE_WORDS], out: &mut [i32; length], length: usize) {
        generator::permutation(state, out)
    }

    /// 1 with the given probability, else 0.
    fn random_bernoulli(
        state: &mut [u32; STATE_WORDS],
        out: &mut [f32; length],
        length: usize,
        probability: f64,
    ) {
        generator::bernoulli(state, out, probability)
    }

    /// 1 with each element's own probability, else 0.
    fn random_bernoulli_each(
        state: &mut [u32; STATE_WORDS],
        probabilities: &[f32; length],
        out: &mut [f32; length],
        length: usize,
    ) {
        generator::bernoulli_each(state, probabilities, out)
    }

    fn count_outside(x: &[f32; length], low: f32, high: f32, length: usize) -> usize {
        init::count_outside(x, low, high)
    }

    fn replace_outside(x: &mut [f32; length], candidates: &[f32; length], low: f32, high: f32, length: usize) {
        init::replace_outside(x, candidates, low, high)
    }

    fn accept_normal(
        x: &mut [f32; length],
        candidates: &[f32; length],
        uniforms: &[f32; length],
        pending: &mut [u8; length],
        mean: f32,
        std: f32,
        log_peak: f32,
        length: usize,
    ) -> usize {
        init::accept_normal(x, candidates, uniforms, pending, mean, std, log_peak)
    }

    fn orthonormal_rows(x: &mut [f32; [rows, length]], rows: usize, length: usize) {
        init::orthonormal_rows(x, length)
    }
}
