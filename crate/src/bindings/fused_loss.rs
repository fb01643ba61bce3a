use super::{input, output};
use crate::kernels::loss::fused_loss::{self, Reduction};
use wasm_bindgen::prelude::wasm_bindgen;

/// The codes of `ts/ops/loss/reduction.ts`.
pub(super) fn reduction_of(code: u32) -> Reduction {
    match code {
        0 => Reduction::None,
        1 => Reduction::Mean,
        _ => Reduction::Sum,
    }
}

/// # Safety
/// The contract of [`super`]; `gradient` has `rows * columns` elements, `upstream` `rows`.
#[wasm_bindgen]
pub unsafe fn fused_loss_backward(gradient: *mut f32, upstream: *const f32, rows: usize, columns: usize) {
    // SAFETY: the function's contract.
    unsafe { fused_loss::backward(output(gradient, [rows, columns]), input(upstream, rows), columns) }
}
