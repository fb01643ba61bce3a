//! Datasets: how their rows are split.

pub mod stratify;
