//! The register tile of [`gemm`](super::gemm): a panel of A times a panel of B, all sums in registers.
//!
//! 4x8 is the largest that V8's 15 vector registers hold: 8 accumulators, 2 vectors of B, 1 of A and the
//! products; if these are fused with their sums, 6x8. Then a tile of 4 rows takes what is left
//! of them, so that few are multiplied that are not there. Each sum goes over the depth in its order, whatever
//! the tile.

use crate::simd::{F32x4, HAS_FUSED, LANES};
use crate::size::product;

/// Columns of the tile.
pub const COLUMNS: usize = 8;
/// Its rows if fused, and those of the other.
pub const TALL: usize = 6;
pub const SHORT: usize = 4;

/// Multiply-adds from which on a whole call fuses them. Smaller work has the same bits in every build, and would
/// gain little.
const MIN_FUSED: u64 = 1 << 24;

/// Whether a call whose multiply-adds are the product of these sizes fuses them. To be asked for all of what is
/// computed, that the bits do not depend on how it is shared out.
#[inline(always)]
pub fn is_fused<const N: usize>(sizes: [usize; N]) -> bool {
    HAS_FUSED && product(sizes) >= MIN_FUSED
}

/// How many of `rows` go into tall tiles, the others into short ones, with the fewest missing.
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
        // Two short ones for the last tall one and the rest.
        whole.saturating_sub(TALL)
    } else {
        whole
    }
}

/// What the sums are added to.
#[derive(Clone, Copy)]
pub enum Start<'a> {
    Zero,
    /// One value for each column of the result.
    ColumnBias(&'a [f32]),
    /// One value for each row of the result.
    RowBias(&'a [f32]),
    /// What is there.
    Accumulate,
}

impl Start<'_> {
    /// Writes one row of a tile from its registers: as many columns as `out` has.
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

/// Where tiles lie in the result, whose rows are `n` long: one below the other.
#[derive(Clone, Copy)]
pub struct Place {
    pub top: usize,
    pub height: usize,
    pub left: usize,
    pub width: usize,
    pub n: usize,
}

/// `out (+)= A B` for panels of `ROWS` rows of A, packed as `[panel][depth][row]`, and one of B.
// Not inlined: on its own, V8 holds what its loops need in registers.
#[inline(never)]
pub fn multiply_panels<const ROWS: usize, const FUSED: bool>(
    a_panels: &[f32],
    b_panel: &[[f32; COLUMNS]],
    start: Start,
    out: &mut [f32],
    Place { top, height, left, width, n }: Place,
) {
    for (i, a_panel) in a_panels.chunks_exact(ROWS * b_panel.len()).enumerate() {
        let above = i * ROWS;
        let place = Place { top: top + above, height: ROWS.min(height - above), left, width, n };
        if place.height == ROWS && width == COLUMNS {
            let tile = multiply_panel::<ROWS, FUSED>(a_panel, b_panel.iter().map(|line| line.as_slice()));
            let out = &mut out[place.top * n + left..];
            for (r, sums) in tile.into_iter().enumerate() {
                start.store_row(sums, place.top + r, left, &mut out[r * n..][..COLUMNS]);
            }
        } else {
            multiply_partly::<ROWS, FUSED>(a_panel, b_panel, start, out, place);
        }
    }
}

/// A tile that is not whole.
// Apart: the sums of rows whose number is not known lie in memory.
#[inline(never)]
fn multiply_partly<const ROWS: usize, const FUSED: bool>(
    a_panel: &[f32],
    b_panel: &[[f32; COLUMNS]],
    start: Start,
    out: &mut [f32],
    Place { top, height, left, width, n }: Place,
) {
    let tile = multiply_panel::<ROWS, FUSED>(a_panel, b_panel.iter().map(|line| line.as_slice()));
    for (r, sums) in tile.into_iter().enumerate().take(height) {
        start.store_row(sums, top + r, left, &mut out[(top + r) * n + left..][..width]);
    }
}

/// The micro-kernel: `b_lines` are of [`COLUMNS`] floats, one for each step of the depth.
#[inline(always)]
pub fn multiply_panel<'a, const ROWS: usize, const FUSED: bool>(
    a_panel: &[f32],
    mut b_lines: impl Iterator<Item = &'a [f32]>,
) -> [[F32x4; 2]; ROWS] {
    let mut tile = [[F32x4::splat(0.0); 2]; ROWS];
    // Two iterators are two pointers, where a zipped one is an index and addresses made of it.
    // Unrolled, it would take more registers than there are.
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
