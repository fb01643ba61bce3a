//! The product of matrices on all threads. Each element of the result is a sum in the order of the depth, however the
//! result is divided: so the bits are those of one thread.

use super::gemm_blocks::{
    block_depth, multiply_block, multiply_into, pack_rows, From, Operand, BLOCK_COLUMNS, BLOCK_DEPTH,
    BLOCK_ROWS, WORKSPACE,
};
use super::gemm_tile::{Region, Start, COLUMNS};
use crate::parallel::{self, chunks, columns, items_per_job, Block};

/// Multiply-adds in the time of one element of a simple map.
const PER_ELEMENT: usize = 8;
/// Jobs that a product is divided into, if it is large enough: a multiple of the usual numbers of threads.
const JOBS: usize = 16;
/// The fewest rows and columns of a job: with less, packing would take long.
const MIN_ROWS: usize = 16;
const MIN_COLUMNS: usize = 64;

const PACKED_A: usize = BLOCK_DEPTH * BLOCK_ROWS;
const PACKED_B: usize = BLOCK_DEPTH * BLOCK_COLUMNS;

/// `out [m, n] = A [m, k] B [k, n] + start`. `workspace` has [`WORKSPACE`] floats for each thread.
pub fn multiply<const FUSED: bool>(
    a: &impl Operand,
    b: &impl Operand,
    start: Start,
    out: &mut [f32],
    workspace: &mut [f32],
    [m, n, k]: [usize; 3],
) {
    let rows = share(m, n.saturating_mul(k), MIN_ROWS);
    let width = share(n, m.saturating_mul(k), MIN_COLUMNS);
    let fits = m.saturating_mul(k) <= PACKED_A;
    if fits && width < n && (n > m || rows >= m) {
        by_columns::<FUSED>(a, b, start, out, workspace, [m, n, k], width);
    } else if rows < m {
        by_rows::<FUSED>(a, b, start, out, workspace, [m, n, k], rows);
    } else {
        multiply_into::<FUSED>(a, b, start, &mut Block::whole(out, n), workspace, [m, n, k]);
    }
}

/// How many of `lines`, each of so many multiply-adds, one job takes: whole tiles.
fn share(lines: usize, multiply_adds: usize, least: usize) -> usize {
    let enough = items_per_job(lines, multiply_adds / PER_ELEMENT);
    enough.max(least).max(lines.div_ceil(JOBS)).next_multiple_of(COLUMNS)
}

/// Each job packs all of A and some columns of B: for an A of few rows.
fn by_columns<const FUSED: bool>(
    a: &impl Operand,
    b: &impl Operand,
    start: Start,
    out: &mut [f32],
    workspace: &mut [f32],
    [m, n, k]: [usize; 3],
    width: usize,
) {
    parallel::for_each_with(columns(out, n, width), workspace, WORKSPACE, |job, mut out, workspace| {
        let first = job * width;
        let start = match start {
            Start::ColumnBias(bias) => Start::ColumnBias(&bias[first..]),
            other => other,
        };
        let b = From { operand: b, first };
        multiply_into::<FUSED>(a, &b, start, &mut out, workspace, [m, width.min(n - first), k]);
    });
}

/// All threads pack blocks of B, as many as the workspace of one thread has room for, then each job multiplies some rows
/// of A by them.
fn by_rows<const FUSED: bool>(
    a: &impl Operand,
    b: &impl Operand,
    start: Start,
    out: &mut [f32],
    workspace: &mut [f32],
    [m, n, k]: [usize; 3],
    rows: usize,
) {
    let (packed_b, packed_a) = workspace.split_at_mut(PACKED_B);
    let block_depth = block_depth(k);
    let block_rows = BLOCK_ROWS * (BLOCK_DEPTH / block_depth);
    for left in (0..n).step_by(BLOCK_COLUMNS) {
        let width = BLOCK_COLUMNS.min(n - left);
        let panels = width.div_ceil(COLUMNS);
        let depth = block_depth * (PACKED_B / (panels * COLUMNS * block_depth)).max(1);
        for top in (0..k).step_by(depth) {
            let blocks = (top..k.min(top + depth)).step_by(block_depth);
            for (block, packed) in blocks.clone().zip(packed_b.chunks_mut(panels * COLUMNS * block_depth)) {
                let depths = block_depth.min(k - block);
                let size = items_per_job(panels, 2 * COLUMNS * depths);
                let packed = &mut packed[..panels * COLUMNS * depths];
                parallel::for_each(chunks(packed, size * COLUMNS * depths), |job, packed| {
                    let first = job * size * COLUMNS;
                    let lines = (size * COLUMNS).min(width - first);
                    b.pack::<COLUMNS>(packed, left + first, lines, block, depths);
                });
            }
            let packed_b = &*packed_b;
            parallel::for_each_with(chunks(out, rows * n), packed_a, PACKED_A, |job, out, packed_a| {
                let first = job * rows;
                let out = &mut Block::whole(out, n);
                let packed_b = packed_b.chunks(panels * COLUMNS * block_depth);
                for (block, packed_b) in blocks.clone().zip(packed_b) {
                    let depths = block_depth.min(k - block);
                    let start = match start {
                        _ if block > 0 => Start::Accumulate,
                        Start::RowBias(bias) => Start::RowBias(&bias[first..]),
                        other => other,
                    };
                    let end = rows.min(m - first);
                    for top in (0..end).step_by(block_rows) {
                        let height = block_rows.min(end - top);
                        pack_rows::<FUSED>(a, packed_a, first + top, height, block, depths);
                        let region = Region { top, height, left, width };
                        multiply_block::<FUSED>(packed_a, packed_b, depths, start, out, region);
                    }
                }
            });
        }
    }
}
