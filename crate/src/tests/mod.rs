//! Kernels against float64, natively. Inside of the crate, because cargo optimises it as a whole only if it is just a cdylib.

mod attention;
mod conv;
mod data;
mod elementwise;
// Would take hours in WebAssembly, which has one thread.
#[cfg(not(target_arch = "wasm32"))]
mod every_float;
mod float64;
mod indexing;
mod linear;
mod loss;
mod reduce;
mod shape;
mod size;
mod sort;
mod sparse;
