use super::{input, output};
use crate::kernels::norm::batch_norm;
use crate::kernels::norm::channels::{Affine, Dims};
use wasm_bindgen::prelude::wasm_bindgen;

/// One value for each channel, or none for null.
///
/// # Safety
/// The contract of [`super`].
unsafe fn channels_or_empty<'a>(pointer: *const f32, channels: usize) -> &'a [f32] {
    if pointer.is_null() {
        &[]
    } else {
        // SAFETY: the function's contract.
        unsafe { input(pointer, channels) }
    }
}

/// # Safety
/// The contract of [`super`]; `x` has `images * channels * length` elements, the others `channels`.
#[wasm_bindgen]
pub unsafe fn batch_norm_statistics(
    x: *const f32,
    mean: *mut f32,
    variance: *mut f32,
    images: usize,
    channels: usize,
    length: usize,
) {
    let dims = Dims { images, channels, length };
    // SAFETY: the function's contract.
    unsafe {
        let x = input(x, [images, channels, length]);
        batch_norm::statistics(x, output(mean, channels), output(variance, channels), dims);
    }
}

/// # Safety
/// The contract of [`super`]; both `length` long.
#[wasm_bindgen]
pub unsafe fn batch_norm_update(
    running: *mut f32,
    batch: *const f32,
    momentum: f64,
    factor: f64,
    length: usize,
) {
    // SAFETY: the function's contract.
    unsafe { batch_norm::update_running(output(running, length), input(batch, length), momentum, factor) }
}

/// `weight` and `bias` may be null.
///
/// # Safety
/// The contract of [`super`]; `x` and `out` have `images * channels * length` elements, the others `channels`.
#[wasm_bindgen]
pub unsafe fn batch_norm(
    x: *const f32,
    mean: *const f32,
    variance: *const f32,
    weight: *const f32,
    bias: *const f32,
    eps: f64,
    out: *mut f32,
    images: usize,
    channels: usize,
    length: usize,
) {
    let dims = Dims { images, channels, length };
    let all = [images, channels, length];
    // SAFETY: the function's contract.
    unsafe {
        let (mean, variance) = (input(mean, channels), input(variance, channels));
        let (weight, bias) = (channels_or_empty(weight, channels), channels_or_empty(bias, channels));
        let affine = Affine { mean, variance, weight, bias, eps };
        batch_norm::forward(input(x, all), affine, output(out, all), dims);
    }
}

/// `weight` may be null.
///
/// # Safety
/// The contract of [`super`]; `upstream`, `x` and `x_gradient` have `images * channels * length` elements, the others `channels`.
#[wasm_bindgen]
pub unsafe fn batch_norm_backward(
    upstream: *const f32,
    x: *const f32,
    mean: *const f32,
    variance: *const f32,
    weight: *const f32,
    eps: f64,
    training: bool,
    x_gradient: *mut f32,
    weight_gradient: *mut f32,
    bias_gradient: *mut f32,
    images: usize,
    channels: usize,
    length: usize,
) {
    let dims = Dims { images, channels, length };
    let all = [images, channels, length];
    // SAFETY: the function's contract.
    unsafe {
        let gradients =
            [output(x_gradient, all), output(weight_gradient, channels), output(bias_gradient, channels)];
        let (mean, variance) = (input(mean, channels), input(variance, channels));
        let affine = Affine { mean, variance, weight: channels_or_empty(weight, channels), bias: &[], eps };
        batch_norm::backward(input(upstream, all), input(x, all), affine, training, gradients, dims);
    }
}
