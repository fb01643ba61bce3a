//! Wiring for JavaScript: (pointer, length) in linear memory becomes a slice, a code the variant that it stands for,
//! nothing more. `declare.rs` has the macro that does it; each family declares its functions.
//!
//! # Safety contract of every binding
//! The caller, which is any room of `ts/`, passes pointers into allocations of [`heap::allocate`] that are live for the
//! whole call. From each on lie at least the elements that the declaration names, and they are initialised unless the
//! binding only writes them. A pointer is aligned to its element, no more: a view's lies within an allocation. An argument
//! that is written overlaps no other one. Null stands for `None`, and is passed for nothing else, not even for no elements.
//! Indices lie within what they index, where a binding says so.

// Products of sizes pass 32 bits: slices are made of the sizes themselves.
#![deny(clippy::arithmetic_side_effects)]

#[allow(clippy::arithmetic_side_effects)]
mod allocator;
#[macro_use]
mod declare;

mod conv;
mod elementwise;
mod embedding;
mod heap;
mod linear;
mod loss;
mod metrics;
mod norm;
mod optim;
mod panic;
mod random;
mod reduce;
mod shape;
mod sort;
