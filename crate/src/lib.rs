//! The kernels of the npm package softmargin. Numbers live in [`kernels`]; [`bindings`] only turns
//! pointers of linear memory into slices.

// In WebAssembly without std, whose panics format messages that nobody would read: the kernels need only core.
#![cfg_attr(target_arch = "wasm32", no_std)]

#[cfg(target_arch = "wasm32")]
extern crate core as std;

mod float64;
pub mod kernels;
pub mod math;
pub mod simd;

#[cfg(target_arch = "wasm32")]
mod bindings;

#[cfg(test)]
mod tests;
