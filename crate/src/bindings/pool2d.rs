use super::{input, output};
use crate::kernels::conv::avg_pool2d::{self, Windows};
use crate::kernels::conv::max_pool2d;
use crate::kernels::conv::maxima::{self, Marks};
use crate::kernels::conv::pool2d::{Axis, Dims};
use wasm_bindgen::prelude::wasm_bindgen;

/// Numbers that describe a pooling: planes, then the fields of [`Axis`], in their order, each for
/// rows and columns.
const FIELDS: usize = 13;

/// # Safety
/// `dims` has [`FIELDS`] elements.
pub(super) unsafe fn read_dims(dims: *const u32) -> Dims {
    // SAFETY: the function's contract.
    let fields = unsafe { input(dims, FIELDS) };
    let (pairs, _) = fields[1..].as_chunks::<2>();
    let axis = |i: usize| {
        let field = |name: usize| pairs[name][i] as usize;
        Axis {
            size: field(0),
            output: field(1),
            kernel: field(2),
            stride: field(3),
            padding: field(4),
            dilation: field(5),
        }
    };
    Dims { planes: fields[0] as usize, rows: axis(0), columns: axis(1) }
}

/// Shapes of input and output.
pub(super) fn shapes(d: &Dims) -> [[usize; 3]; 2] {
    [[d.planes, d.rows.size, d.columns.size], [d.planes, d.rows.output, d.columns.output]]
}

/// Elements of a window up to which its places can be marked.
#[wasm_bindgen]
pub fn max_pool2d_marked_window() -> usize {
    maxima::MARKED_WINDOW
}

/// Elements of a window up to which [`max_pool2d`] takes it; above, [`max_pool2d_wide`] does.
#[wasm_bindgen]
pub fn max_pool2d_byte_window() -> usize {
    maxima::BYTE_WINDOW
}

/// # Safety
/// The contract of [`super`], with the shapes of [`Dims`]; `places` as `out`.
#[wasm_bindgen]
pub unsafe fn max_pool2d(x: *const f32, out: *mut f32, places: *mut u8, dims: *const u32) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_shape, out_shape] = shapes(&dims);
        let (out, places) = (output(out, out_shape), output(places, out_shape));
        max_pool2d::forward(input(x, x_shape), out, places, false, dims);
    }
}

/// What marks mean to a gradient that goes through `relu`, or up to its result.
pub(super) fn marks(marked: bool, through_relu: bool) -> Marks {
    match (marked, through_relu) {
        (false, _) => Marks::Absent,
        (true, false) => Marks::Ignored,
        (true, true) => Marks::Respected,
    }
}

/// # Safety
/// The contract of [`super`], with the shapes of [`Dims`]; `places` are those of the forward pass, which
/// were `marked` or not.
#[wasm_bindgen]
pub unsafe fn max_pool2d_backward(
    upstream: *const f32,
    places: *const u8,
    marked: bool,
    through_relu: bool,
    gradient: *mut f32,
    dims: *const u32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_shape, out_shape] = shapes(&dims);
        let (upstream, places) = (input(upstream, out_shape), input(places, out_shape));
        let marks = marks(marked, through_relu);
        max_pool2d::backward(upstream, places, marks, output(gradient, x_shape), dims);
    }
}

/// # Safety
/// The contract of [`super`], with the shapes of [`Dims`]; `pixels` as `out`.
#[wasm_bindgen]
pub unsafe fn max_pool2d_wide(x: *const f32, out: *mut f32, pixels: *mut i32, dims: *const u32) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_shape, out_shape] = shapes(&dims);
        let (out, pixels) = (output(out, out_shape), output(pixels, out_shape));
        max_pool2d::wide_forward(input(x, x_shape), out, pixels, dims);
    }
}

/// # Safety
/// The contract of [`super`], with the shapes of [`Dims`]; `pixels` are those of the forward pass.
#[wasm_bindgen]
pub unsafe fn max_pool2d_wide_backward(
    upstream: *const f32,
    pixels: *const i32,
    gradient: *mut f32,
    dims: *const u32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_shape, out_shape] = shapes(&dims);
        let (upstream, pixels) = (input(upstream, out_shape), input(pixels, out_shape));
        max_pool2d::wide_backward(upstream, pixels, output(gradient, x_shape), dims);
    }
}

fn windows(adaptive: bool, count_padding: bool, divisor: f32) -> Windows {
    if adaptive {
        Windows::Adaptive
    } else {
        Windows::Fixed { count_padding, divisor: (divisor != 0.0).then_some(divisor) }
    }
}

/// A `divisor` of 0 is none.
///
/// # Safety
/// The contract of [`super`], with the shapes of [`Dims`].
#[wasm_bindgen]
pub unsafe fn avg_pool2d(
    x: *const f32,
    out: *mut f32,
    adaptive: bool,
    count_padding: bool,
    divisor: f32,
    dims: *const u32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_shape, out_shape] = shapes(&dims);
        let windows = windows(adaptive, count_padding, divisor);
        avg_pool2d::forward(input(x, x_shape), output(out, out_shape), windows, dims);
    }
}

/// # Safety
/// The contract of [`super`], with the shapes of [`Dims`].
#[wasm_bindgen]
pub unsafe fn avg_pool2d_backward(
    upstream: *const f32,
    gradient: *mut f32,
    adaptive: bool,
    count_padding: bool,
    divisor: f32,
    dims: *const u32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_shape, out_shape] = shapes(&dims);
        let windows = windows(adaptive, count_padding, divisor);
        avg_pool2d::backward(input(upstream, out_shape), output(gradient, x_shape), windows, dims);
    }
}
