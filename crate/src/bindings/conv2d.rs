use super::{input, output};
use crate::kernels::conv::conv2d::{self, WORKSPACE};
use crate::kernels::conv::conv2d_dims::Dims;
use wasm_bindgen::prelude::wasm_bindgen;

/// Numbers that describe a convolution: the fields of [`Dims`], in their order.
const FIELDS: usize = 16;

/// # Safety
/// `dims` has [`FIELDS`] elements.
pub(super) unsafe fn read_dims(dims: *const u32) -> Dims {
    // SAFETY: the function's contract.
    let mut fields = unsafe { input(dims, FIELDS) }.iter().map(|&field| field as usize);
    let mut next = || fields.next().unwrap_or_default();
    Dims {
        images: next(),
        groups: next(),
        channels: next(),
        outputs: next(),
        height: next(),
        width: next(),
        kernel_height: next(),
        kernel_width: next(),
        output_height: next(),
        output_width: next(),
        stride: [next(), next()],
        padding: [next(), next()],
        dilation: [next(), next()],
    }
}

/// Shapes of input, weight and output.
pub(super) fn shapes(d: &Dims) -> [[usize; 5]; 3] {
    [
        [d.images, d.groups, d.channels, d.height, d.width],
        [d.groups, d.outputs, d.channels, d.kernel_height, d.kernel_width],
        [d.images, d.groups, d.outputs, d.output_height, d.output_width],
    ]
}

/// Bytes of workspace that the functions here want.
#[wasm_bindgen]
pub fn conv2d_workspace_bytes() -> usize {
    size_of::<[f32; WORKSPACE]>()
}

/// `bias` may be null.
///
/// # Safety
/// The contract of [`super`], with the shapes of [`Dims`].
#[wasm_bindgen]
pub unsafe fn conv2d(
    x: *const f32,
    weight: *const f32,
    bias: *const f32,
    rectified: bool,
    out: *mut f32,
    workspace: *mut f32,
    dims: *const u32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_shape, weight_shape, out_shape] = shapes(&dims);
        let bias = if bias.is_null() { None } else { Some(input(bias, [dims.groups, dims.outputs])) };
        let workspace = output(workspace, WORKSPACE);
        let (x, weight) = (input(x, x_shape), input(weight, weight_shape));
        conv2d::forward(x, weight, bias, rectified, output(out, out_shape), workspace, dims);
    }
}

/// # Safety
/// The contract of [`super`], with the shapes of [`Dims`].
#[wasm_bindgen]
pub unsafe fn conv2d_backward_weight(
    x: *const f32,
    upstream: *const f32,
    gradient: *mut f32,
    workspace: *mut f32,
    dims: *const u32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_shape, weight_shape, out_shape] = shapes(&dims);
        let (x, upstream) = (input(x, x_shape), input(upstream, out_shape));
        let workspace = output(workspace, WORKSPACE);
        conv2d::backward_weight(x, upstream, output(gradient, weight_shape), workspace, dims);
    }
}

/// # Safety
/// The contract of [`super`], with the shapes of [`Dims`].
#[wasm_bindgen]
pub unsafe fn conv2d_backward_input(
    weight: *const f32,
    upstream: *const f32,
    gradient: *mut f32,
    workspace: *mut f32,
    dims: *const u32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let dims = read_dims(dims);
        let [x_shape, weight_shape, out_shape] = shapes(&dims);
        let (weight, upstream) = (input(weight, weight_shape), input(upstream, out_shape));
        let workspace = output(workspace, WORKSPACE);
        conv2d::backward_input(weight, upstream, output(gradient, x_shape), workspace, dims);
    }
}
