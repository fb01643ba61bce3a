//! Sums and maxima of rows and along an axis, and softmax.

pub mod axis;
pub mod integer;
pub mod max;
pub mod softmax;
pub mod sum;
