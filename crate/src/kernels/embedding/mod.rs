//! Rows of a table, reduced bag by bag.

pub mod embedding_bag;
