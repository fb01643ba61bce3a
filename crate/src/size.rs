//! Products of sizes, where `usize` has 32 bits.
//!
//! The elements of one tensor can be counted in it. Two kinds of products cannot: those of sizes of several
//! tensors, and those of the sizes beside a 0, as [65536, 65536, 0] has two whose product is 2^32. So kernels ask
//! slices whether there is anything to do, and compare such products here, in 64 bits.

/// The product of `sizes`, of any tensors, or `u64::MAX` where it is more.
#[inline(always)]
pub fn product<const N: usize>(sizes: [usize; N]) -> u64 {
    sizes.iter().fold(1, |product: u64, &size| product.saturating_mul(size as u64))
}

/// Elements of a shape, or `usize::MAX` where there are more: no slice has so many.
#[inline(always)]
pub fn elements<const N: usize>(sizes: [usize; N]) -> usize {
    sizes.into_iter().fold(1, usize::saturating_mul)
}

/// Elements from the first to the last one of `sizes` that lie `strides` apart, or `usize::MAX` where that is more.
#[inline(always)]
pub fn reach<const N: usize>(sizes: [usize; N], strides: [usize; N]) -> usize {
    if sizes.contains(&0) {
        return 0;
    }
    let steps = sizes.into_iter().zip(strides).map(|(size, stride)| (size - 1).saturating_mul(stride));
    steps.fold(1, usize::saturating_add)
}
