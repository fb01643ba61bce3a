//! All arithmetic: pure functions from slices and a dims struct to slices. No allocation, no
//! wasm-bindgen, no panic on dims that describe the slices. Forward and backward are side by side.

pub mod attention;
pub mod conv;
pub mod data;
pub mod elementwise;
pub mod embedding;
pub mod linear;
pub mod loss;
pub mod metrics;
pub mod norm;
pub mod optim;
pub mod random;
pub mod recurrent;
pub mod reduce;
pub mod shape;
pub mod sort;
pub mod sparse;
