//! Order: the greatest and the least along one axis of `[outer, axis, inner]`, and whole axes sorted.

pub mod entry;
pub mod key;
#[allow(clippy::module_inception)]
pub mod sort;
pub mod topk;
