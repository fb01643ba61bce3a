//! Elements that move, and keep their values.

pub mod rearrange;
