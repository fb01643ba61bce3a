//! A recurrent layer over a batch of sequences, forwards and backwards in time, in one call.
//!
//! Rows are packed: those of the first step, one for each sample, then those of the second, and so on. Samples are in falling
//! order of length, so that step `t` has the first `steps[t]` of them, no more than the step before. States have a row for each
//! sample; a step changes the rows of its samples, so that afterwards each has the state of its last step.

use super::cells::{self, Cell, Gradients, Row, Saved};
use crate::kernels::linear::gemm::{self, gemm, gemm_of_part, is_fused};
use crate::parallel::{self, chunks, items_per_job};
use std::ops::Range;

#[derive(Clone, Copy)]
pub struct Dims {
    /// Of all steps.
    pub rows: usize,
    pub batch: usize,
    /// Elements of a state.
    pub hidden: usize,
}

/// The steps of a sequence.
#[derive(Clone, Copy)]
pub struct Steps<'a> {
    /// Rows of each step; their sum is [`Dims::rows`].
    pub sizes: &'a [i32],
    /// Whether it runs from the last step to the first.
    pub reverse: bool,
}

impl Steps<'_> {
    /// Calls `f` with the rows of each step, in order or in the opposite one.
    fn walk(self, opposite: bool, rows: usize, mut f: impl FnMut(Range<usize>)) {
        if self.reverse != opposite {
            let mut end = rows;
            for &size in self.sizes.iter().rev() {
                let start = end - size as usize;
                f(start..end);
                end = start;
            }
        } else {
            let mut start = 0;
            for &size in self.sizes {
                let end = start + size as usize;
                f(start..end);
                start = end;
            }
        }
    }
}

/// The work of one gate of one element, in elements of a simple map.
const COST: usize = 12;

/// What the forward pass keeps for the backward pass.
pub struct Kept<'a> {
    /// [rows, gates, hidden].
    pub gates: &'a mut [f32],
    /// [rows, kept, hidden].
    pub kept: &'a mut [f32],
    /// The state before each row, [rows, hidden].
    pub previous: &'a mut [f32],
}

/// The part of `x` that rows of `width` elements have.
fn part(range: &Range<usize>, width: usize) -> Range<usize> {
    range.start * width..range.end * width
}

/// The states after each row to `out` [rows, hidden], from projected inputs [rows, gates, hidden] and `weight`
/// [gates, hidden, hidden]. `h` and `c` [batch, hidden] have the first states, and get the last; `c` is empty unless for an LSTM.
#[allow(clippy::too_many_arguments)]
pub fn forward(
    cell: Cell,
    projected: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    steps: Steps,
    [h, c]: [&mut [f32]; 2],
    out: &mut [f32],
    saved: Kept,
    workspace: &mut [f32],
    dims: Dims,
) {
    let Dims { rows, hidden, .. } = dims;
    let (width, extra) = (cell.gates() * hidden, cell.kept() * hidden);
    let fused = is_fused([rows, width, hidden]);
    let Kept { gates, kept, previous } = saved;
    steps.walk(false, rows, |range| {
        let count = range.len();
        let h = &mut h[..count * hidden];
        let (gates, kept) = (&mut gates[part(&range, width)], &mut kept[part(&range, extra)]);
        let (x, out) = (&projected[part(&range, width)], &mut out[part(&range, hidden)]);
        previous[part(&range, hidden)].copy_from_slice(h);
        let product = gemm::Dims { m: count, n: width, k: hidden, a_transposed: false, b_transposed: true };
        gemm_of_part(h, weight, bias, gates, workspace, product, fused);
        let size = items_per_job(count, width * COST);
        let optional = |slice, width| optional(slice, size, width);
        let c = if c.is_empty() { &mut *c } else { &mut c[..count * hidden] };
        let parts = (
            (chunks(gates, size * width), optional(kept, extra)),
            ([chunks(h, size * hidden), chunks(out, size * hidden)], optional(c, hidden)),
        );
        parallel::for_each(parts, |job, ((gates, kept), ([h, out], c))| {
            let (kept, c) = (kept.unwrap_or_default(), c.unwrap_or_default());
            for i in 0..h.len() / hidden {
                let row = Row {
                    gates: &mut gates[i * width..][..width],
                    kept: &mut kept[i * extra..][..extra],
                    h: &mut h[i * hidden..][..hidden],
                    c: if c.is_empty() { &mut [] } else { &mut c[i * hidden..][..hidden] },
                };
                cells::forward(cell, &x[(job * size + i) * width..][..width], row);
            }
            out.copy_from_slice(h);
        });
    });
}

/// Parts of a slice with so many elements for each row, or none.
fn optional(slice: &mut [f32], size: usize, width: usize) -> Option<parallel::Chunks<'_, f32>> {
    (width > 0 && !slice.is_empty()).then(|| chunks(slice, size * width))
}

/// The tensors of [`Kept`], and the gradient of `out`, if there is one.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    pub gates: &'a [f32],
    pub kept: &'a [f32],
    pub previous: &'a [f32],
    pub upstream: Option<&'a [f32]>,
}

/// Gradients of projected inputs and of projected states [rows, gates, hidden]; the second is empty unless for a GRU, as it is
/// the first. `h` and `c` have the gradients of the last states, and get those of the first. `scratch` is [batch, hidden].
#[allow(clippy::too_many_arguments)]
pub fn backward(
    cell: Cell,
    given: Given,
    weight: &[f32],
    steps: Steps,
    [h, c]: [&mut [f32]; 2],
    [projected, of_state]: [&mut [f32]; 2],
    scratch: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    let Dims { rows, hidden, .. } = dims;
    let (width, extra) = (cell.gates() * hidden, cell.kept() * hidden);
    let fused = is_fused([rows, width, hidden]);
    steps.walk(true, rows, |range| {
        let count = range.len();
        let h = &mut h[..count * hidden];
        let step = part(&range, width);
        let x = &mut projected[step.clone()];
        let second = if of_state.is_empty() { &mut [] } else { &mut of_state[step] };
        let size = items_per_job(count, width * COST);
        let optional = |slice, width| optional(slice, size, width);
        let c = if c.is_empty() { &mut *c } else { &mut c[..count * hidden] };
        let parts = (
            (chunks(x, size * width), optional(second, width)),
            (chunks(h, size * hidden), optional(c, hidden)),
        );
        parallel::for_each(parts, |job, ((x, second), (h, c))| {
            let (second, c) = (second.unwrap_or_default(), c.unwrap_or_default());
            for i in 0..h.len() / hidden {
                let row = range.start + job * size + i;
                let row = row..row + 1;
                let saved = Saved {
                    gates: &given.gates[part(&row, width)],
                    kept: &given.kept[part(&row, extra)],
                    previous: &given.previous[part(&row, hidden)],
                    upstream: given.upstream.map(|upstream| &upstream[part(&row, hidden)]),
                };
                let gradients = Gradients {
                    x: &mut x[i * width..][..width],
                    projected: if second.is_empty() { &mut [] } else { &mut second[i * width..][..width] },
                    h: &mut h[i * hidden..][..hidden],
                    c: if c.is_empty() { &mut [] } else { &mut c[i * hidden..][..hidden] },
                };
                cells::backward(cell, saved, gradients);
            }
        });
        let product = gemm::Dims { m: count, n: hidden, k: width, a_transposed: false, b_transposed: false };
        if cell == Cell::Gru {
            let scratch = &mut scratch[..count * hidden];
            gemm_of_part(second, weight, None, scratch, workspace, product, fused);
            for (h, through) in h.iter_mut().zip(scratch) {
                *h += *through;
            }
        } else {
            gemm_of_part(x, weight, None, h, workspace, product, fused);
        }
    });
}

/// The gradient of the weight of the state: `projectedᵀ previous`, over all rows.
pub fn backward_weight(
    cell: Cell,
    projected: &[f32],
    previous: &[f32],
    gradient: &mut [f32],
    workspace: &mut [f32],
    Dims { rows, hidden, .. }: Dims,
) {
    let width = cell.gates() * hidden;
    let product = gemm::Dims { m: width, n: hidden, k: rows, a_transposed: true, b_transposed: false };
    gemm(projected, previous, None, gradient, workspace, product);
}
