//! Sums and maxima of rows and along an axis, and softmax.

pub mod axis;
pub mod integer;
pub mod max;
pub mod order;
pub mod softmax;
pub mod strips;
pub mod sum;
