//! A recurrent layer over a batch of sequences, forwards and backwards in time, in one call.
//!
//! Rows are packed: those of the first step, one for each sample, then those of the second, and so on. Samples are in falling
//! order of length, so that step `t` has the first `steps[t]` of them, no more than the step before. States have a row for each
//! sample; a step changes the rows of its samples, so that afterwards each has the state of its last step.

use super::cells::{self, Cell, Gradients, Row, Saved};
use super::steps::{Jobs, Steps};
use crate::kernels::linear::gemm::{self, gemm, gemm_of_part, is_fused, Part};
use crate::parallel::{self, chunks};
use std::ops::Range;

#[derive(Clone, Copy)]
pub struct Dims {
    /// Of all steps.
    pub rows: usize,
    pub batch: usize,
    /// Elements of a state.
    pub hidden: usize,
}

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
/// `panels` has room for the weight in panels, with up to 7 further columns.
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
    panels: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    let Dims { rows, hidden, .. } = dims;
    let (width, extra) = (cell.gates() * hidden, cell.kept() * hidden);
    let shape = gemm::Dims { m: 0, n: width, k: hidden, a_transposed: false, b_transposed: true };
    let shared =
        Part { fused: is_fused([rows, width, hidden]), panels: packed(weight, steps, panels, shape) };
    let Kept { gates, kept, previous } = saved;
    let jobs = Jobs::new(steps, [width, hidden]);
    let parts = (
        (
            (jobs.columns(gates, width), optional(kept, |kept| jobs.columns(kept, extra))),
            jobs.columns(previous, hidden),
        ),
        (jobs.columns(out, hidden), (jobs.samples(h, hidden), optional(c, |c| jobs.samples(c, hidden)))),
    );
    let room = jobs.room(workspace);
    parallel::for_each_with(parts, workspace, room, |job, parts, workspace| {
        let (((mut gates, mut kept), mut previous), (mut out, (h, mut c))) = parts;
        steps.walk(false, rows, |range| {
            let (range, line, left) = jobs.place(range, job);
            let count = range.len();
            let h = &mut h[..count * hidden];
            let c = c.as_deref_mut().map_or(&mut [][..], |c| &mut c[..count * hidden]);
            let gates = gates.row_part(line, left * width, count * width);
            let kept =
                kept.as_mut().map_or(&mut [][..], |kept| kept.row_part(line, left * extra, count * extra));
            let out = out.row_part(line, left * hidden, count * hidden);
            let x = &projected[part(&range, width)];
            previous.row_part(line, left * hidden, count * hidden).copy_from_slice(h);
            gemm_of_part(h, weight, bias, gates, workspace, gemm::Dims { m: count, ..shape }, shared);
            let size = jobs.rows_at_once(count, width);
            let parts = (
                (chunks(gates, size * width), optional(kept, |kept| chunks(kept, size * extra))),
                (
                    [chunks(h, size * hidden), chunks(out, size * hidden)],
                    optional(c, |c| chunks(c, size * hidden)),
                ),
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
    });
}

/// The weight in panels, if there are several products with it.
fn packed<'a>(weight: &[f32], steps: Steps, panels: &'a mut [f32], shape: gemm::Dims) -> &'a [f32] {
    // A step of one row is a product with a vector. Steps have no more rows than those before them.
    if weight.is_empty() || steps.sizes.get(1).is_none_or(|&size| size < 2) {
        return &[];
    }
    gemm::pack_b(weight, panels, shape);
    panels
}

/// The parts of a slice, unless it is empty.
fn optional<'a, P>(slice: &'a mut [f32], parts: impl FnOnce(&'a mut [f32]) -> P) -> Option<P> {
    (!slice.is_empty()).then(|| parts(slice))
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
/// `panels` is as for [`forward`].
#[allow(clippy::too_many_arguments)]
pub fn backward(
    cell: Cell,
    given: Given,
    weight: &[f32],
    steps: Steps,
    [h, c]: [&mut [f32]; 2],
    [projected, of_state]: [&mut [f32]; 2],
    scratch: &mut [f32],
    panels: &mut [f32],
    workspace: &mut [f32],
    dims: Dims,
) {
    let Dims { rows, hidden, .. } = dims;
    let (width, extra) = (cell.gates() * hidden, cell.kept() * hidden);
    let shape = gemm::Dims { m: 0, n: hidden, k: width, a_transposed: false, b_transposed: false };
    let shared =
        Part { fused: is_fused([rows, width, hidden]), panels: packed(weight, steps, panels, shape) };
    let jobs = Jobs::new(steps, [width, hidden]);
    let parts = (
        (jobs.columns(projected, width), optional(of_state, |second| jobs.columns(second, width))),
        ([jobs.samples(h, hidden), jobs.samples(scratch, hidden)], optional(c, |c| jobs.samples(c, hidden))),
    );
    let room = jobs.room(workspace);
    parallel::for_each_with(parts, workspace, room, |job, parts, workspace| {
        let ((mut x, mut second), ([h, scratch], mut c)) = parts;
        steps.walk(true, rows, |range| {
            let (range, line, left) = jobs.place(range, job);
            let count = range.len();
            let h = &mut h[..count * hidden];
            let c = c.as_deref_mut().map_or(&mut [][..], |c| &mut c[..count * hidden]);
            let x = x.row_part(line, left * width, count * width);
            let second =
                second.as_mut().map_or(&mut [][..], |x| x.row_part(line, left * width, count * width));
            let size = jobs.rows_at_once(count, width);
            let parts = (
                (chunks(x, size * width), optional(second, |second| chunks(second, size * width))),
                (chunks(h, size * hidden), optional(c, |c| chunks(c, size * hidden))),
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
                        projected: if second.is_empty() {
                            &mut []
                        } else {
                            &mut second[i * width..][..width]
                        },
                        h: &mut h[i * hidden..][..hidden],
                        c: if c.is_empty() { &mut [] } else { &mut c[i * hidden..][..hidden] },
                    };
                    cells::backward(cell, saved, gradients);
                }
            });
            let product = gemm::Dims { m: count, ..shape };
            if cell == Cell::Gru {
                let scratch = &mut scratch[..count * hidden];
                gemm_of_part(second, weight, None, scratch, workspace, product, shared);
                for (h, through) in h.iter_mut().zip(scratch) {
                    *h += *through;
                }
            } else {
                gemm_of_part(x, weight, None, h, workspace, product, shared);
            }
        });
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
