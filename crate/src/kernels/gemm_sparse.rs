//! `Aᵀ B` where many elements of A are 0, as those of a gradient behind a rectifier: the gradient of a
//! layer's weight. Zeros are passed over, so half of them halve the time.
//!
//! One row of the result at a time, so that its own zeros count, and 32 columns: with more sums, V8 keeps some
//! in memory. A zero times infinity is still NaN: columns of B that are not finite pass over nothing.

use crate::simd::{store_partial, F32x4, LANES};

/// Vectors of sums that stay in the registers.
pub const SUMS: usize = 8;
const COLUMNS: usize = SUMS * LANES;
/// Longest sum: so many lines of a panel of B lie in the first-level cache.
const MAX_DEPTH: usize = 128;
/// Least columns, that they fill the panels.
const MIN_COLUMNS: usize = 4 * COLUMNS;
/// Most rows, that their lists lie in the second-level cache.
const MAX_ROWS: usize = 512;

/// Floats of workspace.
pub const WORKSPACE: usize = MAX_DEPTH * COLUMNS + 2 * MAX_ROWS * MAX_DEPTH;

/// Whether [`multiply`] takes this, and is faster than GEMM's tiles.
pub fn fit<const FUSED: bool>(a: &[f32], [m, n, k]: [usize; 3]) -> bool {
    // Of ten elements of A.
    let least = if FUSED { 4 } else { 8 };
    let zeros = || a.iter().filter(|value| **value == 0.0).count();
    m <= MAX_ROWS && k <= MAX_DEPTH && n >= MIN_COLUMNS && 10 * zeros() >= least * a.len()
}

/// `out [m, n] = Aᵀ B` with A [k, m] and B [k, n]; the same bits as GEMM, but for the sign of zeros.
pub fn multiply<const FUSED: bool>(
    a: &[f32],
    b: &[f32],
    out: &mut [f32],
    workspace: &mut [f32],
    [m, n, k]: [usize; 3],
) {
    let (panel, lists) = workspace.split_at_mut(MAX_DEPTH * COLUMNS);
    let (values, starts) = lists.split_at_mut(MAX_ROWS * MAX_DEPTH);
    let mut counts = [0; MAX_ROWS];
    list(a, values, starts, &mut counts[..m], |value| value != 0.0);
    let mut is_sparse = true;
    for first in (0..n).step_by(COLUMNS) {
        let columns = COLUMNS.min(n - first);
        let is_finite = pack(b, panel, first, columns, n);
        if is_finite != is_sparse {
            list(a, values, starts, &mut counts[..m], |value| value != 0.0 || !is_finite);
            is_sparse = is_finite;
        }
        for (row, &count) in counts[..m].iter().enumerate() {
            let terms = values[row * k..][..count].iter().zip(&starts[row * k..][..count]);
            let terms = terms.map(|(value, start)| (*value, start.to_bits() as usize));
            let sums = scaled_sums::<SUMS, FUSED>(panel, terms);
            let (vectors, rest) = out[row * n + first..][..columns].as_chunks_mut::<LANES>();
            let whole = vectors.len();
            for (sum, out) in sums.iter().zip(vectors) {
                sum.store(out);
            }
            if !rest.is_empty() {
                store_partial(sums[whole], rest);
            }
        }
    }
}

/// For each row of Aᵀ the values that are `kept`, and as bit patterns where in a panel their lines of B start.
fn list(a: &[f32], values: &mut [f32], starts: &mut [f32], counts: &mut [usize], kept: impl Fn(f32) -> bool) {
    let m = counts.len();
    let k = a.len() / m.max(1);
    counts.fill(0);
    for (depth, line) in a.chunks_exact(m.max(1)).enumerate() {
        for (row, (&value, count)) in line.iter().zip(counts.iter_mut()).enumerate() {
            if kept(value) {
                values[row * k + *count] = value;
                starts[row * k + *count] = f32::from_bits((depth * COLUMNS) as u32);
                *count += 1;
            }
        }
    }
}

/// `Σ value x[start..]` over terms (value, start), the first `VECTORS` vectors of it.
#[inline(always)]
pub fn scaled_sums<const VECTORS: usize, const FUSED: bool>(
    x: &[f32],
    terms: impl Iterator<Item = (f32, usize)>,
) -> [F32x4; VECTORS] {
    let mut sums = [F32x4::splat(0.0); VECTORS];
    for (value, start) in terms {
        let value = F32x4::splat(value);
        let (vectors, _) = x[start..start + VECTORS * LANES].as_chunks::<LANES>();
        for (sum, vector) in sums.iter_mut().zip(vectors) {
            *sum = value.fused_mul_add::<FUSED>(F32x4::load(vector), *sum);
        }
    }
    sums
}

/// Some columns of B as `[depth][32]`, missing ones as zeros; whether all are finite.
fn pack(b: &[f32], panel: &mut [f32], first: usize, columns: usize, n: usize) -> bool {
    // Stays 0 unless something is infinite or NaN.
    let mut zeros = F32x4::splat(0.0);
    for (line, panel) in b.chunks_exact(n).zip(panel.chunks_exact_mut(COLUMNS)) {
        panel[..columns].copy_from_slice(&line[first..first + columns]);
        panel[columns..].fill(0.0);
        for vector in panel.as_chunks::<LANES>().0 {
            zeros = F32x4::load(vector).mul_add(F32x4::splat(0.0), zeros);
        }
    }
    zeros.to_array() == [0.0; LANES]
}
