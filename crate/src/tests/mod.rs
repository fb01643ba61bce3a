//! Kernels against float64, natively. In the crate: cargo optimises it as a whole only if it is nothing but a cdylib.

mod conv;
mod elementwise;
// Takes hours in WebAssembly, which has one thread.
#[cfg(not(target_arch = "wasm32"))]
mod every_float;
mod float64;
mod linear;
mod loss;
mod shape;
mod size;
