use super::{input, output};
use crate::kernels::random::generator::{self, STATE_WORDS};
use crate::kernels::random::normal;
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes of a generator's state.
#[wasm_bindgen]
pub fn random_state_bytes() -> usize {
    size_of::<[u32; STATE_WORDS]>()
}

/// # Safety
/// The contract of [`super`]; `state` has the bytes of [`random_state_bytes`].
#[wasm_bindgen]
pub unsafe fn random_seed(state: *mut u32, seed: u32) {
    // SAFETY: the function's contract.
    unsafe { generator::seed(output(state, STATE_WORDS), seed) }
}

/// 64 random bits modulo 2^53, so that JavaScript holds them exactly.
///
/// # Safety
/// The contract of [`super`].
#[wasm_bindgen]
pub unsafe fn random_53_bits(state: *mut u32) -> f64 {
    // SAFETY: the function's contract.
    unsafe { generator::next_53_bits(output(state, STATE_WORDS)) }
}

/// # Safety
/// The contract of [`super`]; `out` has `length` elements.
#[wasm_bindgen]
pub unsafe fn random_uniform(state: *mut u32, out: *mut f32, length: usize, low: f32, high: f32) {
    // SAFETY: the function's contract.
    unsafe { generator::uniform(output(state, STATE_WORDS), output(out, length), low, high) }
}

/// # Safety
/// The contract of [`super`]; `out` has `length` elements.
#[wasm_bindgen]
pub unsafe fn random_normal(state: *mut u32, out: *mut f32, length: usize, mean: f64, std: f64) {
    // SAFETY: the function's contract.
    unsafe { normal::normal(output(state, STATE_WORDS), output(out, length), mean, std) }
}

/// Whole numbers from [low, low + range), `range` at most 2^32.
///
/// # Safety
/// The contract of [`super`]; `out` has `length` elements.
#[wasm_bindgen]
pub unsafe fn random_integers(
    state: *mut u32,
    out: *mut i32,
    length: usize,
    low: i32,
    range: f64,
    wide: bool,
) {
    // SAFETY: the function's contract.
    unsafe { generator::integers(output(state, STATE_WORDS), output(out, length), low, range as u64, wide) }
}

/// # Safety
/// The contract of [`super`]; `out` has `length` elements.
#[wasm_bindgen]
pub unsafe fn random_permutation(state: *mut u32, out: *mut i32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { generator::permutation(output(state, STATE_WORDS), output(out, length)) }
}

/// 1 with the given probability, else 0.
///
/// # Safety
/// The contract of [`super`]; `out` has `length` elements.
#[wasm_bindgen]
pub unsafe fn random_bernoulli(state: *mut u32, out: *mut f32, length: usize, probability: f64) {
    // SAFETY: the function's contract.
    unsafe { generator::bernoulli(output(state, STATE_WORDS), output(out, length), probability) }
}

/// 1 with each element's own probability, else 0.
///
/// # Safety
/// The contract of [`super`]; both have `length` elements.
#[wasm_bindgen]
pub unsafe fn random_bernoulli_each(
    state: *mut u32,
    probabilities: *const f32,
    out: *mut f32,
    length: usize,
) {
    // SAFETY: the function's contract.
    unsafe {
        let (state, out) = (output(state, STATE_WORDS), output(out, length));
        generator::bernoulli_each(state, input(probabilities, length), out);
    }
}
