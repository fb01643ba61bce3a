//! Attention.

pub mod dot_product;
