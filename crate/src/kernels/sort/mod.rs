//! Order: the greatest and the least along one axis of `[outer, axis, inner]`, and whole axes sorted.

pub mod entry;
pub mod key;
pub mod topk;
