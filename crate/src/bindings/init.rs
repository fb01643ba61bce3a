use super::{input, output};
use crate::kernels::random::init;
use wasm_bindgen::prelude::wasm_bindgen;

/// # Safety
/// The contract of [`super`]; `length` long.
#[wasm_bindgen]
pub unsafe fn count_outside(x: *const f32, low: f32, high: f32, length: usize) -> usize {
    // SAFETY: the function's contract.
    unsafe { init::count_outside(input(x, length), low, high) }
}

/// # Safety
/// The contract of [`super`]; both `length` long.
#[wasm_bindgen]
pub unsafe fn replace_outside(x: *mut f32, candidates: *const f32, low: f32, high: f32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { init::replace_outside(output(x, length), input(candidates, length), low, high) }
}

/// # Safety
/// The contract of [`super`]; all `length` long.
#[wasm_bindgen]
pub unsafe fn accept_normal(
    x: *mut f32,
    candidates: *const f32,
    uniforms: *const f32,
    pending: *mut u8,
    mean: f32,
    std: f32,
    log_peak: f32,
    length: usize,
) -> usize {
    // SAFETY: the function's contract.
    unsafe {
        let (candidates, uniforms) = (input(candidates, length), input(uniforms, length));
        let (x, pending) = (output(x, length), output(pending, length));
        init::accept_normal(x, candidates, uniforms, pending, mean, std, log_peak)
    }
}

/// # Safety
/// The contract of [`super`]; `x` has `rows * length` elements.
#[wasm_bindgen]
pub unsafe fn orthonormal_rows(x: *mut f32, rows: usize, length: usize) {
    // SAFETY: the function's contract.
    unsafe { init::orthonormal_rows(output(x, [rows, length]), length) }
}

/// `P(X < x)` of the standard normal distribution.
#[wasm_bindgen]
pub fn normal_cdf(x: f64) -> f64 {
    init::normal_cdf(x)
}
