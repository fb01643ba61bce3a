use super::{input, output};
use crate::kernels::pool2d::{self, Average, Dims};
use wasm_bindgen::prelude::wasm_bindgen;

/// Numbers that describe a pooling: the fields of [`Dims`], in their order.
const FIELDS: usize = 13;

/// # Safety
/// `dims` has [`FIELDS`] elements.
unsafe fn read_dims(dims: *const u32) -> Dims {
    // SAFETY: the function's contract.
    let mut fields = unsafe { input(dims, FIELDS) }.iter().map(|&field| field as usize);
    let mut next = || fields.next().unwrap_or_default();
    Dims {
        planes: next(),
        height: next(),
        width: next(),
        output_height: next(),
        output_width: next(),
        kernel: [next(), next()],
        stride: [next(), next()],
        padding: [next(), next()],
        dilation: [next(), next()],
    }
}

/// Elements of input and output.
fn lengths(d: &Dims) -> [usize; 2] {
    [d.planes * d.height * d.width, d.planes * d.output_height * d.output_width]
}

/// # Safety
/// The contract of [`super`], with the lengths of [`Dims`].
#[wasm_bindgen]
pub unsafe fn max_pool2d(x: *const f32, out: *mut f32, indices: *mut i32, dims: *const u32) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_length, out_length] = lengths(&dims);
        pool2d::max_forward(input(x, x_length), output(out, out_length), output(indices, out_length), dims);
    }
}

/// # Safety
/// The contract of [`super`], with the lengths of [`Dims`]; `indices` are those of [`max_pool2d`].
#[wasm_bindgen]
pub unsafe fn max_pool2d_backward(
    upstream: *const f32,
    indices: *const i32,
    gradient: *mut f32,
    dims: *const u32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_length, out_length] = lengths(&dims);
        let (upstream, indices) = (input(upstream, out_length), input(indices, out_length));
        pool2d::max_backward(upstream, indices, output(gradient, x_length), dims);
    }
}

fn average(adaptive: bool, count_padding: bool) -> Average {
    if adaptive {
        Average::Adaptive
    } else {
        Average::Fixed { count_padding }
    }
}

/// # Safety
/// The contract of [`super`], with the lengths of [`Dims`].
#[wasm_bindgen]
pub unsafe fn avg_pool2d(
    x: *const f32,
    out: *mut f32,
    adaptive: bool,
    count_padding: bool,
    dims: *const u32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_length, out_length] = lengths(&dims);
        let mode = average(adaptive, count_padding);
        pool2d::average_forward(input(x, x_length), output(out, out_length), mode, dims);
    }
}

/// # Safety
/// The contract of [`super`], with the lengths of [`Dims`].
#[wasm_bindgen]
pub unsafe fn avg_pool2d_backward(
    upstream: *const f32,
    gradient: *mut f32,
    adaptive: bool,
    count_padding: bool,
    dims: *const u32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_length, out_length] = lengths(&dims);
        let mode = average(adaptive, count_padding);
        pool2d::average_backward(input(upstream, out_length), output(gradient, x_length), mode, dims);
    }
}
