use super::{input, output};
use crate::kernels::elementwise::convert;
use wasm_bindgen::prelude::wasm_bindgen;

macro_rules! conversion {
    ($($name:ident: $from:ty => $to:ty $(, $fits:ty)?;)*) => {$(
        /// # Safety
        /// The contract of [`super`]; both `length` long.
        #[wasm_bindgen]
        pub unsafe fn $name(x: *const $from, out: *mut $to, length: usize) $(-> $fits)? {
            // SAFETY: the function's contract.
            unsafe { convert::$name(input(x, length), output(out, length)) }
        }
    )*};
}

conversion! {
    u8_to_f32: u8 => f32;
    i32_to_f32: i32 => f32;
    f32_to_i32: f32 => i32, bool;
    u8_to_i32: u8 => i32;
    i32_to_u8: i32 => u8;
    i32_to_bool: i32 => u8;
    f32_to_u8: f32 => u8;
    f32_to_bool: f32 => u8;
    f16_to_f32: u16 => f32;
    bf16_to_f32: u16 => f32;
    f8_e4m3_to_f32: u8 => f32;
    f8_e5m2_to_f32: u8 => f32;
    f8_e4m3fnuz_to_f32: u8 => f32;
    f8_e5m2fnuz_to_f32: u8 => f32;
    f8_e8m0_to_f32: u8 => f32;
    f64_to_f32: f64 => f32;
    u8_to_bool: u8 => u8;
}

macro_rules! narrowing {
    ($($name:ident: $from:ty;)*) => {$(
        /// Index of the first that does not fit, or `length`.
        ///
        /// # Safety
        /// The contract of [`super`]; both `length` long.
        #[wasm_bindgen]
        pub unsafe fn $name(x: *const $from, out: *mut i32, length: usize) -> usize {
            // SAFETY: the function's contract.
            unsafe { convert::to_i32(input(x, length), output(out, length)) }
        }
    )*};
}

narrowing! {
    i8_to_i32: i8;
    i16_to_i32: i16;
    u16_to_i32: u16;
    i64_to_i32: i64;
    u32_to_i32: u32;
    u64_to_i32: u64;
}
