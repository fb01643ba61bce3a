//! Single precision matrix product, with the transposed forms that backward passes need and a
//! fused bias.
//!
//! Five loops around a register tile, after Goto & van de Geijn, "Anatomy of high-performance matrix
//! multiplication" (2008). Both operands are packed into panels, so transposition costs nothing in the
//! inner loop.

pub use super::gemm_blocks::{multiply, pack_all, pack_line, pack_lines, Matrix, Operand, WORKSPACE};
pub use super::gemm_parallel::WORKSPACE_OF_THREAD;
pub use super::gemm_tile::{is_fused, Start};
use super::{gemm_parallel, gemm_sparse, gemv};

/// `out [m, n] = A [m, k] B [k, n]`. A is stored `[k, m]` if `a_transposed`, B `[n, k]` if `b_transposed`.
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub m: usize,
    pub n: usize,
    pub k: usize,
    pub a_transposed: bool,
    pub b_transposed: bool,
}

/// `out = A B + bias`; the optional bias, `n` long, is added to every row.
/// `workspace` has [`WORKSPACE_OF_THREAD`] floats with arbitrary contents for each thread that may run.
pub fn gemm(a: &[f32], b: &[f32], bias: Option<&[f32]>, out: &mut [f32], workspace: &mut [f32], dims: Dims) {
    let part = Part { fused: is_fused([dims.m, dims.n, dims.k]), panels: &[] };
    gemm_of_part(a, b, bias, out, workspace, dims, part);
}

/// What the products of one call share.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    pub fused: bool,
    /// B as [`pack_b`] packs it, or empty.
    pub panels: &'a [f32],
}

/// Packs B for several products; `panels` has `k` floats for each column, and for up to 7 further ones.
pub fn pack_b(b: &[f32], panels: &mut [f32], dims: Dims) {
    pack_all(&right(b, dims), panels, dims.n, dims.k);
}

fn right(b: &[f32], Dims { n, k, b_transposed, .. }: Dims) -> Matrix<'_> {
    if b_transposed {
        Matrix::rows(b, k)
    } else {
        Matrix::columns(b, n)
    }
}

/// The same for a part of a call.
pub fn gemm_of_part(
    a: &[f32],
    b: &[f32],
    bias: Option<&[f32]>,
    out: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
    part: Part,
) {
    let Dims { m, n, a_transposed, b_transposed, .. } = dims;
    // A vector is its own transpose.
    if n == 1 {
        let product = if a_transposed && m != 1 { gemv::by_columns } else { gemv::by_rows };
        return product(a, b, &|_| bias.map_or(0.0, |bias| bias[0]), out);
    }
    if m == 1 {
        let product = if b_transposed { gemv::by_rows } else { gemv::by_columns };
        return product(b, a, &|j| bias.map_or(0.0, |bias| bias[j]), out);
    }
    // Not by a pointer: the build could not tell who calls them (scripts/families.mjs).
    if part.fused {
        gemm_fused::<true>(a, b, bias, out, workspace, dims, part.panels);
    } else {
        gemm_fused::<false>(a, b, bias, out, workspace, dims, part.panels);
    }
}

fn gemm_fused<const FUSED: bool>(
    a: &[f32],
    b: &[f32],
    bias: Option<&[f32]>,
    out: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
    panels: &[f32],
) {
    let Dims { m, n, k, .. } = dims;
    if dims.a_transposed && !dims.b_transposed && bias.is_none() && gemm_sparse::fit(a, [m, n, k]) {
        return gemm_sparse::multiply::<FUSED>(a, b, out, workspace, [m, n, k]);
    }
    let start = bias.map_or(Start::Zero, Start::ColumnBias);
    let a = if dims.a_transposed { Matrix::columns(a, m) } else { Matrix::rows(a, k) };
    let b = right(b, dims).with_panels(panels, n);
    gemm_parallel::multiply::<FUSED>(&a, &b, start, out, workspace, [m, n, k]);
}
