//! Elementwise kernels: arithmetic, functions, activations, conversions and checks.

pub mod activation;
pub mod binary;
pub mod bitwise;
pub mod check;
pub mod convert;
pub mod function;
pub mod in_place;
pub mod integer;
pub mod integer_pair;
pub mod pair;
pub mod power;
pub mod rows;
pub mod select;
pub mod special;
pub mod unary;
