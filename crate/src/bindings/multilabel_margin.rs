use super::fused_loss::reduction_of;
use super::{input, output, output_or_none};
use crate::kernels::loss::fused_loss::Reduction;
use crate::kernels::loss::multilabel_margin::{self, Dims};
use wasm_bindgen::prelude::wasm_bindgen;

/// `reduction`: 0 none, 1 mean, 2 sum. `gradient` may be null.
///
/// # Safety
/// The contract of [`super`]; logits, targets and gradient have `rows * classes` elements, `out`
/// has `rows` for reduction none and 1 otherwise, `workspace` `3 * classes`. Targets are less than `classes`.
#[wasm_bindgen]
pub unsafe fn multilabel_margin(
    logits: *const f32,
    targets: *const i32,
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
        let out = output(out, if reduction == Reduction::None { rows } else { 1 });
        multilabel_margin::forward(
            input(logits, shape),
            input(targets, shape),
            output_or_none(gradient, shape),
            out,
            output(workspace, [3, classes]),
            dims,
        );
    }
}
