use super::{input, output};
use crate::kernels::linear::gemm::{self, Dims};
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes of workspace that [`gemm()`] wants.
#[wasm_bindgen]
pub fn gemm_workspace_bytes() -> usize {
    size_of::<[f32; gemm::WORKSPACE]>()
}

/// `bias` may be null.
///
/// # Safety
/// The contract of [`super`]: `a` is m x k, `b` k x n, `out` m x n, `bias` n, `workspace` as long as asked.
#[wasm_bindgen]
pub unsafe fn gemm(
    a: *const f32,
    b: *const f32,
    bias: *const f32,
    out: *mut f32,
    workspace: *mut f32,
    m: usize,
    n: usize,
    k: usize,
    a_transposed: bool,
    b_transposed: bool,
) {
    let dims = Dims { m, n, k, a_transposed, b_transposed };
    // SAFETY: the function's contract.
    unsafe {
        let bias = if bias.is_null() { None } else { Some(input(bias, n)) };
        let workspace = output(workspace, gemm::WORKSPACE);
        gemm::gemm(input(a, [m, k]), input(b, [k, n]), bias, output(out, [m, n]), workspace, dims);
    }
}
