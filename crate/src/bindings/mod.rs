//! Wiring for JavaScript: turns (pointer, length) in linear memory into slices and codes into variants,
//! nothing more. `declare.rs` has the macros for this; each family declares its functions.
//!
//! # Safety contract of every binding
//! The caller, which may be any part of `ts/`, passes pointers into allocations of [`heap::allocate`] that are live for the
//! whole call. At each pointer there are at least the elements that the declaration states, and they are initialised unless the
//! binding only writes them. A pointer is only aligned to its element, because a view points into an allocation. An argument
//! that is written overlaps no other one. Null stands for `None` and is not passed otherwise, not even for empty slices.
//! Indices are in range where a binding says so.

// Products of sizes may exceed 32 bits: slices are made from the sizes themselves.
#![deny(clippy::arithmetic_side_effects)]

#[allow(clippy::arithmetic_side_effects)]
mod allocator;
#[macro_use]
mod declare;

mod attention;
mod conv;
mod data;
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
mod recurrent;
mod reduce;
mod shape;
mod sort;
mod sparse;
