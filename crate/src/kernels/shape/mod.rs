//! Copying and rearranging elements.

pub mod gather;
pub mod indexing;
pub mod rearrange;
