use super::fused_loss::reduction_of;
use super::{input, output, output_or_none};
use crate::kernels::loss::fused_loss::Reduction;
use crate::kernels::loss::labels::{Labels, Positives};
use crate::kernels::loss::multilabel_soft_margin::{self, Dims, Weight};
use wasm_bindgen::prelude::wasm_bindgen;

/// `reduction`: 0 none, 1 mean, 2 sum. `weight` is null, or has `classes` elements if `weight_rows`
/// is 1, or one for each logit. `gradient` may be null. Returns the unrounded mean or sum.
///
/// # Safety
/// The contract of [`super`]; logits, targets and gradient have `rows * classes` elements, `out`
/// has `rows` for reduction none and 1 otherwise.
#[wasm_bindgen]
pub unsafe fn multilabel_soft_margin(
    logits: *const f32,
    targets: *const u8,
    targets_are_bytes: bool,
    weight: *const f32,
    weight_rows: usize,
    gradient: *mut f32,
    out: *mut f32,
    rows: usize,
    classes: usize,
    reduction: u32,
) -> f64 {
    let dims = Dims { rows, classes, reduction: reduction_of(reduction) };
    let shape = [rows, classes];
    // SAFETY: the function's contract.
    unsafe {
        let (logits, weight, gradient, out) = operands(logits, weight, weight_rows, gradient, out, dims);
        let labels = if targets_are_bytes {
            Labels::Bytes(input(targets, shape))
        } else {
            Labels::Floats(input(targets.cast(), shape))
        };
        multilabel_soft_margin::with_labels(logits, labels, weight, gradient, out, dims)
    }
}

/// The same where the targets are 1 at `columns[row_starts[i]..row_starts[i + 1]]` of row i and 0 elsewhere.
///
/// # Safety
/// As above; `row_starts` has `rows + 1` elements, `columns` has `count`.
#[wasm_bindgen]
pub unsafe fn multilabel_soft_margin_positives(
    logits: *const f32,
    row_starts: *const i32,
    columns: *const i32,
    count: usize,
    weight: *const f32,
    weight_rows: usize,
    gradient: *mut f32,
    out: *mut f32,
    rows: usize,
    classes: usize,
    reduction: u32,
) -> f64 {
    let dims = Dims { rows, classes, reduction: reduction_of(reduction) };
    // SAFETY: the function's contract.
    unsafe {
        let (logits, weight, gradient, out) = operands(logits, weight, weight_rows, gradient, out, dims);
        let positives =
            Positives::new(input(row_starts, rows.saturating_add(1)), input(columns, count), classes);
        let labels = Labels::Positives(positives);
        multilabel_soft_margin::with_labels(logits, labels, weight, gradient, out, dims)
    }
}

/// # Safety
/// The contract of [`multilabel_soft_margin()`].
unsafe fn operands<'a>(
    logits: *const f32,
    weight: *const f32,
    weight_rows: usize,
    gradient: *mut f32,
    out: *mut f32,
    Dims { rows, classes, reduction }: Dims,
) -> (&'a [f32], Weight<'a>, Option<&'a mut [f32]>, &'a mut [f32]) {
    let shape = [rows, classes];
    // SAFETY: the function's contract.
    unsafe {
        let weight = match (weight.is_null(), weight_rows) {
            (true, _) => Weight::None,
            (false, 1) => Weight::PerClass(input(weight, classes)),
            (false, _) => Weight::PerElement(input(weight, shape)),
        };
        let gradient = output_or_none(gradient, shape);
        let out = output(out, if reduction == Reduction::None { rows } else { 1 });
        (input(logits, shape), weight, gradient, out)
    }
}
