//! Positions from indices, and writing at them.

use super::gather::{each, scatter_add};
use crate::kernels::reduce::axis::Axis;
use crate::simd::{as_floats, as_floats_mut, F32x4, LANES};

/// How written values combine with what is at their place.
#[derive(Clone, Copy)]
pub enum Combine {
    Sum,
    Product,
    Max,
    Min,
}

/// `out[i] += stride * index[i]`, negative ones from the end of `size` if they may be. Returns the place of the first index that is
/// out of range, or their number.
pub fn positions(indices: &[i32], size: i32, stride: i32, negative: bool, out: &mut [i32]) -> usize {
    let bits = |x: i32| F32x4::splat(f32::from_bits(x.cast_unsigned()));
    let [zero, last, factor] = [0, size - 1, stride].map(bits);
    let end = bits(if negative { size } else { 0 });
    let add = |x: &[f32; LANES], out: &mut [f32; LANES]| {
        let x = F32x4::load(x);
        let x = x.add_bits(end & x.shift_right_signed(31));
        F32x4::load(out).add_bits(x.mul_bits(factor)).store(out);
        zero.bits_greater(x) | x.bits_greater(last)
    };
    let (vectors, rest) = as_floats(indices).as_chunks();
    let (out, out_rest) = as_floats_mut(out).as_chunks_mut();
    let mut outside = vectors.iter().zip(out).fold(zero, |outside, (x, out)| outside | add(x, out));
    if !rest.is_empty() {
        let (mut x, mut sums) = ([0.0; LANES], [0.0; LANES]);
        x[..rest.len()].copy_from_slice(rest);
        x[rest.len()..].fill(rest[0]);
        sums[..rest.len()].copy_from_slice(out_rest);
        outside = outside | add(&x, &mut sums);
        out_rest.copy_from_slice(&sums[..rest.len()]);
    }
    let is_outside = |&index: &i32| index >= size || index < if negative { -size } else { 0 };
    let first = outside.has_bits().then(|| indices.iter().position(is_outside));
    first.flatten().unwrap_or(indices.len())
}

/// `out[o][indices[o][j][i]][i] = src[o][j][i]`; of values for one place the last.
pub fn scatter<T: Copy>(src: &[T], indices: &[i32], out: &mut [T], count: usize, dims: Axis) {
    each(indices, count, dims, |at, place| out[place] = src[at]);
}

/// The same, combined with what is there, in float32, as NaN where either is.
pub fn combine_floats(
    combine: Combine,
    src: &[f32],
    indices: &[i32],
    out: &mut [f32],
    count: usize,
    dims: Axis,
) {
    if let Combine::Sum = combine {
        return scatter_add(src, indices, out, count, dims);
    }
    each(indices, count, dims, |at, place| {
        let (out, x) = (&mut out[place], src[at]);
        let stays = match combine {
            Combine::Max => *out >= x || out.is_nan(),
            _ => *out <= x || out.is_nan(),
        };
        *out = match combine {
            Combine::Product => *out * x,
            _ if stays => *out,
            _ => x,
        };
    });
}

/// The same of integers, which wrap. Returns whether none did.
pub fn combine_integers(
    combine: Combine,
    src: &[i32],
    indices: &[i32],
    out: &mut [i32],
    count: usize,
    dims: Axis,
) -> bool {
    let mut wraps = false;
    each(indices, count, dims, |at, place| {
        let (out, x) = (&mut out[place], src[at]);
        let (value, wrapped) = match combine {
            Combine::Sum => out.overflowing_add(x),
            Combine::Product => out.overflowing_mul(x),
            Combine::Max => (x.max(*out), false),
            Combine::Min => (x.min(*out), false),
        };
        *out = value;
        wraps |= wrapped;
    });
    !wraps
}

/// The number of bytes that are not 0.
pub fn count_true(mask: &[u8]) -> usize {
    mask.iter().filter(|&&x| x != 0).count()
}

/// The positions of bytes that are not 0, of which there are as many as `out` has elements.
pub fn true_positions(mask: &[u8], out: &mut [i32]) {
    let places = mask.iter().enumerate().filter(|&(_, &x)| x != 0);
    for (out, (at, _)) in out.iter_mut().zip(places) {
        *out = at as i32;
    }
}

/// The index along a dimension of `size` and `stride` of each position.
pub fn coordinates(positions: &[i32], size: i32, stride: i32, out: &mut [i32]) {
    for (out, &position) in out.iter_mut().zip(positions) {
        *out = position / stride % size;
    }
}
