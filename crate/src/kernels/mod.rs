//! All arithmetic: pure functions from slices and a dims struct to slices. No allocation, no
//! wasm-bindgen, no panic on dims that describe the slices. Forward and backward stand side by side.

pub mod batch_norm;
pub mod conv2d;
pub mod conv2d_direct;
pub mod convert;
pub mod elementwise;
pub mod gemm;
pub mod init;
pub mod labels;
pub mod metrics;
pub mod multilabel_soft_margin;
pub mod optim;
pub mod pool2d;
pub mod random;
pub mod random_normal;
pub mod rearrange;
pub mod reduce;
