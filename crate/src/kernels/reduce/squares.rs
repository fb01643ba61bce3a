//! Sums of squares along one axis of `[outer, axis, inner]`, of elements or of their deviations from a center.

use super::axis::Axis;
use super::softmax::sums;
use super::strips::{strips, STRIP};
use super::sum::in_pieces;
use crate::kernels::elementwise::rows::zip;
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{load_block, F32x4, BLOCK};

/// Elements that are summed in float32, 16 of each lane, before the sum goes to float64.
const SPAN: usize = 16 * BLOCK;

/// `out[outer][inner] = scale * Σ (x[outer][·][inner] - center[outer][inner])²`; without a center it is 0.
pub fn squares_axis(x: &[f32], center: Option<&[f32]>, scale: f64, out: &mut [f32], dims: Axis) {
    if x.is_empty() {
        return out.fill((0.0 * scale) as f32);
    }
    let Axis { axis, inner, .. } = dims;
    if inner == 1 {
        let rows = items_per_job(out.len(), axis / 2);
        parallel::for_each(chunks(out, rows), |job, out| {
            for (i, out) in out.iter_mut().enumerate() {
                let at = job * rows + i;
                let center = center.map_or(0.0, |center| center[at]);
                let total = in_pieces(&x[at * axis..][..axis], |x| squares(x, center));
                *out = (total * scale) as f32;
            }
        });
        return;
    }
    let zeros = [0.0; STRIP];
    for strip in strips(dims) {
        let out = &mut out[strip.results()];
        let center = center.map_or(&zeros[..out.len()], |center| &center[strip.results()]);
        sums(strip, out, |row, terms| zip(&x[row], center, terms, |x, center| (x - center) * (x - center)));
        for out in out {
            *out = (f64::from(*out) * scale) as f32;
        }
    }
}

/// `Σ (x - center)²`.
fn squares(x: &[f32], center: f32) -> f64 {
    let mut total = 0.0;
    let middle = F32x4::splat(center);
    for span in x.chunks(SPAN) {
        let (blocks, rest) = span.as_chunks::<BLOCK>();
        let mut sums = [F32x4::splat(0.0); 4];
        for block in blocks {
            for (sum, x) in sums.iter_mut().zip(load_block(block)) {
                *sum = *sum + (x - middle) * (x - middle);
            }
        }
        total += sums.into_iter().map(F32x4::sum_f64).sum::<f64>();
        total += rest.iter().map(|&x| f64::from((x - center) * (x - center))).sum::<f64>();
    }
    total
}
