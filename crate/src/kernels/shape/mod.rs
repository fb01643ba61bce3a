//! Copying and rearranging elements.

pub mod gather;
pub mod rearrange;
