//! Random streams, draws from them, and helpers of initialisation.

pub mod generator;
pub mod init;
pub mod normal;
