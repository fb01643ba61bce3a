use super::{input, output};
use crate::kernels::shape::rearrange::{self, Rectangle};
use crate::size::reach;
use wasm_bindgen::prelude::wasm_bindgen;

/// Element sizes are 4 bytes (float32, int32) or 1 (uint8, bool): copies need no more than that.
///
/// # Safety
/// The contract of [`super`]: `shape` and `strides` have `rank` elements, `rank <= MAX_RANK`; `out`
/// has `length` elements, the product of the shape, and `x` the `x_length` that the strides reach.
#[wasm_bindgen]
pub unsafe fn strided_copy(
    x: *const u8,
    out: *mut u8,
    element_bytes: usize,
    x_length: usize,
    length: usize,
    shape: *const u32,
    strides: *const u32,
    rank: usize,
) {
    // SAFETY: the function's contract.
    unsafe {
        let (shape, strides) = (input(shape, rank), input(strides, rank));
        if element_bytes == 1 {
            rearrange::strided(input(x, x_length), output(out, length), shape, strides);
        } else {
            let x = input(x.cast::<u32>(), x_length);
            rearrange::strided(x, output(out.cast::<u32>(), length), shape, strides);
        }
    }
}

/// Lengths and strides in bytes.
///
/// # Safety
/// The contract of [`super`]; both rectangles lie within their allocations.
#[wasm_bindgen]
pub unsafe fn rectangle_copy(
    from: *const u8,
    into: *mut u8,
    rows: usize,
    length: usize,
    from_stride: usize,
    into_stride: usize,
) {
    let bytes = |stride: usize| reach([rows, length], [stride, 1]);
    let dims = Rectangle { rows, length, from_stride, into_stride };
    // SAFETY: the function's contract.
    unsafe { rearrange::rectangle(input(from, bytes(from_stride)), output(into, bytes(into_stride)), dims) }
}

/// `length` in bytes; `x` has `x_rows` rows, every index lies within them.
///
/// # Safety
/// The contract of [`super`].
#[wasm_bindgen]
pub unsafe fn gather_rows(
    x: *const u8,
    x_rows: usize,
    indices: *const i32,
    count: usize,
    out: *mut u8,
    length: usize,
) {
    // SAFETY: the function's contract.
    unsafe {
        let out = output(out, [count, length]);
        rearrange::gather_rows(input(x, [x_rows, length]), input(indices, count), out, length);
    }
}

/// `length` in elements; `gradient` has `rows` rows, every index lies within them.
///
/// # Safety
/// The contract of [`super`].
#[wasm_bindgen]
pub unsafe fn scatter_add_rows(
    upstream: *const f32,
    indices: *const i32,
    count: usize,
    gradient: *mut f32,
    rows: usize,
    length: usize,
) {
    // SAFETY: the function's contract.
    unsafe {
        let gradient = output(gradient, [rows, length]);
        rearrange::scatter_add_rows(
            input(upstream, [count, length]),
            input(indices, count),
            gradient,
            length,
        );
    }
}
