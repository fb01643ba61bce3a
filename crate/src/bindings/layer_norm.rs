use super::{input, input_or_empty, output};
use crate::kernels::norm::layer_norm::{self, Dims, FIELDS};
use wasm_bindgen::prelude::wasm_bindgen;

/// Floats that the forward pass leaves for the backward pass, for each row.
#[wasm_bindgen]
pub fn layer_norm_fields() -> usize {
    FIELDS
}

/// `weight` and `bias` may be null.
///
/// # Safety
/// The contract of [`super`]; `x` and `out` have `rows * length` elements, `weight` and `bias` `length`,
/// `statistics` `rows` times [`layer_norm_fields`].
#[wasm_bindgen]
pub unsafe fn layer_norm(
    x: *const f32,
    weight: *const f32,
    bias: *const f32,
    eps: f64,
    out: *mut f32,
    statistics: *mut f32,
    rows: usize,
    length: usize,
) {
    let all = [rows, length];
    // SAFETY: the function's contract.
    unsafe {
        let (weight, bias) = (input_or_empty(weight, length), input_or_empty(bias, length));
        let (out, statistics) = (output(out, all), output(statistics, [rows, FIELDS]));
        layer_norm::forward(input(x, all), weight, bias, eps, out, statistics, Dims { rows, length });
    }
}

/// `weight` may be null.
///
/// # Safety
/// The contract of [`super`]; `upstream`, `x` and `gradient` have `rows * length` elements, `weight`
/// `length`, `statistics` `rows` times [`layer_norm_fields`].
#[wasm_bindgen]
pub unsafe fn layer_norm_backward(
    upstream: *const f32,
    x: *const f32,
    weight: *const f32,
    statistics: *const f32,
    gradient: *mut f32,
    rows: usize,
    length: usize,
) {
    let all = [rows, length];
    // SAFETY: the function's contract.
    unsafe {
        let (upstream, x, weight) = (input(upstream, all), input(x, all), input_or_empty(weight, length));
        let (statistics, gradient) = (input(statistics, [rows, FIELDS]), output(gradient, all));
        layer_norm::backward(upstream, x, weight, statistics, gradient, Dims { rows, length });
    }
}

/// # Safety
/// The contract of [`super`]; `upstream` and `x` have `rows * length` elements, `statistics` `rows` times
/// [`layer_norm_fields`], the gradients `length`.
#[wasm_bindgen]
pub unsafe fn layer_norm_backward_affine(
    upstream: *const f32,
    x: *const f32,
    statistics: *const f32,
    weight_gradient: *mut f32,
    bias_gradient: *mut f32,
    rows: usize,
    length: usize,
) {
    let all = [rows, length];
    // SAFETY: the function's contract.
    unsafe {
        let (upstream, x, statistics) =
            (input(upstream, all), input(x, all), input(statistics, [rows, FIELDS]));
        let (weight, bias) = (output(weight_gradient, length), output(bias_gradient, length));
        layer_norm::backward_affine(upstream, x, statistics, weight, bias, Dims { rows, length });
    }
}
