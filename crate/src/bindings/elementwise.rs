use super::{input, output};
use crate::kernels::elementwise::binary::{self, Binary, Broadcast};
use crate::kernels::elementwise::{in_place, select, unary};
use crate::size::reach;
use wasm_bindgen::prelude::wasm_bindgen;

macro_rules! unary {
    ($($name:ident)*) => {$(
        /// # Safety
        /// The contract of [`super`]; both `length` long.
        #[wasm_bindgen]
        pub unsafe fn $name(x: *const f32, out: *mut f32, length: usize) {
            // SAFETY: the function's contract.
            unsafe { unary::$name(input(x, length), output(out, length)) }
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
            unsafe { unary::$name(input(upstream, length), input(saved, length), output(gradient, length)) }
        }
    )*};
}

unary! { neg abs exp log sqrt relu sigmoid logsigmoid }
unary_backward! { abs_backward sqrt_backward relu_backward sigmoid_backward logsigmoid_backward }

/// # Safety
/// The contract of [`super`]; both `length` long.
#[wasm_bindgen]
pub unsafe fn scale(x: *const f32, factor: f32, out: *mut f32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { unary::scale(input(x, length), factor, output(out, length)) }
}

/// # Safety
/// The contract of [`super`]; both `length` long.
#[wasm_bindgen]
pub unsafe fn pow(x: *const f32, exponent: f32, out: *mut f32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { unary::pow(input(x, length), exponent, output(out, length)) }
}

/// # Safety
/// The contract of [`super`]; all `length` long.
#[wasm_bindgen]
pub unsafe fn pow_backward(
    upstream: *const f32,
    x: *const f32,
    exponent: f32,
    gradient: *mut f32,
    length: usize,
) {
    // SAFETY: the function's contract.
    unsafe {
        unary::pow_backward(input(upstream, length), input(x, length), exponent, output(gradient, length))
    }
}

/// # Safety
/// The contract of [`super`]; both `length` long.
#[wasm_bindgen]
pub unsafe fn clamp(x: *const f32, low: f32, high: f32, out: *mut f32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { unary::clamp(input(x, length), low, high, output(out, length)) }
}

/// # Safety
/// The contract of [`super`]; all `length` long.
#[wasm_bindgen]
pub unsafe fn clamp_backward(
    upstream: *const f32,
    x: *const f32,
    low: f32,
    high: f32,
    gradient: *mut f32,
    length: usize,
) {
    // SAFETY: the function's contract.
    unsafe {
        unary::clamp_backward(input(upstream, length), input(x, length), low, high, output(gradient, length));
    }
}

/// `into += x`.
///
/// # Safety
/// The contract of [`super`]; both `length` long.
#[wasm_bindgen]
pub unsafe fn accumulate(into: *mut f32, x: *const f32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { in_place::accumulate(output(into, length), input(x, length)) }
}

/// # Safety
/// The contract of [`super`]; both `length` long.
#[wasm_bindgen]
pub unsafe fn relu_backward_in_place(upstream: *mut f32, y: *const f32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { in_place::relu_backward_in_place(output(upstream, length), input(y, length)) }
}

/// # Safety
/// The contract of [`super`]; `length` long.
#[wasm_bindgen]
pub unsafe fn scale_in_place(x: *mut f32, factor: f32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { in_place::scale_in_place(output(x, length), factor) }
}

/// # Safety
/// The contract of [`super`]; `length` long.
#[wasm_bindgen]
pub unsafe fn fill(out: *mut f32, value: f32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { in_place::fill(output(out, length), value) }
}

/// # Safety
/// That of the functions below.
// Not inlined: ten functions are made of it.
#[inline(never)]
unsafe fn run(f: Binary, a: *const f32, b: *const f32, out: *mut f32, dims: Broadcast) {
    let sizes = [dims.rows, dims.columns];
    let a_length = reach(sizes, [dims.a_row_stride, dims.a_column_stride]);
    let b_length = reach(sizes, [dims.b_row_stride, dims.b_column_stride]);
    // SAFETY: the function's contract.
    unsafe { binary::binary(f, input(a, a_length), input(b, b_length), output(out, sizes), dims) }
}

macro_rules! binary {
    ($($name:ident => $variant:ident;)*) => {$(
        /// # Safety
        /// The contract of [`super`]; `out` has `rows * columns` elements, the operands what their strides reach.
        #[wasm_bindgen]
        pub unsafe fn $name(
            a: *const f32,
            b: *const f32,
            out: *mut f32,
            rows: usize,
            columns: usize,
            a_row_stride: usize,
            a_column_stride: usize,
            b_row_stride: usize,
            b_column_stride: usize,
        ) {
            let dims = Broadcast { rows, columns, a_row_stride, a_column_stride, b_row_stride, b_column_stride };
            // SAFETY: the function's contract.
            unsafe { run(Binary::$variant, a, b, out, dims) }
        }
    )*};
}

binary! {
    add => Add;
    sub => Sub;
    mul => Mul;
    div => Div;
    gt => Greater;
    ge => GreaterEqual;
    lt => Less;
    le => LessEqual;
    eq => Equal;
    ne => NotEqual;
}

/// # Safety
/// The contract of [`super`]; all `length` long.
#[wasm_bindgen]
pub unsafe fn select(condition: *const u8, a: *const f32, b: *const f32, out: *mut f32, length: usize) {
    // SAFETY: the function's contract.
    unsafe {
        select::select(input(condition, length), input(a, length), input(b, length), output(out, length))
    }
}

/// # Safety
/// The contract of [`super`]; all `length` long.
#[wasm_bindgen]
pub unsafe fn select_backward(
    upstream: *const f32,
    condition: *const u8,
    wanted: bool,
    gradient: *mut f32,
    length: usize,
) {
    // SAFETY: the function's contract.
    unsafe {
        let (upstream, condition) = (input(upstream, length), input(condition, length));
        select::select_backward(upstream, condition, wanted, output(gradient, length));
    }
}
