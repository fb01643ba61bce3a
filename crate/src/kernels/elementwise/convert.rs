//! Conversion between element types, including those that only files use.

use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{as_floats, load_block, load_up_to_block, F32x4, BLOCK, LANES};
use std::sync::atomic::{AtomicBool, Ordering};

/// Converts parts of `x` to those of `out` on all threads.
fn in_parts<T: Sync, U: Send>(x: &[T], out: &mut [U], convert: &(dyn Fn(&[T], &mut [U]) + Sync)) {
    let size = items_per_job(out.len(), 1);
    parallel::for_each(chunks(out, size), |job, out| convert(&x[job * size..][..out.len()], out));
}

pub fn u8_to_f32(x: &[u8], out: &mut [f32]) {
    in_parts(x, out, &u8_to_f32_part);
}

fn u8_to_f32_part(x: &[u8], out: &mut [f32]) {
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
    in_parts(x, out, &i32_to_f32_part);
}

fn i32_to_f32_part(x: &[i32], out: &mut [f32]) {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for (out, x) in out.iter_mut().zip(vectors) {
        F32x4::from_i32(x).store(out);
    }
    for (out, &x) in out_rest.iter_mut().zip(rest) {
        *out = x as f32;
    }
}

/// Truncates towards zero; saturates out of range, NaN gives 0. Returns whether all fit int32.
pub fn f32_to_i32(x: &[f32], out: &mut [i32]) -> bool {
    let fit = AtomicBool::new(true);
    in_parts(x, out, &|x, out| {
        if !f32_to_i32_part(x, out) {
            fit.store(false, Ordering::Relaxed);
        }
    });
    fit.into_inner()
}

fn f32_to_i32_part(x: &[f32], out: &mut [i32]) -> bool {
    let (least, end) = (F32x4::splat(i32::MIN as f32), F32x4::splat(-(i32::MIN as f32)));
    let mut outside = F32x4::splat(0.0);
    let (vectors, rest) = x.as_chunks::<LANES>();
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for (out, x) in out.iter_mut().zip(vectors) {
        let x = F32x4::load(x);
        outside = outside | F32x4::splat(1.0).and_not(least.le(x) & x.lt(end));
        *out = x.to_i32();
    }
    for (out, &x) in out_rest.iter_mut().zip(rest) {
        *out = x as i32;
        outside =
            outside | F32x4::splat(if x >= i32::MIN as f32 && x < -(i32::MIN as f32) { 0.0 } else { 1.0 });
    }
    outside.to_array() == [0.0; LANES]
}

pub fn u8_to_i32(x: &[u8], out: &mut [i32]) {
    in_parts(x, out, &u8_to_i32_part);
}

fn u8_to_i32_part(x: &[u8], out: &mut [i32]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = i32::from(x);
    }
}

/// Modulo 256.
pub fn i32_to_u8(x: &[i32], out: &mut [u8]) {
    in_parts(x, out, &i32_to_u8_part);
}

fn i32_to_u8_part(x: &[i32], out: &mut [u8]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = x as u8;
    }
}

/// 1 where x is not 0.
pub fn i32_to_bool(x: &[i32], out: &mut [u8]) {
    in_parts(x, out, &i32_to_bool_part);
}

fn i32_to_bool_part(x: &[i32], out: &mut [u8]) {
    let (zero, all) = (F32x4::splat(0.0), F32x4::splat(f32::from_bits(u32::MAX)));
    to_bool(as_floats(x), out, |x| all.and_not(x.bits_equal(zero)));
}

/// 1 where the mask is set.
#[inline(always)]
fn to_bool(x: &[f32], out: &mut [u8], is_true: impl Fn(F32x4) -> F32x4) {
    let (blocks, rest) = x.as_chunks();
    let (out, out_rest) = out.as_chunks_mut();
    for (out, x) in out.iter_mut().zip(blocks) {
        F32x4::truths(load_block(x).map(&is_true), out);
    }
    if !rest.is_empty() {
        let mut last = [0; BLOCK];
        F32x4::truths(load_up_to_block(rest, 0.0).map(&is_true), &mut last);
        out_rest.copy_from_slice(&last[..rest.len()]);
    }
}

/// The low byte of a float32, from its saturated int32; 0 beyond the range of int32, where all floats are multiples of 256, and for infinity.
#[inline(always)]
fn low_byte(x: i32) -> u8 {
    if x == i32::MAX {
        0
    } else {
        x as u8
    }
}

/// Truncates towards zero, modulo 256 like torch on CPU; NaN and infinity give 0.
pub fn f32_to_u8(x: &[f32], out: &mut [u8]) {
    in_parts(x, out, &f32_to_u8_part);
}

fn f32_to_u8_part(x: &[f32], out: &mut [u8]) {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for (out, x) in out.iter_mut().zip(vectors) {
        *out = F32x4::load(x).to_i32().map(low_byte);
    }
    for (out, &x) in out_rest.iter_mut().zip(rest) {
        *out = low_byte(x as i32);
    }
}

/// 1 where x is not 0 (NaN included).
pub fn f32_to_bool(x: &[f32], out: &mut [u8]) {
    in_parts(x, out, &f32_to_bool_part);
}

fn f32_to_bool_part(x: &[f32], out: &mut [u8]) {
    let zero = F32x4::splat(0.0);
    to_bool(x, out, |x| x.ne(zero));
}

/// Exact. Multiplying by 2^112 moves the exponent from bias 15 to bias 127, also for
/// subnormals; infinity and NaN get all exponent bits back.
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

/// Exact, for 8-bit floats: a sign, an exponent, `FRACTION` bits of fraction. As for float16, a
/// product moves the exponent from its `BIAS` to 127. `edge` maps the patterns with special meanings.
fn f8_to_f32<const FRACTION: u32, const BIAS: u32>(
    x: &[u8],
    out: &mut [f32],
    edge: impl Fn(u8) -> Option<f32>,
) {
    let scale = f32::from_bits((254 - BIAS) << 23);
    for (out, &x) in out.iter_mut().zip(x) {
        let magnitude = f32::from_bits(u32::from(x & 0x7f) << (23 - FRACTION)) * scale;
        *out = edge(x).unwrap_or(f32::from_bits(magnitude.to_bits() | u32::from(x & 0x80) << 24));
    }
}

/// Without infinities; the greatest pattern is NaN.
pub fn f8_e4m3_to_f32(x: &[u8], out: &mut [f32]) {
    f8_to_f32::<3, 7>(x, out, |x| (x & 0x7f == 0x7f).then_some(f32::NAN));
}

/// As in IEEE 754: the upper half of a float16.
pub fn f8_e5m2_to_f32(x: &[u8], out: &mut [f32]) {
    f8_to_f32::<2, 15>(x, out, |x| match x {
        0x7c => Some(f32::INFINITY),
        0xfc => Some(f32::NEG_INFINITY),
        _ => (x & 0x7f > 0x7c).then_some(f32::NAN),
    });
}

/// Finite except for one NaN, in place of -0.
pub fn f8_e4m3fnuz_to_f32(x: &[u8], out: &mut [f32]) {
    f8_to_f32::<3, 8>(x, out, |x| (x == 0x80).then_some(f32::NAN));
}

/// Finite except for one NaN, in place of -0.
pub fn f8_e5m2fnuz_to_f32(x: &[u8], out: &mut [f32]) {
    f8_to_f32::<2, 16>(x, out, |x| (x == 0x80).then_some(f32::NAN));
}

/// Powers of two from 2^-127 on; the greatest pattern is NaN.
pub fn f8_e8m0_to_f32(x: &[u8], out: &mut [f32]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = match x {
            0 => f32::from_bits(1 << 22),
            255 => f32::NAN,
            _ => f32::from_bits(u32::from(x) << 23),
        };
    }
}

/// Rounds to nearest, ties to even; infinity beyond the range of float32.
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

/// Copies integers up to the first that does not fit int32, and returns its index; the length if all fit.
pub fn to_i32<T: Copy + TryInto<i32>>(x: &[T], out: &mut [i32]) -> usize {
    for (i, (out, &x)) in out.iter_mut().zip(x).enumerate() {
        match x.try_into() {
            Ok(integer) => *out = integer,
            Err(_) => return i,
        }
    }
    x.len()
}
