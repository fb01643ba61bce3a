//! Targets of the loss, dense or only the positions of the positive ones, and their weights.

use super::known::Ignored;
use crate::kernels::elementwise::convert;
use std::ops::Range;

/// Longest span for [`Targets::span`].
pub const SPAN: usize = 512;

/// Weights of the classes (`classes` long, the same for every row) or of each element.
#[derive(Clone, Copy)]
pub enum Weight<'a> {
    None,
    PerClass(&'a [f32]),
    PerElement(&'a [f32]),
}

/// The targets for all logits.
#[derive(Clone)]
pub enum Targets<'a> {
    Floats(&'a [f32]),
    Bytes(&'a [u8]),
    Positives(Positives<'a>),
}

impl Targets<'_> {
    /// The targets without the first rows, of `classes` each.
    pub fn skip_rows(&self, rows: usize, classes: usize) -> Self {
        match self {
            Targets::Floats(labels) => Targets::Floats(&labels[rows * classes..]),
            Targets::Bytes(labels) => Targets::Bytes(&labels[rows * classes..]),
            Targets::Positives(positives) => Targets::Positives(positives.skip_rows(rows)),
        }
    }

    /// How many of some targets are known. Of positives all are.
    pub fn known(&self, ignored: Ignored, part: Range<usize>) -> usize {
        match self {
            Targets::Floats(labels) => ignored.known_floats(&labels[part]),
            Targets::Bytes(labels) => ignored.known_bytes(&labels[part]),
            Targets::Positives(_) => part.len(),
        }
    }

    /// The targets from `start` on, written to `span` unless they are float32. Calls must be in ascending order.
    pub fn span<'s>(&'s mut self, start: usize, length: usize, span: &'s mut [f32; SPAN]) -> &'s [f32] {
        let span = &mut span[..length];
        match self {
            Targets::Floats(labels) => return &labels[start..start + length],
            Targets::Bytes(labels) => convert::u8_to_f32(&labels[start..start + length], span),
            Targets::Positives(positives) => positives.write(start, span),
        }
        span
    }
}

/// The positions of the 1s in CSR form, as torch.sparse_csr_tensor without values.
/// The columns of row i are `columns[row_starts[i]..row_starts[i + 1]]`, ascending.
#[derive(Clone)]
pub struct Positives<'a> {
    row_starts: &'a [i32],
    columns: &'a [i32],
    classes: usize,
    /// The row of the next positive, and its index in `columns`.
    row: usize,
    next: usize,
}

impl<'a> Positives<'a> {
    /// `row_starts` has one element more than there are rows.
    pub fn new(row_starts: &'a [i32], columns: &'a [i32], classes: usize) -> Self {
        Positives { row_starts, columns, classes, row: 0, next: 0 }
    }

    fn skip_rows(&self, rows: usize) -> Self {
        let row_starts = &self.row_starts[rows..];
        Positives { row_starts, row: 0, next: row_starts[0] as usize, ..*self }
    }

    fn write(&mut self, start: usize, span: &mut [f32]) {
        span.fill(0.0);
        while let Some(&column) = self.columns.get(self.next) {
            while self.row_starts.get(self.row + 1).is_some_and(|&end| end as usize <= self.next) {
                self.row += 1;
            }
            let at = self.row * self.classes + column as usize;
            let Some(label) = span.get_mut(at.wrapping_sub(start)) else {
                break;
            };
            *label = 1.0;
            self.next += 1;
        }
    }
}
