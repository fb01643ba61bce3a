//! Convolution and pooling of images, and both combined.

pub mod avg_pool2d;
pub mod conv2d;
pub mod conv2d_chain;
pub mod conv2d_dims;
pub mod conv2d_direct;
pub mod conv2d_direct_weight;
pub mod conv2d_jobs;
pub mod conv2d_patches;
pub mod conv2d_pooled;
pub mod conv2d_sparse;
pub mod job_sizes;
pub mod max_pool2d;
pub mod maxima;
pub mod pool2d;
pub mod winograd;
pub mod winograd_pack;
pub mod winograd_tiles;
pub mod winograd_transform;
pub mod winograd_weight;
