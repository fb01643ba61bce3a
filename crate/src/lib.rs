//! The kernels of the npm package softmargin. Numbers live in [`kernels`]; [`bindings`] only turns
//! pointers of linear memory into slices.

// Without std in WebAssembly, because the kernels need only core, and std formats the messages of panics. The tests
// use std there too.
#![cfg_attr(all(target_arch = "wasm32", not(test)), no_std)]

#[cfg(all(target_arch = "wasm32", not(test)))]
extern crate core as std;

mod float64;
pub mod kernels;
pub mod math;
pub mod parallel;
pub mod simd;
pub mod simd64;
pub mod size;

#[cfg(all(target_arch = "wasm32", not(test)))]
mod bindings;

#[cfg(test)]
mod tests;
