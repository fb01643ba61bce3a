use super::{input, output};
use crate::kernels::reduce::axis::Axis;
use crate::kernels::reduce::{max, sum};
use wasm_bindgen::prelude::wasm_bindgen;

/// # Safety
/// The contract of [`super`]; `x` has `outer * axis * inner` elements, `out` `outer * inner`.
#[wasm_bindgen]
pub unsafe fn sum_axis(x: *const f32, scale: f64, out: *mut f32, outer: usize, axis: usize, inner: usize) {
    let dims = Axis { outer, axis, inner };
    // SAFETY: the function's contract.
    unsafe { sum::sum_axis(input(x, [outer, axis, inner]), scale, output(out, [outer, inner]), dims) }
}

/// # Safety
/// The contract of [`super`]; `x` has `outer * axis * inner` elements, `out` `outer * inner`.
#[wasm_bindgen]
pub unsafe fn max_axis(x: *const f32, out: *mut f32, outer: usize, axis: usize, inner: usize) {
    let dims = Axis { outer, axis, inner };
    // SAFETY: the function's contract.
    unsafe { max::max_axis(input(x, [outer, axis, inner]), output(out, [outer, inner]), dims) }
}

/// # Safety
/// The contract of [`super`]; `x` and `gradient` have `outer * axis * inner` elements, the others `outer * inner`.
#[wasm_bindgen]
pub unsafe fn max_axis_backward(
    upstream: *const f32,
    x: *const f32,
    maximum: *const f32,
    gradient: *mut f32,
    outer: usize,
    axis: usize,
    inner: usize,
) {
    let dims = Axis { outer, axis, inner };
    let shape = [outer, axis, inner];
    // SAFETY: the function's contract.
    unsafe {
        let (upstream, maximum) = (input(upstream, [outer, inner]), input(maximum, [outer, inner]));
        max::max_axis_backward(upstream, input(x, shape), maximum, output(gradient, shape), dims);
    }
}

/// # Safety
/// The contract of [`super`]; `x` has `outer * axis * inner` elements, `out` `outer * inner`.
#[wasm_bindgen]
pub unsafe fn argmax_axis(x: *const f32, out: *mut i32, outer: usize, axis: usize, inner: usize) {
    let dims = Axis { outer, axis, inner };
    // SAFETY: the function's contract.
    unsafe { max::argmax_axis(input(x, [outer, axis, inner]), output(out, [outer, inner]), dims) }
}
