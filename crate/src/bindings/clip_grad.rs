use super::{input, output};
use crate::kernels::optim::clip_grad;
use wasm_bindgen::prelude::wasm_bindgen;

/// # Safety
/// The contract of [`super`]; `length` long.
#[wasm_bindgen]
pub unsafe fn norm(x: *const f32, p: f64, length: usize) -> f64 {
    // SAFETY: the function's contract.
    unsafe { clip_grad::norm(input(x, length), p) }
}

/// # Safety
/// The contract of [`super`]; `length` long.
#[wasm_bindgen]
pub unsafe fn clamp_in_place(x: *mut f32, limit: f32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { clip_grad::clamp_in_place(output(x, length), limit) }
}
