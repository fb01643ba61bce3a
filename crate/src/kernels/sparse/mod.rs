//! Products with matrices of which only the elements that are not 0 are stored.

pub mod csr_linear;
