//! `Aᵀ B` for an A with many zeros, such as the gradient that comes through a rectifier: this product is the gradient of a
//! layer's weight. Zeros are skipped, so if half of A is zero, it takes half of the time.
//!
//! Each row of the result skips its own zeros, so rows are processed one at a time, 32 columns each: with more sums, V8
//! keeps some in memory. A zero times infinity is NaN, so for columns of B that are not finite nothing is skipped.

use crate::parallel::{self, columns, items_per_job};
use crate::simd::{load_partial, store_partial, F32x4, LANES};
use std::ops::Range;

/// Number of accumulators, which stay in registers.
pub const SUMS: usize = 8;
const COLUMNS: usize = SUMS * LANES;
/// Depth of a block: this many lines of two panels of B fit the first-level cache.
const MAX_DEPTH: usize = 128;
/// Columns of B as `[depth][column]`.
type Panel = [[f32; COLUMNS]; MAX_DEPTH];
/// Minimum number of columns, so that they fill the panels.
const MIN_COLUMNS: usize = 4 * COLUMNS;
/// Maximum number of rows, so that their lists fit the second-level cache.
const MAX_ROWS: usize = 512;

/// Floats of workspace for each thread: whether it has listed, how many values of each row, the lists, and two panels.
pub const ROOM: usize = COUNTS + LISTS + PANELS;
const MARK: usize = 16;
const COUNTS: usize = MARK + MAX_ROWS;
const LISTS: usize = 2 * MAX_DEPTH * MAX_ROWS;
const PANELS: usize = 2 * MAX_DEPTH * COLUMNS;

/// Multiply-adds, half of which are skipped, in the time of one element of a simple map.
const MULTIPLY_ADDS_PER_ELEMENT: usize = 12;

/// The number of zeros in ten elements of A from which on this is faster than GEMM's tiles.
const MIN_ZEROS: usize = 4;

/// Whether [`multiply`] supports these sizes, and is faster than GEMM's tiles.
pub fn fit(a: &[f32], [m, n, k]: [usize; 3]) -> bool {
    let zeros = || a.iter().filter(|value| **value == 0.0).count();
    m <= MAX_ROWS && k <= MAX_DEPTH && n >= MIN_COLUMNS && 10 * zeros() >= MIN_ZEROS * a.len()
}

/// `out [m, n] = Aᵀ B` with A [k, m] and B [k, n]; the same bits as GEMM, except for the sign of zeros. `workspace` has
/// [`ROOM`] floats for each thread.
pub fn multiply<const FUSED: bool>(
    a: &[f32],
    b: &[f32],
    out: &mut [f32],
    workspace: &mut [f32],
    [m, n, k]: [usize; 3],
) {
    let cost = m.saturating_mul(k) * 2 * COLUMNS / MULTIPLY_ADDS_PER_ELEMENT;
    let width = 2 * COLUMNS * items_per_job(n.div_ceil(2 * COLUMNS), cost);
    // Each thread lists for itself: reading what another core has written takes longer.
    workspace.chunks_exact_mut(ROOM).for_each(|room| room[0] = 0.0);
    parallel::for_each_with(columns(out, n, width), workspace, ROOM, |job, mut out, room| {
        let (counts, room) = room.split_at_mut(COUNTS);
        let (lists, panels) = room.split_at_mut(LISTS);
        let (values, depths) = lists.split_at_mut(MAX_ROWS * MAX_DEPTH);
        let (mark, counts) = counts.split_at_mut(MARK);
        let counts = &mut counts[..m];
        if std::mem::replace(&mut mark[0], 1.0) == 0.0 {
            list(a, values, depths, counts);
        }
        let (lines, _) = panels.as_chunks_mut::<COLUMNS>();
        let ([left, right, ..], _) = lines.as_chunks_mut::<MAX_DEPTH>() else { return };
        let end = n.min((job + 1) * width);
        for first in (job * width..end).step_by(2 * COLUMNS) {
            let columns = (2 * COLUMNS).min(end - first);
            let middle = COLUMNS.min(columns);
            let is_finite =
                pack(b, left, first..first + middle, n) & pack(b, right, first + middle..first + columns, n);
            for (row, count) in counts.iter().enumerate() {
                let count = count.to_bits() as usize;
                let out = out.row_part(row, first - job * width, columns).split_at_mut(middle);
                if is_finite {
                    let terms = row * k..row * k + count;
                    multiply_row::<FUSED>([left, right], &values[terms.clone()], &depths[terms], out.into());
                } else {
                    multiply_whole_row::<FUSED>([left, right], a, [row, m], out.into());
                }
            }
        }
    });
}

/// One row of the result, for the columns of two panels.
// Not inlined: V8 would unroll its inner loop, and run out of registers.
#[inline(never)]
fn multiply_row<const FUSED: bool>(
    panels: [&Panel; 2],
    values: &[f32],
    depths: &[f32],
    out: [&mut [f32]; 2],
) {
    let [left, right] = out;
    multiply_panel::<FUSED>(panels[0], values, depths, left);
    multiply_panel::<FUSED>(panels[1], values, depths, right);
}

#[inline(always)]
fn multiply_panel<const FUSED: bool>(panel: &Panel, values: &[f32], depths: &[f32], out: &mut [f32]) {
    let line = |depth: &f32| panel[depth.to_bits() as usize % MAX_DEPTH].as_slice();
    let terms = values.iter().zip(depths).map(|(value, depth)| (*value, line(depth)));
    let sums = scaled_sums::<SUMS, FUSED>(terms);
    let (vectors, rest) = out.as_chunks_mut::<LANES>();
    let whole = vectors.len();
    for (sum, out) in sums.iter().zip(vectors) {
        sum.store(out);
    }
    if !rest.is_empty() {
        store_partial(sums[whole], rest);
    }
}

/// One row of the result, zeros included: for columns of B that are not finite.
// Not inlined, as it is rare.
#[inline(never)]
fn multiply_whole_row<const FUSED: bool>(
    panels: [&Panel; 2],
    a: &[f32],
    [row, m]: [usize; 2],
    out: [&mut [f32]; 2],
) {
    let mut values = [0.0; MAX_DEPTH];
    let depths: [f32; MAX_DEPTH] = std::array::from_fn(|depth| f32::from_bits(depth as u32));
    let count = a.len() / m;
    for (value, line) in values.iter_mut().zip(a.chunks_exact(m)) {
        *value = line[row];
    }
    multiply_row::<FUSED>(panels, &values[..count], &depths[..count], out);
}

/// For each row of Aᵀ, lists the values that are not 0, and their depths, and counts them, as bit patterns.
fn list(a: &[f32], values: &mut [f32], depths: &mut [f32], counts: &mut [f32]) {
    let m = counts.len();
    let k = a.len() / m.max(1);
    let mut listed = [0; MAX_ROWS];
    for (depth, line) in a.chunks_exact(m.max(1)).enumerate() {
        for (row, (&value, count)) in line.iter().zip(listed.iter_mut()).enumerate() {
            values[row * k + *count] = value;
            depths[row * k + *count] = f32::from_bits(depth as u32);
            *count += usize::from(value != 0.0);
        }
    }
    for (count, listed) in counts.iter_mut().zip(listed) {
        *count = f32::from_bits(listed as u32);
    }
}

/// Adds `Σ value x` over the terms (value, x) to the accumulators.
#[inline(always)]
pub fn scaled_sums<'a, const VECTORS: usize, const FUSED: bool>(
    terms: impl Iterator<Item = (f32, &'a [f32])>,
) -> [F32x4; VECTORS] {
    let mut sums = [F32x4::splat(0.0); VECTORS];
    for (value, x) in terms {
        let value = F32x4::splat(value);
        for (sum, vector) in sums.iter_mut().zip(x.as_chunks::<LANES>().0) {
            *sum = value.fused_mul_add::<FUSED>(F32x4::load(vector), *sum);
        }
    }
    sums
}

/// Packs some columns of B, padded with zeros. Returns whether all are finite.
fn pack(b: &[f32], panel: &mut Panel, columns: Range<usize>, n: usize) -> bool {
    // Stays 0 unless a value is infinite or NaN.
    let mut zeros = [F32x4::splat(0.0); SUMS];
    for (line, packed) in b.chunks_exact(n).zip(panel) {
        let line = &line[columns.clone()];
        let vectors: [F32x4; SUMS] = match line.first_chunk::<COLUMNS>() {
            Some(whole) => std::array::from_fn(|i| F32x4::load(&whole.as_chunks::<LANES>().0[i])),
            None => std::array::from_fn(|i| load_partial(line.get(i * LANES..).unwrap_or_default(), 0.0)),
        };
        let (packed, _) = packed.as_chunks_mut::<LANES>();
        for ((packed, zeros), vector) in packed.iter_mut().zip(&mut zeros).zip(vectors) {
            vector.store(packed);
            *zeros = vector.mul_add(F32x4::splat(0.0), *zeros);
        }
    }
    zeros.iter().all(|zeros| zeros.to_array() == [0.0; LANES])
}
