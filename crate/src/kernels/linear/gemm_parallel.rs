//! The product of matrices on all threads. Each element of the result is a sum in the order of the depth, however the
//! result is divided: so the bits are those of one thread.
//!
//! What a thread packs, it packs for itself where it can: reading what another core has just written takes longer than
//! packing it again.

use super::gemm_blocks::{
    block_depth, multiply_block, multiply_into, pack_rows, Operand, BLOCK_COLUMNS, BLOCK_DEPTH, BLOCK_ROWS,
    WORKSPACE,
};
use super::gemm_sparse;
use super::gemm_tile::{rows_in_tall, Region, Start, COLUMNS, SHORT, TALL};
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
/// A few columns of B.
const STRIP: usize = BLOCK_DEPTH * MIN_COLUMNS;
/// All of a small A beside them.
const WHOLE_A: usize = WORKSPACE - STRIP;

/// The workspace of one thread: a mark of what it has packed, and room for it.
const ROOM: usize = MARK + WORKSPACE;
const MARK: usize = 16;

/// Floats of workspace for each thread.
pub const WORKSPACE_OF_THREAD: usize = ROOM;
const _: () = assert!(ROOM >= gemm_sparse::ROOM);

/// `out [m, n] = A [m, k] B [k, n] + start`. `workspace` has [`WORKSPACE_OF_THREAD`] floats for each thread.
pub fn multiply<const FUSED: bool>(
    a: &impl Operand,
    b: &impl Operand,
    start: Start,
    out: &mut [f32],
    workspace: &mut [f32],
    [m, n, k]: [usize; 3],
) {
    let product = Product { a, b, start, dims: [m, n, k] };
    let rows = share(m, n.saturating_mul(k), MIN_ROWS);
    let width = share(n, m.saturating_mul(k), MIN_COLUMNS);
    if m == 0 || n == 0 || k == 0 {
        multiply_into::<FUSED>(a, b, start, &mut Block::whole(out, n), workspace, [m, n, k]);
    } else if m <= BLOCK_ROWS && packed_rows::<FUSED>(m).saturating_mul(k) <= WHOLE_A && width < n {
        product.by_columns::<FUSED>(out, workspace, width);
    } else if rows >= m {
        multiply_into::<FUSED>(a, b, start, &mut Block::whole(out, n), workspace, [m, n, k]);
    } else if n.next_multiple_of(COLUMNS).saturating_mul(k) <= PACKED_B {
        product.by_rows::<FUSED>(out, workspace, rows);
    } else {
        product.by_rows_of_blocks::<FUSED>(out, workspace, rows);
    }
}

/// How many of `lines`, each of so many multiply-adds, one job takes: whole tiles.
fn share(lines: usize, multiply_adds: usize, least: usize) -> usize {
    let enough = items_per_job(lines, multiply_adds / PER_ELEMENT);
    enough.max(least).max(lines.div_ceil(JOBS)).next_multiple_of(COLUMNS)
}

/// Rows of A with the padding of their panels.
fn packed_rows<const FUSED: bool>(rows: usize) -> usize {
    let tall = rows_in_tall::<FUSED>(rows);
    tall.next_multiple_of(TALL) + (rows - tall).next_multiple_of(SHORT)
}

/// Forgets what was packed.
fn clear_marks(workspace: &mut [f32]) {
    workspace.chunks_exact_mut(ROOM).for_each(|room| room[0] = 0.0);
}

/// Whether nothing is packed yet, from now on no more; and the room for it.
fn begin(room: &mut [f32]) -> (bool, &mut [f32]) {
    let (mark, room) = room.split_at_mut(MARK);
    (std::mem::replace(&mut mark[0], 1.0) == 0.0, room)
}

struct Product<'a, A: Operand, B: Operand> {
    a: &'a A,
    b: &'a B,
    start: Start<'a>,
    dims: [usize; 3],
}

impl<A: Operand, B: Operand> Product<'_, A, B> {
    /// The initial value of the sums in a block of the depth, for rows from `top` on and columns from `left` on.
    fn start(&self, depth: usize, top: usize, left: usize) -> Start<'_> {
        match self.start {
            _ if depth > 0 => Start::Accumulate,
            Start::RowBias(bias) => Start::RowBias(&bias[top..]),
            Start::ColumnBias(bias) => Start::ColumnBias(&bias[left..]),
            other => other,
        }
    }

    /// The blocks of the depth: where each begins, and how deep it is.
    fn blocks(&self) -> impl Iterator<Item = (usize, usize)> {
        let [_, _, k] = self.dims;
        let block_depth = block_depth(k);
        (0..k).step_by(block_depth).map(move |depth| (depth, block_depth.min(k - depth)))
    }

    /// For an A of few rows: each thread packs all of it, each job multiplies it by some columns of B.
    fn by_columns<const FUSED: bool>(&self, out: &mut [f32], workspace: &mut [f32], width: usize) {
        let [m, n, k] = self.dims;
        let size = packed_rows::<FUSED>(m) * block_depth(k);
        clear_marks(workspace);
        parallel::for_each_with(columns(out, n, width), workspace, ROOM, |job, mut out, room| {
            let (is_first, room) = begin(room);
            let (packed_b, packed_a) = room.split_at_mut(STRIP);
            if is_first {
                for ((depth, depths), packed) in self.blocks().zip(packed_a.chunks_mut(size)) {
                    pack_rows::<FUSED>(self.a, packed, 0, m, depth, depths);
                }
            }
            let first = job * width;
            let end = n.min(first + width);
            for left in (first..end).step_by(MIN_COLUMNS) {
                let columns = MIN_COLUMNS.min(end - left);
                let region = Region { top: 0, height: m, left: left - first, width: columns };
                for ((depth, depths), packed_a) in self.blocks().zip(packed_a.chunks(size)) {
                    let packed_b = self.b.panels(packed_b, left, columns, depth, depths);
                    let start = self.start(depth, 0, first);
                    multiply_block::<FUSED>(packed_a, packed_b, depths, start, &mut out, region);
                }
            }
        });
    }

    /// For a small B: each thread packs all of it, each job multiplies some rows of A by it.
    fn by_rows<const FUSED: bool>(&self, out: &mut [f32], workspace: &mut [f32], rows: usize) {
        let [_, n, k] = self.dims;
        let size = n.next_multiple_of(COLUMNS) * block_depth(k);
        clear_marks(workspace);
        parallel::for_each_with(chunks(out, rows * n), workspace, ROOM, |job, out, room| {
            let (is_first, room) = begin(room);
            let (packed_b, packed_a) = room.split_at_mut(PACKED_B);
            if is_first {
                for ((depth, depths), packed) in self.blocks().zip(packed_b.chunks_mut(size)) {
                    self.b.pack::<COLUMNS>(packed, 0, n, depth, depths);
                }
            }
            for (block, packed_b) in self.blocks().zip(packed_b.chunks(size)) {
                self.multiply_rows::<FUSED>(packed_b, block, job * rows, [0, n], out, packed_a);
            }
        });
    }

    /// For large operands: all threads pack a block of B, then each job multiplies some rows of A by it.
    fn by_rows_of_blocks<const FUSED: bool>(&self, out: &mut [f32], workspace: &mut [f32], rows: usize) {
        let [_, n, _] = self.dims;
        let (packed_b, packed_a) = workspace.split_at_mut(PACKED_B);
        for left in (0..n).step_by(BLOCK_COLUMNS) {
            let width = BLOCK_COLUMNS.min(n - left);
            for (depth, depths) in self.blocks() {
                let panels = width.div_ceil(COLUMNS);
                let packed_b = &mut packed_b[..panels * COLUMNS * depths];
                let size = items_per_job(panels, 2 * COLUMNS * depths);
                parallel::for_each(chunks(packed_b, size * COLUMNS * depths), |job, packed| {
                    let first = job * size * COLUMNS;
                    let lines = (size * COLUMNS).min(width - first);
                    self.b.pack::<COLUMNS>(packed, left + first, lines, depth, depths);
                });
                let packed_b = &*packed_b;
                parallel::for_each_with(chunks(out, rows * n), packed_a, PACKED_A, |job, out, packed_a| {
                    let columns = [left, width];
                    self.multiply_rows::<FUSED>(
                        packed_b,
                        (depth, depths),
                        job * rows,
                        columns,
                        out,
                        packed_a,
                    );
                });
            }
        }
    }

    /// Multiplies rows of A from `first` on, those of `out`, by a packed block of B, for so many columns.
    fn multiply_rows<const FUSED: bool>(
        &self,
        packed_b: &[f32],
        (depth, depths): (usize, usize),
        first: usize,
        [left, width]: [usize; 2],
        out: &mut [f32],
        packed_a: &mut [f32],
    ) {
        let [_, n, k] = self.dims;
        let rows = out.len() / n;
        let block_rows = BLOCK_ROWS * (BLOCK_DEPTH / block_depth(k));
        for top in (0..rows).step_by(block_rows) {
            let height = block_rows.min(rows - top);
            pack_rows::<FUSED>(self.a, packed_a, first + top, height, depth, depths);
            let region = Region { top, height, left, width };
            let start = self.start(depth, first, 0);
            multiply_block::<FUSED>(packed_a, packed_b, depths, start, &mut Block::whole(out, n), region);
        }
    }
}
