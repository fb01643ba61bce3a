//! Products of sizes, where `usize` has 32 bits.
//!
//! The number of elements of one tensor fits in it. Two kinds of products do not: those of sizes of several
//! tensors, and those of the other sizes of a shape with a 0, such as the 2^32 of [65536, 65536, 0]. So kernels ask
//! slices whether there is anything to do, and compare such products here, in 64 bits.

/// The product of `sizes`, of any tensors, saturating at `u64::MAX`.
#[inline(always)]
pub fn product<const N: usize>(sizes: [usize; N]) -> u64 {
    sizes.iter().fold(1, |product: u64, &size| product.saturating_mul(size as u64))
}

/// The number of elements of a shape, saturating at `usize::MAX`, which no slice reaches.
#[inline(always)]
pub fn elements<const N: usize>(sizes: [usize; N]) -> usize {
    sizes.into_iter().fold(1, usize::saturating_mul)
}

/// The extent in memory of a tensor with `sizes` and `strides`, in elements, saturating at `usize::MAX`.
#[inline(always)]
pub fn reach<const N: usize>(sizes: [usize; N], strides: [usize; N]) -> usize {
    if sizes.contains(&0) {
        return 0;
    }
    let steps = sizes.into_iter().zip(strides).map(|(size, stride)| (size - 1).saturating_mul(stride));
    steps.fold(1, usize::saturating_add)
}
