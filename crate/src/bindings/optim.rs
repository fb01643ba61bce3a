use crate::kernels::optim::adadelta::{self, Adadelta};
use crate::kernels::optim::adagrad::{self, Adagrad};
use crate::kernels::optim::adam::{self, Adam};
use crate::kernels::optim::adamax::{self, Adamax};
use crate::kernels::optim::asgd::{self, Asgd};
use crate::kernels::optim::clip_grad;
use crate::kernels::optim::moments::{self, Moments};
use crate::kernels::optim::rmsprop::{self, RmsProp};
use crate::kernels::optim::rprop::{self, Rprop};
use crate::kernels::optim::sgd::{self, Sgd};
use crate::kernels::optim::update::Direction;

// The scalars are those of the kernels' structs.
bindings! {
    /// `buffer` is null without momentum.
    fn sgd(
        parameter: &mut [f32; length],
        gradient: &[f32; length],
        buffer: Option<&mut [f32; length]>,
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
        sgd::sgd(parameter, gradient, buffer.unwrap_or_default(), rule)
    }

    /// `v_max` is null without amsgrad.
    fn adam(
        parameter: &mut [f32; length],
        gradient: &[f32; length],
        m: &mut [f32; length],
        v: &mut [f32; length],
        v_max: Option<&mut [f32; length]>,
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
        adam::adam(parameter, gradient, m, v, v_max.unwrap_or_default(), rule)
    }

    /// `mean` is null unless centered, `buffer` without momentum.
    fn rmsprop(
        parameter: &mut [f32; length],
        gradient: &[f32; length],
        square: &mut [f32; length],
        mean: Option<&mut [f32; length]>,
        buffer: Option<&mut [f32; length]>,
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
        let (mean, buffer) = (mean.unwrap_or_default(), buffer.unwrap_or_default());
        rmsprop::rmsprop(parameter, gradient, square, mean, buffer, rule)
    }

    fn adagrad(
        parameter: &mut [f32; length],
        gradient: &[f32; length],
        sum: &mut [f32; length],
        length: usize,
        lr: f32,
        eps: f32,
        weight_decay: f32,
        maximize: bool,
    ) {
        let rule = Adagrad { lr, eps, direction: Direction { weight_decay, maximize } };
        adagrad::adagrad(parameter, gradient, sum, rule)
    }

    /// NAdam and RAdam.
    fn optim_moments(
        parameter: &mut [f32; length],
        gradient: &[f32; length],
        m: &mut [f32; length],
        v: &mut [f32; length],
        length: usize,
        beta1: f64,
        beta2: f64,
        gradient_factor: f32,
        mean_factor: f32,
        root_factor: f32,
        eps: f32,
        weight_decay: f32,
        decay_factor: f32,
        maximize: bool,
    ) {
        let rule = Moments {
            one_minus_beta1: (1.0 - beta1) as f32,
            beta2: beta2 as f32,
            one_minus_beta2: (1.0 - beta2) as f32,
            gradient_factor,
            mean_factor,
            root_factor,
            eps,
            decay_factor,
            direction: Direction { weight_decay, maximize },
        };
        moments::moments(parameter, gradient, m, v, rule)
    }

    fn optim_adamax(
        parameter: &mut [f32; length],
        gradient: &[f32; length],
        m: &mut [f32; length],
        u: &mut [f32; length],
        length: usize,
        step_size: f32,
        beta1: f64,
        beta2: f32,
        eps: f32,
        weight_decay: f32,
        maximize: bool,
    ) {
        let direction = Direction { weight_decay, maximize };
        let one_minus_beta1 = (1.0 - beta1) as f32;
        let rule = Adamax { step_size, one_minus_beta1, beta2, eps, direction };
        adamax::adamax(parameter, gradient, m, u, rule)
    }

    fn optim_adadelta(
        parameter: &mut [f32; length],
        gradient: &[f32; length],
        square: &mut [f32; length],
        delta: &mut [f32; length],
        length: usize,
        lr: f32,
        rho: f64,
        eps: f32,
        weight_decay: f32,
        maximize: bool,
    ) {
        let direction = Direction { weight_decay, maximize };
        let (rho, one_minus_rho) = (rho as f32, (1.0 - rho) as f32);
        adadelta::adadelta(parameter, gradient, square, delta, Adadelta { lr, rho, one_minus_rho, eps, direction })
    }

    fn optim_asgd(
        parameter: &mut [f32; length],
        gradient: &[f32; length],
        mean: &mut [f32; length],
        length: usize,
        eta: f32,
        decay_factor: f32,
        mu: f32,
        weight_decay: f32,
        maximize: bool,
    ) {
        let direction = Direction { weight_decay, maximize };
        asgd::asgd(parameter, gradient, mean, Asgd { eta, decay_factor, mu, direction })
    }

    fn optim_rprop(
        parameter: &mut [f32; length],
        gradient: &[f32; length],
        before: &mut [f32; length],
        size: &mut [f32; length],
        length: usize,
        eta_minus: f32,
        eta_plus: f32,
        least: f32,
        greatest: f32,
        maximize: bool,
    ) {
        let direction = Direction { weight_decay: 0.0, maximize };
        rprop::rprop(parameter, gradient, before, size, Rprop { eta_minus, eta_plus, least, greatest, direction })
    }

    fn norm(x: &[f32; length], p: f64, length: usize) -> f64 {
        clip_grad::norm(x, p)
    }

    fn clamp_in_place(x: &mut [f32; length], limit: f32, length: usize) {
        clip_grad::clamp_in_place(x, limit)
    }
}
