//! Neighbouring columns of the matrices `[axis, inner]` of `[outer, axis, inner]`, which are reduced together.

use super::axis::Axis;
use std::ops::Range;

/// Columns of a strip: their sums lie on the stack, and a row of them is a few cache lines.
pub const STRIP: usize = 64;

/// Up to [`STRIP`] columns of one matrix.
#[derive(Clone, Copy)]
pub struct Strip {
    matrix: usize,
    column: usize,
    width: usize,
    dims: Axis,
}

/// All strips; of a shape without elements there are none, or they have no rows.
pub fn strips(dims: Axis) -> impl Iterator<Item = Strip> {
    (0..dims.outer).flat_map(move |matrix| {
        (0..dims.inner).step_by(STRIP).map(move |column| Strip {
            matrix,
            column,
            width: STRIP.min(dims.inner - column),
            dims,
        })
    })
}

impl Strip {
    pub fn width(self) -> usize {
        self.width
    }
    /// Its part of a result `[outer, inner]`.
    pub fn results(self) -> Range<usize> {
        let start = self.matrix * self.dims.inner + self.column;
        start..start + self.width
    }
    /// Its part of each row.
    pub fn rows(self) -> impl Iterator<Item = Range<usize>> {
        let Axis { axis, inner, .. } = self.dims;
        (0..axis).map(move |k| {
            let start = (self.matrix * axis + k) * inner + self.column;
            start..start + self.width
        })
    }
}
