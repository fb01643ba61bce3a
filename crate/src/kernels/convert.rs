//! Conversion between element types.

pub fn u8_to_f32(x: &[u8], out: &mut [f32]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = f32::from(x);
    }
}

pub fn i32_to_f32(x: &[i32], out: &mut [f32]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = x as f32;
    }
}

/// Truncates towards zero; out of range saturates, NaN gives 0.
pub fn f32_to_i32(x: &[f32], out: &mut [i32]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = x as i32;
    }
}

/// Truncates towards zero, modulo 256 like torch on CPU for finite values in the range of int32.
pub fn f32_to_u8(x: &[f32], out: &mut [u8]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = x as i32 as u8;
    }
}

/// 1 where x is not 0 (NaN included).
pub fn f32_to_bool(x: &[f32], out: &mut [u8]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = u8::from(x != 0.0);
    }
}
