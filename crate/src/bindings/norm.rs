use crate::kernels::norm::batch_norm;
use crate::kernels::norm::channels::{Affine, Dims};
use crate::kernels::norm::layer_norm::{self, Dims as Rows, FIELDS};
use wasm_bindgen::prelude::wasm_bindgen;

/// Number of floats per row that the forward pass of layer normalisation saves for the backward pass.
#[wasm_bindgen]
pub fn layer_norm_fields() -> usize {
    FIELDS
}

bindings! {
    fn batch_norm_statistics(
        x: &[f32; [images, channels, length]],
        mean: &mut [f32; channels],
        variance: &mut [f32; channels],
        dims: Dims { images, channels, length },
    ) {
        batch_norm::statistics(x, mean, variance, dims)
    }

    fn batch_norm_update(
        running: &mut [f32; length],
        batch: &[f32; length],
        momentum: f64,
        factor: f64,
        length: usize,
    ) {
        batch_norm::update_running(running, batch, momentum, factor)
    }

    fn batch_norm(
        x: &[f32; [images, channels, length]],
        mean: &[f32; channels],
        variance: &[f32; channels],
        weight: Option<&[f32; channels]>,
        bias: Option<&[f32; channels]>,
        eps: f64,
        out: &mut [f32; [images, channels, length]],
        dims: Dims { images, channels, length },
    ) {
        let (weight, bias) = (weight.unwrap_or_default(), bias.unwrap_or_default());
        batch_norm::forward(x, Affine { mean, variance, weight, bias, eps }, out, dims)
    }

    fn batch_norm_backward(
        upstream: &[f32; [images, channels, length]],
        x: &[f32; [images, channels, length]],
        mean: &[f32; channels],
        variance: &[f32; channels],
        weight: Option<&[f32; channels]>,
        eps: f64,
        training: bool,
        x_gradient: &mut [f32; [images, channels, length]],
        weight_gradient: &mut [f32; channels],
        bias_gradient: &mut [f32; channels],
        dims: Dims { images, channels, length },
    ) {
        let affine = Affine { mean, variance, weight: weight.unwrap_or_default(), bias: &[], eps };
        let gradients = [x_gradient, weight_gradient, bias_gradient];
        batch_norm::backward(upstream, x, affine, training, gradients, dims)
    }

    fn layer_norm(
        x: &[f32; [rows, length]],
        weight: Option<&[f32; length]>,
        bias: Option<&[f32; length]>,
        eps: f64,
        out: &mut [f32; [rows, length]],
        statistics: &mut [f32; [rows, FIELDS]],
        dims: Rows { rows, length },
    ) {
        let (weight, bias) = (weight.unwrap_or_default(), bias.unwrap_or_default());
        layer_norm::forward(x, weight, bias, eps, out, statistics, dims)
    }

    fn layer_norm_backward(
        upstream: &[f32; [rows, length]],
        x: &[f32; [rows, length]],
        weight: Option<&[f32; length]>,
        statistics: &[f32; [rows, FIELDS]],
        gradient: &mut [f32; [rows, length]],
        dims: Rows { rows, length },
    ) {
        layer_norm::backward(upstream, x, weight.unwrap_or_default(), statistics, gradient, dims)
    }

    fn layer_norm_backward_affine(
        upstream: &[f32; [rows, length]],
        x: &[f32; [rows, length]],
        statistics: &[f32; [rows, FIELDS]],
        weight_gradient: &mut [f32; length],
        bias_gradient: &mut [f32; length],
        dims: Rows { rows, length },
    ) {
        layer_norm::backward_affine(upstream, x, statistics, weight_gradient, bias_gradient, dims)
    }
}
