use super::{input, output};
use crate::kernels::convert;
use wasm_bindgen::prelude::wasm_bindgen;

macro_rules! conversion {
    ($($name:ident: $from:ty => $to:ty;)*) => {$(
        /// # Safety
        /// The contract of [`super`]; both `length` long.
        #[wasm_bindgen]
        pub unsafe fn $name(x: *const $from, out: *mut $to, length: usize) {
            // SAFETY: the function's contract.
            unsafe { convert::$name(input(x, length), output(out, length)) }
        }
    )*};
}

conversion! {
    u8_to_f32: u8 => f32;
    i32_to_f32: i32 => f32;
    f32_to_i32: f32 => i32;
    f32_to_u8: f32 => u8;
    f32_to_bool: f32 => u8;
}
