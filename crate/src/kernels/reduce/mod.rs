//! Sums and maxima of rows and along an axis, and softmax.

pub mod any;
pub mod axis;
pub mod integer;
pub mod max;
pub mod order;
pub mod product;
pub mod scan;
pub mod softmax;
pub mod squares;
pub mod strips;
pub mod sum;
