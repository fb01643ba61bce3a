//! Wiring for JavaScript: (pointer, length) in linear memory becomes a slice, nothing more.
//!
//! # Safety contract of every binding
//! The caller (`ts/ops`, `ts/optim`, `ts/loss.ts`) passes pointers from [`heap::allocate`] that are
//! live for the whole call and hold at least the elements that the dims name; an output overlaps
//! no other argument. Pointers are 16-byte aligned, so that any element type is. Null stands for
//! "none" where a binding says so.

// Products of sizes pass 32 bits: slices are made of the sizes themselves.
#![deny(clippy::arithmetic_side_effects)]

mod activation;
#[allow(clippy::arithmetic_side_effects)]
mod allocator;
mod batch_norm;
mod check;
mod clip_grad;
mod conv2d;
mod conv2d_pooled;
mod convert;
mod cross_entropy;
mod elementwise;
mod elementwise_loss;
mod embedding_bag;
mod fused_loss;
mod gemm;
mod heap;
mod init;
mod integer;
mod layer_norm;
mod metrics;
mod multilabel_margin;
mod multilabel_soft_margin;
mod optim;
mod panic;
mod pool2d;
mod random;
mod rearrange;
mod reduce;
mod softmax;

use crate::size;

/// How long a slice is: a number of elements, or the sizes that they are the product of.
trait Length {
    fn elements(self) -> usize;
}

impl Length for usize {
    fn elements(self) -> usize {
        self
    }
}

impl<const N: usize> Length for [usize; N] {
    /// Traps where linear memory could not hold them.
    // Not inlined: short, but wanted for nearly every slice.
    #[inline(never)]
    fn elements(self) -> usize {
        match size::elements(self) {
            usize::MAX => core::arch::wasm32::unreachable(),
            elements => elements,
        }
    }
}

/// # Safety
/// See the contract of the module.
unsafe fn input<'a, T>(pointer: *const T, length: impl Length) -> &'a [T] {
    // SAFETY: the module's contract.
    unsafe { std::slice::from_raw_parts(pointer, length.elements()) }
}

/// # Safety
/// See the contract of the module.
unsafe fn output<'a, T>(pointer: *mut T, length: impl Length) -> &'a mut [T] {
    // SAFETY: the module's contract.
    unsafe { std::slice::from_raw_parts_mut(pointer, length.elements()) }
}

/// A slice, or an empty one for null.
///
/// # Safety
/// See the contract of the module.
unsafe fn output_or_empty<'a, T>(pointer: *mut T, length: impl Length) -> &'a mut [T] {
    if pointer.is_null() {
        &mut []
    } else {
        // SAFETY: the module's contract.
        unsafe { output(pointer, length) }
    }
}

/// A slice, or an empty one for null.
///
/// # Safety
/// See the contract of the module.
unsafe fn input_or_empty<'a, T>(pointer: *const T, length: impl Length) -> &'a [T] {
    if pointer.is_null() {
        &[]
    } else {
        // SAFETY: the module's contract.
        unsafe { input(pointer, length) }
    }
}

/// A slice, or none for null.
///
/// # Safety
/// See the contract of the module.
unsafe fn output_or_none<'a, T>(pointer: *mut T, length: impl Length) -> Option<&'a mut [T]> {
    // SAFETY: the module's contract.
    (!pointer.is_null()).then(|| unsafe { output(pointer, length) })
}
