use super::fused_loss::reduction_of;
use super::{input, input_or_empty, output, output_or_none};
use crate::kernels::loss::cross_entropy::{self, Dims, Targets};
use crate::kernels::loss::fused_loss::Reduction;
use wasm_bindgen::prelude::wasm_bindgen;

/// `reduction`: 0 none, 1 mean, 2 sum. Targets are int32 indices, or float32 probabilities; `weight` and `gradient` may be null.
///
/// # Safety
/// The contract of [`super`]; logits, gradient and probabilities have `rows * classes` elements,
/// indices `rows`, `weight` `classes`, `workspace` twice that, `out` `rows` for reduction none and 1
/// otherwise. Indices are `ignored`, or at least 0 and less than `classes`.
#[wasm_bindgen]
pub unsafe fn cross_entropy(
    logits: *const f32,
    targets: *const i32,
    targets_are_indices: bool,
    ignored: i32,
    weight: *const f32,
    smoothing: f64,
    gradient: *mut f32,
    out: *mut f32,
    workspace: *mut f32,
    rows: usize,
    classes: usize,
    reduction: u32,
) {
    let (shape, reduction) = ([rows, classes], reduction_of(reduction));
    let dims = Dims { rows, classes, reduction };
    // SAFETY: the function's contract.
    unsafe {
        let targets = if targets_are_indices {
            Targets::Indices { indices: input(targets, rows), ignored }
        } else {
            Targets::Probabilities(input(targets.cast(), shape))
        };
        cross_entropy::forward(
            input(logits, shape),
            targets,
            input_or_empty(weight, classes),
            smoothing,
            output_or_none(gradient, shape),
            output(out, if reduction == Reduction::None { rows } else { 1 }),
            output(workspace, [2, classes]),
            dims,
        );
    }
}
