//! Datasets: how their rows are split and drawn, and which of their targets are probably wrong.

pub mod label_issues;
pub mod label_rarity;
pub mod order;
pub mod stratify;
