//! One of two operands by a condition, element by element, and the gradient of either.

use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{F32x4, LANES};

/// `out[i] = condition[i] ? a[i] : b[i]`.
pub fn select(condition: &[u8], a: &[f32], b: &[f32], out: &mut [f32]) {
    let size = items_per_job(out.len(), 1);
    parallel::for_each(chunks(out, size), |job, out| {
        let part = job * size..job * size + out.len();
        select_part(&condition[part.clone()], &a[part.clone()], &b[part], out);
    });
}

fn select_part(condition: &[u8], a: &[f32], b: &[f32], out: &mut [f32]) {
    let (conditions, condition_rest) = condition.as_chunks::<LANES>();
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let (vectors, out_rest) = out.as_chunks_mut::<LANES>();
    for (((out, condition), a), b) in vectors.iter_mut().zip(conditions).zip(a).zip(b) {
        F32x4::select(is_true(condition), F32x4::load(a), F32x4::load(b)).store(out);
    }
    for (((out, &condition), &a), &b) in out_rest.iter_mut().zip(condition_rest).zip(a_rest).zip(b_rest) {
        *out = if condition != 0 { a } else { b };
    }
}

/// `upstream` where `condition` equals `wanted`, else 0: the gradient of either side of [`select`].
pub fn select_backward(upstream: &[f32], condition: &[u8], wanted: bool, gradient: &mut [f32]) {
    let size = items_per_job(gradient.len(), 1);
    parallel::for_each(chunks(gradient, size), |job, gradient| {
        let part = job * size..job * size + gradient.len();
        select_backward_part(&upstream[part.clone()], &condition[part], wanted, gradient);
    });
}

fn select_backward_part(upstream: &[f32], condition: &[u8], wanted: bool, gradient: &mut [f32]) {
    let (conditions, condition_rest) = condition.as_chunks::<LANES>();
    let (upstreams, upstream_rest) = upstream.as_chunks::<LANES>();
    let (vectors, gradient_rest) = gradient.as_chunks_mut::<LANES>();
    for ((g, up), condition) in vectors.iter_mut().zip(upstreams).zip(conditions) {
        let (up, mask) = (F32x4::load(up), is_true(condition));
        (if wanted { up & mask } else { up.and_not(mask) }).store(g);
    }
    for ((g, &up), &condition) in gradient_rest.iter_mut().zip(upstream_rest).zip(condition_rest) {
        *g = if (condition != 0) == wanted { up } else { 0.0 };
    }
}

/// Mask where a byte is not 0.
#[inline(always)]
fn is_true(condition: &[u8; LANES]) -> F32x4 {
    F32x4::from_u8(condition).ne(F32x4::splat(0.0))
}
