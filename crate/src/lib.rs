//! The kernels of the npm package softmargin. Numbers live in [`kernels`]; [`bindings`] only turns
//! pointers of linear memory into slices.

pub mod kernels;
pub mod math;
pub mod simd;

#[cfg(target_arch = "wasm32")]
mod bindings;
