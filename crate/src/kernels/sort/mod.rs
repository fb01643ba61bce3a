//! Sorting along one axis of `[outer, axis, inner]`, and the greatest or smallest elements.

pub mod entry;
pub mod key;
pub mod rank;
pub mod search;
#[allow(clippy::module_inception)]
pub mod sort;
pub mod topk;
pub mod unique;
