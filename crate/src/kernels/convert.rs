//! Conversion between element types, those that only files have included.

use crate::simd::{F32x4, LANES};

pub fn u8_to_f32(x: &[u8], out: &mut [f32]) {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for (out, x) in out.iter_mut().zip(vectors) {
        F32x4::from_u8(x).store(out);
    }
    for (out, &x) in out_rest.iter_mut().zip(rest) {
        *out = f32::from(x);
    }
}

pub fn i32_to_f32(x: &[i32], out: &mut [f32]) {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for (out, x) in out.iter_mut().zip(vectors) {
        F32x4::from_i32(x).store(out);
    }
    for (out, &x) in out_rest.iter_mut().zip(rest) {
        *out = x as f32;
    }
}

/// Truncates towards zero; out of range saturates, NaN gives 0.
pub fn f32_to_i32(x: &[f32], out: &mut [i32]) {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for (out, x) in out.iter_mut().zip(vectors) {
        *out = F32x4::load(x).to_i32();
    }
    for (out, &x) in out_rest.iter_mut().zip(rest) {
        *out = x as i32;
    }
}

/// Truncates towards zero, modulo 256 like torch on CPU for finite values in the range of int32.
pub fn f32_to_u8(x: &[f32], out: &mut [u8]) {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for (out, x) in out.iter_mut().zip(vectors) {
        *out = F32x4::load(x).to_i32().map(|x| x as u8);
    }
    for (out, &x) in out_rest.iter_mut().zip(rest) {
        *out = x as i32 as u8;
    }
}

/// 1 where x is not 0 (NaN included).
pub fn f32_to_bool(x: &[f32], out: &mut [u8]) {
    let one = F32x4::splat(f32::from_bits(1));
    let (vectors, rest) = x.as_chunks::<LANES>();
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for (out, x) in out.iter_mut().zip(vectors) {
        *out = (one & F32x4::load(x).ne(F32x4::splat(0.0))).to_low_bytes();
    }
    for (out, &x) in out_rest.iter_mut().zip(rest) {
        *out = u8::from(x != 0.0);
    }
}

/// Exact. The exponent moves from bias 15 to bias 127 by a product with 2^112, which is right for
/// subnormals too; infinity and NaN get all exponent bits back.
pub fn f16_to_f32(x: &[u16], out: &mut [f32]) {
    let scale = f32::from_bits((127 + 112) << 23);
    for (out, &x) in out.iter_mut().zip(x) {
        let x = u32::from(x);
        let magnitude = f32::from_bits((x & 0x7fff) << 13) * scale;
        let exponent = if x & 0x7c00 == 0x7c00 { 0x7f80_0000 } else { 0 };
        *out = f32::from_bits(magnitude.to_bits() | exponent | (x & 0x8000) << 16);
    }
}

/// Exact: bfloat16 is the upper half of a float32.
pub fn bf16_to_f32(x: &[u16], out: &mut [f32]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = f32::from_bits(u32::from(x) << 16);
    }
}

/// Rounds to nearest, ties to even; beyond the range of float32 is infinity.
pub fn f64_to_f32(x: &[f64], out: &mut [f32]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = x as f32;
    }
}

/// 1 where x is not 0.
pub fn u8_to_bool(x: &[u8], out: &mut [u8]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = u8::from(x != 0);
    }
}

/// Copies integers up to the first that int32 cannot hold, and returns its index: the length if all fit.
pub fn to_i32<T: Copy + TryInto<i32>>(x: &[T], out: &mut [i32]) -> usize {
    for (i, (out, &x)) in out.iter_mut().zip(x).enumerate() {
        match x.try_into() {
            Ok(integer) => *out = integer,
            Err(_) => return i,
        }
    }
    x.len()
}
