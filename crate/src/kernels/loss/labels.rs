//! Targets of the loss: one for each logit, or only where the positive ones are.

use crate::kernels::elementwise::convert;

/// A target's element: float32, or a byte that counts as its value.
pub trait Target: Sized {
    fn labels(targets: &[Self]) -> Labels<'_>;
}

impl Target for f32 {
    fn labels(targets: &[f32]) -> Labels<'_> {
        Labels::Floats(targets)
    }
}

impl Target for u8 {
    fn labels(targets: &[u8]) -> Labels<'_> {
        Labels::Bytes(targets)
    }
}

/// Longest span that [`Labels::span`] is asked for.
pub const SPAN: usize = 512;

/// The targets of all logits.
pub enum Labels<'a> {
    Floats(&'a [f32]),
    Bytes(&'a [u8]),
    Positives(Positives<'a>),
}

impl Labels<'_> {
    /// Those of the logits from `start` on, in `span` unless they are float32; to be asked for in rising order.
    pub fn span<'s>(&'s mut self, start: usize, length: usize, span: &'s mut [f32; SPAN]) -> &'s [f32] {
        let span = &mut span[..length];
        match self {
            Labels::Floats(labels) => return &labels[start..start + length],
            Labels::Bytes(labels) => convert::u8_to_f32(&labels[start..start + length], span),
            Labels::Positives(positives) => positives.write(start, span),
        }
        span
    }
}

/// Where the 1s are: the rows of a matrix in compressed form, as torch.sparse_csr_tensor without values.
/// The columns of row i are `columns[rows[i]..rows[i + 1]]`, ascending.
pub struct Positives<'a> {
    rows: &'a [i32],
    columns: &'a [i32],
    classes: usize,
    /// The row of the next positive, and its place in `columns`.
    row: usize,
    next: usize,
}

impl<'a> Positives<'a> {
    /// `rows` has an element more than there are rows.
    pub fn new(rows: &'a [i32], columns: &'a [i32], classes: usize) -> Self {
        Positives { rows, columns, classes, row: 0, next: 0 }
    }

    fn write(&mut self, start: usize, span: &mut [f32]) {
        span.fill(0.0);
        while let Some(&column) = self.columns.get(self.next) {
            while self.rows.get(self.row + 1).is_some_and(|&end| end as usize <= self.next) {
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
