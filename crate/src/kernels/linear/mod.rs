//! Products of matrices.

pub mod gemm;
pub mod gemm_batch;
pub mod gemm_blocks;
pub mod gemm_parallel;
pub mod gemm_sparse;
pub mod gemm_tile;
pub mod gemv;
pub mod integer;
pub mod svd;
