//! Element by element: arithmetic, functions, activations, conversions, and the checks that go over each element.

pub mod activation;
pub mod binary;
pub mod check;
pub mod convert;
pub mod in_place;
pub mod integer;
pub mod rows;
pub mod select;
pub mod unary;
