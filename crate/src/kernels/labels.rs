//! Targets of the loss: one for each logit, or only where the positive ones are.

use crate::simd::{F32x4, LANES};

/// A target's element: float32, or a byte that counts as its value.
pub trait Target: Copy + Default {
    fn load(y: &[Self; LANES]) -> F32x4;
}

impl Target for f32 {
    #[inline(always)]
    fn load(y: &[f32; LANES]) -> F32x4 {
        F32x4::load(y)
    }
}

impl Target for u8 {
    #[inline(always)]
    fn load(y: &[u8; LANES]) -> F32x4 {
        F32x4::from_u8(y)
    }
}

/// Longest span that [`Labels::span`] is asked for.
pub const SPAN: usize = 512;

/// The targets of all logits, span by span in rising order.
pub trait Labels {
    type Element: Target;
    /// Those of the logits from `start` on.
    fn span(&mut self, start: usize, length: usize) -> &[Self::Element];
}

/// A target for each logit.
pub struct Dense<'a, T>(pub &'a [T]);

impl<T: Target> Labels for Dense<'_, T> {
    type Element = T;
    #[inline(always)]
    fn span(&mut self, start: usize, length: usize) -> &[T] {
        &self.0[start..start + length]
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
    span: [u8; SPAN],
}

impl<'a> Positives<'a> {
    /// `rows` has an element more than there are rows.
    pub fn new(rows: &'a [i32], columns: &'a [i32], classes: usize) -> Self {
        Positives { rows, columns, classes, row: 0, next: 0, span: [0; SPAN] }
    }
}

impl Labels for Positives<'_> {
    type Element = u8;
    fn span(&mut self, start: usize, length: usize) -> &[u8] {
        self.span.fill(0);
        while let Some(&column) = self.columns.get(self.next) {
            while self.rows.get(self.row + 1).is_some_and(|&end| end as usize <= self.next) {
                self.row += 1;
            }
            let at = self.row * self.classes + column as usize;
            let Some(label) = self.span[..length].get_mut(at.wrapping_sub(start)) else {
                break;
            };
            *label = 1;
            self.next += 1;
        }
        &self.span[..length]
    }
}
