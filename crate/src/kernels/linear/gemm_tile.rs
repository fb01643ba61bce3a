//! The register tile of [`gemm`](super::gemm): a panel of A times a panel of B, all sums in registers.
//!
//! 4x8 is the largest tile that fits V8's 15 vector registers: 8 accumulators, 2 vectors of B, 1 of A and the
//! products. With fused multiply-adds it is 6x8, and tiles of 4 rows take the rows that are left over,
//! so little work is spent on padding rows. Each sum is in the order of the depth, whatever
//! the tile.

use crate::parallel::Block;
use crate::simd::{F32x4, HAS_FUSED, LANES};
use crate::size::product;

/// Columns of the tile.
pub const COLUMNS: usize = 8;
/// Rows of the fused tile, and of the other one.
pub const TALL: usize = 6;
pub const SHORT: usize = 4;

/// The number of multiply-adds from which on a call fuses them. Smaller work has the same bits in every build, and would
/// gain little.
const MIN_FUSED: u64 = 1 << 24;

/// Whether a call whose number of multiply-adds is the product of these sizes fuses them. Ask once for the whole
/// product, so that results do not depend on how it is split.
#[inline(always)]
pub fn is_fused<const N: usize>(sizes: [usize; N]) -> bool {
    HAS_FUSED && product(sizes) >= MIN_FUSED
}

/// The number of `rows` in tall tiles, with the rest in short ones, for the least padding.
#[inline(always)]
pub fn rows_in_tall<const FUSED: bool>(rows: usize) -> usize {
    if !FUSED {
        return 0;
    }
    let rest = rows % TALL;
    let whole = rows - rest;
    if rest == 0 || rest > SHORT {
        rows
    } else if rest + TALL <= 2 * SHORT {
        // Two short tiles instead of the last tall one and the rest.
        whole.saturating_sub(TALL)
    } else {
        whole
    }
}

/// The initial value of the sums.
#[derive(Clone, Copy)]
pub enum Start<'a> {
    Zero,
    /// One value for each column of the result.
    ColumnBias(&'a [f32]),
    /// One value for each row of the result.
    RowBias(&'a [f32]),
    /// The values in the output.
    Accumulate,
}

impl Start<'_> {
    /// Writes one row of a tile from registers, as many columns as `out` has.
    #[inline(always)]
    pub fn store_row(self, sums: [F32x4; 2], row: usize, left: usize, out: &mut [f32]) {
        if let ([low, high], []) = out.as_chunks_mut::<LANES>() {
            let added = match self {
                Start::Zero => return store_pair(sums, low, high),
                Start::RowBias(bias) => [F32x4::splat(bias[row]); 2],
                Start::ColumnBias(bias) => {
                    let (bias, _) = bias[left..left + 2 * LANES].as_chunks::<LANES>();
                    [F32x4::load(&bias[0]), F32x4::load(&bias[1])]
                }
                Start::Accumulate => [F32x4::load(low), F32x4::load(high)],
            };
            return store_pair([sums[0] + added[0], sums[1] + added[1]], low, high);
        }
        let sums = sums.map(F32x4::to_array);
        let sums = sums.as_flattened();
        self.write(row, left, out, |i| sums[i]);
    }

    /// Writes one row of a tile, whose first column is `left`.
    #[inline(always)]
    pub fn write(self, row: usize, left: usize, out: &mut [f32], sum: impl Fn(usize) -> f32) {
        for (i, out) in out.iter_mut().enumerate() {
            *out = sum(i)
                + match self {
                    Start::Zero => 0.0,
                    Start::ColumnBias(bias) => bias[left + i],
                    Start::RowBias(bias) => bias[row],
                    Start::Accumulate => *out,
                };
        }
    }
}

#[inline(always)]
fn store_pair(sums: [F32x4; 2], low: &mut [f32; LANES], high: &mut [f32; LANES]) {
    sums[0].store(low);
    sums[1].store(high);
}

/// A region of the result; tiles are stacked in it.
#[derive(Clone, Copy)]
pub struct Region {
    pub top: usize,
    pub height: usize,
    pub left: usize,
    pub width: usize,
}

/// `out (+)= A B` for panels of `ROWS` rows of A, packed as `[panel][depth][row]`, and one of B.
// Not inlined, so that V8 keeps the sums in registers.
#[inline(never)]
pub fn multiply_panels<const ROWS: usize, const FUSED: bool>(
    a_panels: &[f32],
    b_panel: &[[f32; COLUMNS]],
    start: Start,
    out: &mut Block<f32>,
    Region { top, height, left, width }: Region,
) {
    for (i, a_panel) in a_panels.chunks_exact(ROWS * b_panel.len()).enumerate() {
        let above = i * ROWS;
        let region = Region { top: top + above, height: ROWS.min(height - above), left, width };
        if region.height == ROWS && width == COLUMNS {
            let tile = multiply_panel::<ROWS, FUSED>(a_panel, b_panel.iter().map(|line| line.as_slice()));
            for (r, sums) in tile.into_iter().enumerate() {
                let row = region.top + r;
                start.store_row(sums, row, left, out.row_part(row, left, COLUMNS));
            }
        } else {
            multiply_partly::<ROWS, FUSED>(a_panel, b_panel, start, out, region);
        }
    }
}

/// A partial tile.
// A function of its own, because sums for a variable number of rows are in memory.
#[inline(never)]
fn multiply_partly<const ROWS: usize, const FUSED: bool>(
    a_panel: &[f32],
    b_panel: &[[f32; COLUMNS]],
    start: Start,
    out: &mut Block<f32>,
    Region { top, height, left, width }: Region,
) {
    let tile = multiply_panel::<ROWS, FUSED>(a_panel, b_panel.iter().map(|line| line.as_slice()));
    for (r, sums) in tile.into_iter().enumerate().take(height) {
        start.store_row(sums, top + r, left, out.row_part(top + r, left, width));
    }
}

/// The micro-kernel: `b_lines` has [`COLUMNS`] floats for each step of the depth.
#[inline(always)]
pub fn multiply_panel<'a, const ROWS: usize, const FUSED: bool>(
    a_panel: &[f32],
    mut b_lines: impl Iterator<Item = &'a [f32]>,
) -> [[F32x4; 2]; ROWS] {
    let mut tile = [[F32x4::splat(0.0); 2]; ROWS];
    // Two iterators compile to two pointers, a zipped one to an index and address arithmetic.
    // Unrolling it would take too many registers.
    for a in a_panel.as_chunks::<ROWS>().0 {
        let Some(b) = b_lines.next() else { break };
        let (b, _) = b.as_chunks::<LANES>();
        let (left, right) = (F32x4::load(&b[0]), F32x4::load(&b[1]));
        for (sums, &a) in tile.iter_mut().zip(a) {
            let a = F32x4::splat(a);
            sums[0] = a.fused_mul_add::<FUSED>(left, sums[0]);
            sums[1] = a.fused_mul_add::<FUSED>(right, sums[1]);
        }
    }
    tile
}
