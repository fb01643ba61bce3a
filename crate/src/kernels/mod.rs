//! All arithmetic: pure functions from slices and a dims struct to slices. No allocation, no
//! wasm-bindgen, no panic on dims that describe the slices. Forward and backward stand side by side.

pub mod activation;
pub mod asymmetric_loss;
pub mod avg_pool2d;
pub mod batch_norm;
mod batch_norm_strips;
pub mod binary_cross_entropy;
pub mod check;
pub mod clip_grad;
pub mod conv2d;
pub mod conv2d_direct;
pub mod conv2d_pooled;
pub mod convert;
pub mod cross_entropy;
pub mod elementwise;
pub mod elementwise_loss;
pub mod embedding_bag;
pub mod fused_loss;
pub mod gemm;
pub mod init;
pub mod labels;
pub mod layer_norm;
pub mod max_pool2d;
pub mod metrics;
pub mod mse_loss;
pub mod multilabel_margin;
pub mod multilabel_soft_margin;
pub mod optim;
pub mod pool2d;
pub mod random;
pub mod random_normal;
pub mod rearrange;
pub mod reduce;
pub mod rows;
pub mod sigmoid_focal_loss;
pub mod softmax;
