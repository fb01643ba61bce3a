//! Whether any of the bools along one axis of `[outer, axis, inner]` is true, or whether all are.

use super::axis::Axis;

/// Bools of a row that are looked at before it may end early.
const SPAN: usize = 1024;

/// `out[outer][inner] = x[outer][·][inner] ∨ …`, or `∧` if `all`; bools are bytes 0 and 1.
pub fn any_axis(x: &[u8], out: &mut [u8], all: bool, Axis { axis, inner, .. }: Axis) {
    out.fill(u8::from(all));
    if x.is_empty() {
        return;
    }
    // All are true where none is false.
    let flip = u8::from(all);
    if inner == 1 {
        for (row, out) in x.chunks_exact(axis).zip(out) {
            let found = |span: &[u8]| span.iter().fold(0, |any, x| any | (x ^ flip)) != 0;
            *out = u8::from(row.chunks(SPAN).any(found)) ^ flip;
        }
        return;
    }
    for (x, out) in x.chunks_exact(axis * inner).zip(out.chunks_exact_mut(inner)) {
        for row in x.chunks_exact(inner) {
            for (out, x) in out.iter_mut().zip(row) {
                *out = ((*out ^ flip) | (x ^ flip)) ^ flip;
            }
        }
    }
}
