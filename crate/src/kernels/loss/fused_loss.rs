//! Reductions and the backward pass of losses that are fused with their gradients.

use crate::kernels::elementwise::in_place::scale_in_place;
use crate::kernels::elementwise::rows::combine;

/// How losses are combined to the result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reduction {
    None,
    Mean,
    Sum,
}

/// Reduces the losses of consecutive rows into `out`.
pub struct Reducer<'a> {
    out: &'a mut [f32],
    reduction: Reduction,
    total: f64,
}

impl<'a> Reducer<'a> {
    pub fn new(out: &'a mut [f32], reduction: Reduction) -> Self {
        Reducer { out, reduction, total: 0.0 }
    }

    pub fn add(&mut self, row: usize, loss: f64) {
        match self.reduction {
            Reduction::None => self.out[row] = loss as f32,
            _ => self.total += loss,
        }
    }

    /// Adds a loss of 0 for every row.
    pub fn add_nothing(&mut self) {
        if self.reduction == Reduction::None {
            self.out.fill(0.0);
        }
    }

    /// Writes the result; the mean divides by `count`.
    pub fn finish(self, count: f64) {
        match self.reduction {
            Reduction::None => {}
            Reduction::Mean => self.out[0] = (self.total / count) as f32,
            Reduction::Sum => self.out[0] = self.total as f32,
        }
    }
}

/// The backward pass, in place on a gradient that forward made for upstream values of 1: multiplies each row,
/// `columns` long, by its upstream value. Mostly there is one row with upstream 1, for which it is a no-op.
pub fn backward(gradient: &mut [f32], upstream: &[f32], columns: usize) {
    if columns == 1 {
        combine(gradient, upstream, |gradient, upstream| gradient * upstream);
    } else if columns > 1 {
        for (row, &upstream) in gradient.chunks_exact_mut(columns).zip(upstream) {
            if upstream != 1.0 {
                scale_in_place(row, upstream);
            }
        }
    }
}
