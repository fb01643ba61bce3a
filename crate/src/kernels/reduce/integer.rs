//! Reductions of int32 along one axis of `[outer, axis, inner]`. Sums are exact, or false if one does not fit.

use super::axis::Axis;
use crate::kernels::elementwise::integer::store;
use crate::simd::F32x4;

/// Columns that are summed at a time.
const STRIP: usize = 16;

/// `out[outer][inner] = Σ x[outer][·][inner]`.
pub fn sum_axis(x: &[i32], out: &mut [i32], dims: Axis) -> bool {
    let Axis { axis, inner, .. } = dims;
    let mut fits = true;
    for (i, out) in out.chunks_mut(inner.max(1)).enumerate() {
        let x = &x[i * axis * inner..(i + 1) * axis * inner];
        if let [out] = out {
            store(x.iter().map(|&x| i64::from(x)).sum(), out, &mut fits);
            continue;
        }
        for (strip, out) in out.chunks_mut(STRIP).enumerate() {
            let mut totals = [0i64; STRIP];
            for row in x.chunks_exact(inner) {
                for (total, &x) in totals.iter_mut().zip(&row[strip * STRIP..][..out.len()]) {
                    *total += i64::from(x);
                }
            }
            for (out, total) in out.iter_mut().zip(totals) {
                store(total, out, &mut fits);
            }
        }
    }
    fits
}

/// Bytes whose sum fits one lane.
const SPAN: usize = 1 << 20;

fn sum_of_span(x: &[u8]) -> i64 {
    let (vectors, rest) = x.as_chunks();
    let sums = vectors.iter().fold(F32x4::splat(0.0), |sums, x| sums.add_bits(F32x4::sums_of_bytes(x)));
    let lanes = sums.to_array().map(|lane| i64::from(lane.to_bits()));
    lanes.iter().sum::<i64>() + rest.iter().map(|&x| i64::from(x)).sum::<i64>()
}

/// The same of bytes.
pub fn sum_axis_of_u8(x: &[u8], out: &mut [i32], Axis { axis, inner, .. }: Axis) -> bool {
    let mut fits = true;
    for (i, out) in out.chunks_mut(inner.max(1)).enumerate() {
        let x = &x[i * axis * inner..(i + 1) * axis * inner];
        if let [out] = out {
            store(x.chunks(SPAN).map(sum_of_span).sum(), out, &mut fits);
            continue;
        }
        if axis > i32::MAX as usize / 255 {
            for (column, out) in out.iter_mut().enumerate() {
                store((0..axis).map(|k| i64::from(x[k * inner + column])).sum(), out, &mut fits);
            }
            continue;
        }
        out.fill(0);
        for row in x.chunks_exact(inner) {
            for (out, &x) in out.iter_mut().zip(row) {
                *out += i32::from(x);
            }
        }
    }
    fits
}
