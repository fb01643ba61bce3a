use crate::kernels::linear::gemm::{self, Dims};
use crate::kernels::linear::gemm_batch;
use crate::kernels::linear::integer::{self, Right};
use crate::kernels::linear::svd;
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes of workspace for [`gemm()`], for each thread.
#[wasm_bindgen]
pub fn gemm_workspace_bytes() -> usize {
    size_of::<[f32; gemm::WORKSPACE_OF_THREAD]>()
}

bindings! {
    fn gemm(
        a: &[f32; [m, k]],
        b: &[f32; [k, n]],
        bias: Option<&[f32; n]>,
        out: &mut [f32; [m, n]],
        workspace: &mut [f32; [threads, gemm::WORKSPACE_OF_THREAD]],
        threads: usize,
        m: usize,
        n: usize,
        k: usize,
        a_transposed: bool,
        b_transposed: bool,
    ) {
        gemm::gemm(a, b, bias, out, workspace, Dims { m, n, k, a_transposed, b_transposed })
    }

    /// `count` products; `a_count` and `b_count` divide it.
    fn gemm_batch(
        a: &[f32; [a_count, m, k]],
        b: &[f32; [b_count, k, n]],
        out: &mut [f32; [count, m, n]],
        workspace: &mut [f32; [threads, gemm::WORKSPACE_OF_THREAD]],
        threads: usize,
        count: usize,
        a_count: usize,
        b_count: usize,
        m: usize,
        n: usize,
        k: usize,
        a_transposed: bool,
        b_transposed: bool,
    ) {
        gemm_batch::gemm_batch(a, b, out, workspace, Dims { m, n, k, a_transposed, b_transposed })
    }

    /// `b` is [k, n], or stored [n, k].
    fn integer_matmul(
        a: &[i32; [m, k]],
        b: &[i32; [k, n]],
        out: &mut [i32; [m, n]],
        m: usize,
        n: usize,
        k: usize,
        b_transposed: bool,
    ) -> bool {
        let (row_stride, column_stride) = if b_transposed { (1, k) } else { (n, 1) };
        integer::matmul(a, b, out, k, Right { columns: n, row_stride, column_stride })
    }

    /// For each of `count` matrices `[m, n]` with k the lesser of both; `scratch` has room for one matrix and one of `[k, k]`.
    fn svd(
        x: &[f32; [count, m, n]],
        u: &mut [f32; [count, m, if m < n { m } else { n }]],
        s: &mut [f32; [count, if m < n { m } else { n }]],
        v: &mut [f32; [count, n, if m < n { m } else { n }]],
        scratch: &mut [f64; [if m < n { m } else { n }, if m < n { n } else { m }.saturating_add(if m < n { m } else { n })]],
        count: usize,
        m: usize,
        n: usize,
    ) -> bool {
        svd::svd(x, u, s, v, scratch, count, m, n)
    }
}
