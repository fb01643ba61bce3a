//! Products along one axis of `[outer, axis, inner]`.

use super::axis::Axis;
use crate::kernels::elementwise::integer::store;
use crate::kernels::elementwise::rows::combine;
use crate::simd::{load_block, F32x4, BLOCK};

/// `out[outer][inner] = Π x[outer][·][inner]`.
pub fn product_axis(x: &[f32], out: &mut [f32], Axis { axis, inner, .. }: Axis) {
    out.fill(1.0);
    if x.is_empty() {
        return;
    }
    if inner == 1 {
        for (row, out) in x.chunks_exact(axis).zip(out) {
            *out = product(row);
        }
        return;
    }
    for (x, out) in x.chunks_exact(axis * inner).zip(out.chunks_exact_mut(inner)) {
        for row in x.chunks_exact(inner) {
            combine(out, row, |product, x| product * x);
        }
    }
}

fn product(x: &[f32]) -> f32 {
    let (blocks, rest) = x.as_chunks::<BLOCK>();
    let mut products = [F32x4::splat(1.0); 4];
    for block in blocks {
        for (product, x) in products.iter_mut().zip(load_block(block)) {
            *product = *product * x;
        }
    }
    let [a, b, c, d] = products;
    let lanes = ((a * b) * (c * d)).to_array();
    lanes.iter().chain(rest).product()
}

/// The same of int32; false if a product does not fit.
pub fn integer_product_axis(x: &[i32], out: &mut [i32], Axis { axis, inner, .. }: Axis) -> bool {
    let mut fits = true;
    for (i, out) in out.iter_mut().enumerate() {
        let start = i / inner * axis * inner + i % inner;
        let line = (0..axis).map(|k| x[start + k * inner]);
        store(line.fold(1, times), out, &mut fits);
    }
    fits
}

/// A product that stays beyond int32 once it is, except by a factor of 0.
pub fn times(product: i64, factor: i32) -> i64 {
    // Its product with any int32 fits int64.
    const BEYOND: i64 = (1 << 32) - 1;
    (product * i64::from(factor)).clamp(-BEYOND, BEYOND)
}
