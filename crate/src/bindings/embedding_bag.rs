use super::{input, output};
use crate::kernels::embedding::embedding_bag::{self, Bags, Scale};
use wasm_bindgen::prelude::wasm_bindgen;

/// # Safety
/// The contract of [`super`]; `indices` has `length` elements, `offsets` `bags + 1`, rising within them.
unsafe fn read_bags<'a>(
    indices: *const i32,
    length: usize,
    offsets: *const i32,
    bags: usize,
    padding: i32,
    width: usize,
) -> Bags<'a> {
    // SAFETY: the function's contract.
    unsafe {
        Bags {
            indices: input(indices, length),
            offsets: input(offsets, bags.saturating_add(1)),
            padding,
            width,
        }
    }
}

/// # Safety
/// The contract of [`super`]; `per_sample` is null or has `length` elements.
unsafe fn read_scale<'a>(mean: bool, per_sample: *const f32, length: usize) -> Scale<'a> {
    match (mean, per_sample.is_null()) {
        (true, _) => Scale::Mean,
        (false, true) => Scale::None,
        // SAFETY: the function's contract.
        (false, false) => Scale::PerSample(unsafe { input(per_sample, length) }),
    }
}

/// `per_sample` may be null.
///
/// # Safety
/// The contract of [`super`]; `table` has `rows * width` elements, `indices` and `per_sample` `length`,
/// `offsets` `bags + 1`, rising within them, `out` `bags * width`; indices lie within the rows.
#[wasm_bindgen]
pub unsafe fn embedding_bag_sum(
    table: *const f32,
    rows: usize,
    width: usize,
    indices: *const i32,
    length: usize,
    offsets: *const i32,
    bags: usize,
    padding: i32,
    mean: bool,
    per_sample: *const f32,
    out: *mut f32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let members = read_bags(indices, length, offsets, bags, padding, width);
        let scale = read_scale(mean, per_sample, length);
        embedding_bag::sum(input(table, [rows, width]), members, scale, output(out, [bags, width]));
    }
}

/// `per_sample` may be null.
///
/// # Safety
/// As that of [`embedding_bag_sum`]; `gradient` has `rows * width` elements.
#[wasm_bindgen]
pub unsafe fn embedding_bag_sum_backward(
    upstream: *const f32,
    rows: usize,
    width: usize,
    indices: *const i32,
    length: usize,
    offsets: *const i32,
    bags: usize,
    padding: i32,
    mean: bool,
    per_sample: *const f32,
    gradient: *mut f32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let members = read_bags(indices, length, offsets, bags, padding, width);
        let scale = read_scale(mean, per_sample, length);
        let gradient = output(gradient, [rows, width]);
        embedding_bag::sum_backward(input(upstream, [bags, width]), members, scale, gradient);
    }
}

/// # Safety
/// As that of [`embedding_bag_sum`]; `gradient` has `length` elements.
#[wasm_bindgen]
pub unsafe fn embedding_bag_per_sample_backward(
    upstream: *const f32,
    table: *const f32,
    rows: usize,
    width: usize,
    indices: *const i32,
    length: usize,
    offsets: *const i32,
    bags: usize,
    padding: i32,
    gradient: *mut f32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let members = read_bags(indices, length, offsets, bags, padding, width);
        let (upstream, table) = (input(upstream, [bags, width]), input(table, [rows, width]));
        embedding_bag::per_sample_backward(upstream, table, members, output(gradient, length));
    }
}

/// # Safety
/// As that of [`embedding_bag_sum`]; `chosen` has `bags * width` elements.
#[wasm_bindgen]
pub unsafe fn embedding_bag_max(
    table: *const f32,
    rows: usize,
    width: usize,
    indices: *const i32,
    length: usize,
    offsets: *const i32,
    bags: usize,
    padding: i32,
    out: *mut f32,
    chosen: *mut i32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let members = read_bags(indices, length, offsets, bags, padding, width);
        let (out, chosen) = (output(out, [bags, width]), output(chosen, [bags, width]));
        embedding_bag::max(input(table, [rows, width]), members, out, chosen);
    }
}

/// # Safety
/// The contract of [`super`]; `upstream` and `chosen` have `bags * width` elements, `gradient`
/// `rows * width`; `chosen` lies within the rows or is -1.
#[wasm_bindgen]
pub unsafe fn embedding_bag_max_backward(
    upstream: *const f32,
    chosen: *const i32,
    gradient: *mut f32,
    rows: usize,
    width: usize,
    bags: usize,
) {
    // SAFETY: the function's contract.
    unsafe {
        let (upstream, chosen) = (input(upstream, [bags, width]), input(chosen, [bags, width]));
        embedding_bag::max_backward(upstream, chosen, output(gradient, [rows, width]), width);
    }
}
