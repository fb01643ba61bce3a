use super::{input, output};
use crate::kernels::elementwise::activation;
use wasm_bindgen::prelude::wasm_bindgen;

macro_rules! unary {
    ($($name:ident)*) => {$(
        /// # Safety
        /// The contract of [`super`]; both `length` long.
        #[wasm_bindgen]
        pub unsafe fn $name(x: *const f32, out: *mut f32, length: usize) {
            // SAFETY: the function's contract.
            unsafe { activation::$name(input(x, length), output(out, length)) }
        }
    )*};
}

macro_rules! unary_backward {
    ($($name:ident)*) => {$(
        /// # Safety
        /// The contract of [`super`]; all `length` long.
        #[wasm_bindgen]
        pub unsafe fn $name(upstream: *const f32, saved: *const f32, gradient: *mut f32, length: usize) {
            // SAFETY: the function's contract.
            unsafe { activation::$name(input(upstream, length), input(saved, length), output(gradient, length)) }
        }
    )*};
}

unary! { tanh silu gelu gelu_tanh }
unary_backward! { tanh_backward silu_backward gelu_backward gelu_tanh_backward }

/// # Safety
/// The contract of [`super`]; both `length` long.
#[wasm_bindgen]
pub unsafe fn leaky_relu(x: *const f32, slope: f32, out: *mut f32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { activation::leaky_relu(input(x, length), slope, output(out, length)) }
}

/// # Safety
/// The contract of [`super`]; all `length` long.
#[wasm_bindgen]
pub unsafe fn leaky_relu_backward(
    upstream: *const f32,
    x: *const f32,
    slope: f32,
    gradient: *mut f32,
    length: usize,
) {
    // SAFETY: the function's contract.
    unsafe {
        let (upstream, x) = (input(upstream, length), input(x, length));
        activation::leaky_relu_backward(upstream, x, slope, output(gradient, length));
    }
}
