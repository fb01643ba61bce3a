use super::{input, output, output_or_empty};
use crate::kernels::optim::adagrad::{self, Adagrad};
use crate::kernels::optim::adam::{self, Adam};
use crate::kernels::optim::rmsprop::{self, RmsProp};
use crate::kernels::optim::sgd::{self, Sgd};
use crate::kernels::optim::update::Direction;
use wasm_bindgen::prelude::wasm_bindgen;

/// `buffer` is null without momentum. The scalars are those of [`Sgd`].
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
    dampening: f64,
    weight_decay: f32,
    nesterov: bool,
    maximize: bool,
) {
    let direction = Direction { weight_decay, maximize };
    let one_minus_dampening = (1.0 - dampening) as f32;
    let rule = Sgd { lr, momentum, one_minus_dampening, nesterov, direction };
    // SAFETY: the function's contract.
    unsafe {
        let buffer = output_or_empty(buffer, length);
        sgd::sgd(output(parameter, length), input(gradient, length), buffer, rule);
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
        decay_factor,
        direction: Direction { weight_decay, maximize },
    };
    // SAFETY: the function's contract.
    unsafe {
        let (parameter, gradient) = (output(parameter, length), input(gradient, length));
        let (m, v, v_max) = (output(m, length), output(v, length), output_or_empty(v_max, length));
        adam::adam(parameter, gradient, m, v, v_max, rule);
    }
}

/// `mean` is null unless centered, `buffer` without momentum. The scalars are those of [`RmsProp`].
///
/// # Safety
/// The contract of [`super`]; all `length` long.
#[wasm_bindgen]
pub unsafe fn rmsprop(
    parameter: *mut f32,
    gradient: *const f32,
    square: *mut f32,
    mean: *mut f32,
    buffer: *mut f32,
    length: usize,
    lr: f32,
    alpha: f64,
    eps: f32,
    weight_decay: f32,
    momentum: f32,
    maximize: bool,
) {
    let direction = Direction { weight_decay, maximize };
    let (alpha, one_minus_alpha) = (alpha as f32, (1.0 - alpha) as f32);
    let rule = RmsProp { lr, alpha, one_minus_alpha, eps, momentum, direction };
    // SAFETY: the function's contract.
    unsafe {
        let (parameter, gradient) = (output(parameter, length), input(gradient, length));
        let (mean, buffer) = (output_or_empty(mean, length), output_or_empty(buffer, length));
        rmsprop::rmsprop(parameter, gradient, output(square, length), mean, buffer, rule);
    }
}

/// The scalars are those of [`Adagrad`].
///
/// # Safety
/// The contract of [`super`]; all `length` long.
#[wasm_bindgen]
pub unsafe fn adagrad(
    parameter: *mut f32,
    gradient: *const f32,
    sum: *mut f32,
    length: usize,
    lr: f32,
    eps: f32,
    weight_decay: f32,
    maximize: bool,
) {
    let rule = Adagrad { lr, eps, direction: Direction { weight_decay, maximize } };
    // SAFETY: the function's contract.
    unsafe {
        adagrad::adagrad(output(parameter, length), input(gradient, length), output(sum, length), rule);
    }
}
