use super::input;
use crate::kernels::elementwise::check;
use wasm_bindgen::prelude::wasm_bindgen;

/// # Safety
/// The contract of [`super`]; `length` long.
#[wasm_bindgen]
pub unsafe fn within_unit(x: *const f32, length: usize) -> bool {
    // SAFETY: the function's contract.
    unsafe { check::within_unit(input(x, length)) }
}

/// # Safety
/// The contract of [`super`]; `length` long.
#[wasm_bindgen]
pub unsafe fn first_outside(indices: *const i32, length: usize, low: i32, high: i32, except: i32) -> usize {
    // SAFETY: the function's contract.
    unsafe { check::first_outside(input(indices, length), low, high, except) }
}
