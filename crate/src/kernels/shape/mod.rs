//! Elements that move, and keep their values.

pub mod gather;
pub mod rearrange;
