use super::{input, output};
use crate::kernels::reduce::axis::Axis;
use crate::kernels::reduce::softmax;
use wasm_bindgen::prelude::wasm_bindgen;

macro_rules! along_axis {
    ($($name:ident)*) => {$(
        /// # Safety
        /// The contract of [`super`]; both have `outer * axis * inner` elements.
        #[wasm_bindgen]
        pub unsafe fn $name(x: *const f32, out: *mut f32, outer: usize, axis: usize, inner: usize) {
            let shape = [outer, axis, inner];
            // SAFETY: the function's contract.
            unsafe { softmax::$name(input(x, shape), output(out, shape), Axis { outer, axis, inner }) }
        }
    )*};
}

macro_rules! along_axis_backward {
    ($($name:ident)*) => {$(
        /// # Safety
        /// The contract of [`super`]; all have `outer * axis * inner` elements.
        #[wasm_bindgen]
        pub unsafe fn $name(
            upstream: *const f32,
            y: *const f32,
            gradient: *mut f32,
            outer: usize,
            axis: usize,
            inner: usize,
        ) {
            let shape = [outer, axis, inner];
            // SAFETY: the function's contract.
            unsafe {
                let (upstream, y) = (input(upstream, shape), input(y, shape));
                softmax::$name(upstream, y, output(gradient, shape), Axis { outer, axis, inner });
            }
        }
    )*};
}

along_axis! { softmax log_softmax }
along_axis_backward! { softmax_backward log_softmax_backward }
