//! What losses that are fused with their gradients share: reductions, and the backward pass.

use crate::kernels::elementwise::in_place::scale_in_place;

/// How single losses become the result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reduction {
    None,
    Mean,
    Sum,
}

/// Takes the losses of rows, one after another, and reduces them into `out`.
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

    /// What costs nothing, of every row.
    pub fn add_nothing(&mut self) {
        if self.reduction == Reduction::None {
            self.out.fill(0.0);
        }
    }

    /// The mean divides by `count`.
    pub fn finish(self, count: f64) {
        match self.reduction {
            Reduction::None => {}
            Reduction::Mean => self.out[0] = (self.total / count) as f32,
            Reduction::Sum => self.out[0] = self.total as f32,
        }
    }
}

/// The backward pass, in place, of a gradient that forward made for upstream values of 1: each row,
/// `columns` long, times its own. Most often there is one row, that is 1, and nothing is to do.
pub fn backward(gradient: &mut [f32], upstream: &[f32], columns: usize) {
    if columns == 1 {
        for (gradient, &upstream) in gradient.iter_mut().zip(upstream) {
            *gradient *= upstream;
        }
    } else if columns > 1 {
        for (row, &upstream) in gradient.chunks_exact_mut(columns).zip(upstream) {
            if upstream != 1.0 {
                scale_in_place(row, upstream);
            }
        }
    }
}
