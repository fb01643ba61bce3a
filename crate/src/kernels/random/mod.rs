//! Random streams, draws from them, and what initialisation makes of these.

pub mod generator;
pub mod init;
pub mod normal;
