use super::{input, output, output_or_empty};
use crate::kernels::optim::{self, Adam, Sgd};
use wasm_bindgen::prelude::wasm_bindgen;

/// `buffer` is null without momentum.
///
/// # Safety
/// The contract of [`super`]; all `length` long.
#[wasm_bindgen]
pub unsafe fn sgd(
    parameter: *mut f32,
    gradient: *const f32,
    buffer: *mut f32,
    length: usize,
    lr: f32,
    momentum: f32,
    dampening: f32,
    weight_decay: f32,
    nesterov: bool,
    maximize: bool,
) {
    let rule = Sgd { lr, momentum, dampening, weight_decay, nesterov, maximize };
    // SAFETY: the function's contract.
    unsafe {
        let buffer = output_or_empty(buffer, length);
        optim::sgd(output(parameter, length), input(gradient, length), buffer, rule);
    }
}

/// `v_max` is null without amsgrad. The scalars are those of [`Adam`].
///
/// # Safety
/// The contract of [`super`]; all `length` long.
#[wasm_bindgen]
pub unsafe fn adam(
    parameter: *mut f32,
    gradient: *const f32,
    m: *mut f32,
    v: *mut f32,
    v_max: *mut f32,
    length: usize,
    step_size: f32,
    beta1: f64,
    beta2: f64,
    eps: f32,
    bias_correction2_sqrt: f32,
    weight_decay: f32,
    decay_factor: f32,
    maximize: bool,
) {
    let rule = Adam {
        step_size,
        one_minus_beta1: (1.0 - beta1) as f32,
        beta2: beta2 as f32,
        one_minus_beta2: (1.0 - beta2) as f32,
        eps,
        bias_correction2_sqrt,
        weight_decay,
        decay_factor,
        maximize,
    };
    // SAFETY: the function's contract.
    unsafe {
        let (m, v) = (output(m, length), output(v, length));
        optim::adam(
            output(parameter, length),
            input(gradient, length),
            m,
            v,
            output_or_empty(v_max, length),
            rule,
        );
    }
}
