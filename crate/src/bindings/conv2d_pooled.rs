use super::{conv2d, input, input_or_empty, output, pool2d};
use crate::kernels::conv::conv2d::WORKSPACE;
use crate::kernels::conv::conv2d_pooled::{self, Chain, Workspace};
use crate::kernels::conv::maxima::Upstream;
use wasm_bindgen::prelude::wasm_bindgen;

/// # Safety
/// The contracts of both `read_dims`.
unsafe fn read_chain(convolution: *const u32, pool: *const u32) -> Chain {
    // SAFETY: the function's contract.
    unsafe { Chain { convolution: conv2d::read_dims(convolution), pool: pool2d::read_dims(pool) } }
}

/// # Safety
/// `map` has the elements of one map, `convolution` those of [`WORKSPACE`].
unsafe fn workspace<'a>(map: *mut f32, convolution: *mut f32, chain: &Chain) -> Workspace<'a> {
    // SAFETY: the function's contract.
    unsafe { Workspace { map: output(map, chain.map()), convolution: output(convolution, WORKSPACE) } }
}

/// Shapes of input and weight, and of the pooled map.
fn shapes(chain: &Chain) -> ([[usize; 5]; 2], [usize; 3]) {
    let [x, weight, _] = conv2d::shapes(&chain.convolution);
    let [_, pooled] = pool2d::shapes(&chain.pool);
    ([x, weight], pooled)
}

/// `bias` may be null.
///
/// # Safety
/// The contract of [`super`], with the shapes of [`Chain`]; `places` as `out`.
#[wasm_bindgen]
pub unsafe fn conv2d_max_pool2d(
    x: *const f32,
    weight: *const f32,
    bias: *const f32,
    rectified: bool,
    out: *mut f32,
    places: *mut u8,
    map: *mut f32,
    scratch: *mut f32,
    convolution: *const u32,
    pool: *const u32,
) {
    // SAFETY: the function's contract.
    unsafe {
        let chain = read_chain(convolution, pool);
        let ([x_shape, weight_shape], shape) = shapes(&chain);
        let bias = input_or_empty(bias, [chain.convolution.groups, chain.convolution.outputs]);
        let parameters = [input(weight, weight_shape), bias];
        let pooled = (output(out, shape), output(places, shape));
        let mut workspace = workspace(map, scratch, &chain);
        conv2d_pooled::forward(input(x, x_shape), parameters, rectified, pooled, &mut workspace, &chain);
    }
}

macro_rules! backward {
    ($name:ident, $kernel:path, |$shapes:ident| $other_shape:expr, $gradient_shape:expr) => {
        /// # Safety
        /// The contract of [`super`], with the shapes of [`Chain`]; `places` as `upstream`.
        #[wasm_bindgen]
        pub unsafe fn $name(
            other: *const f32,
            upstream: *const f32,
            places: *const u8,
            marked: bool,
            through_relu: bool,
            gradient: *mut f32,
            map: *mut f32,
            scratch: *mut f32,
            convolution: *const u32,
            pool: *const u32,
        ) {
            // SAFETY: the function's contract.
            unsafe {
                let chain = read_chain(convolution, pool);
                let ($shapes, shape) = shapes(&chain);
                let (values, places) = (input(upstream, shape), input(places, shape));
                let upstream = Upstream { values, places, marks: pool2d::marks(marked, through_relu) };
                let (other, gradient) = (input(other, $other_shape), output(gradient, $gradient_shape));
                $kernel(other, upstream, gradient, &mut workspace(map, scratch, &chain), &chain);
            }
        }
    };
}

// From the input to the gradient of the weight, and the other way round.
backward!(conv2d_max_pool2d_backward_weight, conv2d_pooled::backward_weight, |of| of[0], of[1]);
backward!(conv2d_max_pool2d_backward_input, conv2d_pooled::backward_input, |of| of[1], of[0]);

/// # Safety
/// The contract of [`super`]: `upstream` and `places` have `images * channels * plane` elements, `gradient`
/// has `channels`.
#[wasm_bindgen]
pub unsafe fn conv2d_max_pool2d_backward_bias(
    upstream: *const f32,
    places: *const u8,
    marked: bool,
    through_relu: bool,
    gradient: *mut f32,
    images: usize,
    channels: usize,
    plane: usize,
) {
    // SAFETY: the function's contract.
    unsafe {
        let shape = [images, channels, plane];
        let (values, places) = (input(upstream, shape), input(places, shape));
        let upstream = Upstream { values, places, marks: pool2d::marks(marked, through_relu) };
        conv2d_pooled::backward_bias(upstream, output(gradient, channels), plane);
    }
}
