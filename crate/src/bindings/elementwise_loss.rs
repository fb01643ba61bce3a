use super::fused_loss::reduction_of;
use super::{input, input_or_empty, output, output_or_none};
use crate::kernels::loss::asymmetric_loss::Asymmetric;
use crate::kernels::loss::binary_cross_entropy::{OfLogits, OfProbabilities};
use crate::kernels::loss::elementwise_loss::{self, Operands, SpanLoss, Targets};
use crate::kernels::loss::fused_loss::Reduction;
use crate::kernels::loss::mse_loss::MeanSquaredError;
use crate::kernels::loss::sigmoid_focal_loss::SigmoidFocal;
use wasm_bindgen::prelude::wasm_bindgen;

/// # Safety
/// That of the losses below.
unsafe fn run(
    loss: &dyn SpanLoss,
    x: *const f32,
    targets: *const u8,
    targets_are_bytes: bool,
    weights: [(*const f32, usize); 2],
    gradient: *mut f32,
    out: *mut f32,
    length: usize,
    reduction: u32,
) {
    let reduction = reduction_of(reduction);
    // SAFETY: the function's contract.
    unsafe {
        let y = if targets_are_bytes {
            Targets::Bytes(input(targets, length))
        } else {
            Targets::Floats(input(targets.cast(), length))
        };
        let [weight, pos_weight] = weights.map(|(pointer, length)| input_or_empty(pointer, length));
        let operands = Operands { x: input(x, length), y, weight, pos_weight };
        let out = output(out, if reduction == Reduction::None { length } else { 1 });
        elementwise_loss::forward(loss, operands, output_or_none(gradient, length), out, reduction);
    }
}

macro_rules! losses {
    ($($name:ident($($parameter:ident),*) => $loss:expr;)*) => {$(
        /// `reduction`: 0 none, 1 mean, 2 sum. The weights and `gradient` may be null.
        ///
        /// # Safety
        /// The contract of [`super`]; `x`, `targets` and `gradient` have `length` elements, `out` has
        /// as many for reduction none and 1 otherwise, weights as many as their lengths say.
        #[wasm_bindgen]
        pub unsafe fn $name(
            x: *const f32,
            targets: *const u8,
            targets_are_bytes: bool,
            weight: *const f32,
            weight_length: usize,
            pos_weight: *const f32,
            pos_weight_length: usize,
            gradient: *mut f32,
            out: *mut f32,
            length: usize,
            reduction: u32,
            $($parameter: f64,)*
        ) {
            let weights = [(weight, weight_length), (pos_weight, pos_weight_length)];
            // SAFETY: the function's contract.
            unsafe { run(&$loss, x, targets, targets_are_bytes, weights, gradient, out, length, reduction) }
        }
    )*};
}

losses! {
    binary_cross_entropy() => OfProbabilities;
    binary_cross_entropy_with_logits() => OfLogits;
    mse_loss() => MeanSquaredError;
    sigmoid_focal_loss(alpha, gamma) => SigmoidFocal::new(alpha, gamma);
    asymmetric_loss(gamma_neg, gamma_pos, clip) => Asymmetric::new(gamma_neg, gamma_pos, clip);
}
