//! Sizes of jobs from multiply-adds.

use crate::parallel::items_per_job;
use crate::size::product;

/// Multiply-adds that take the time of one element of a simple map.
const PRODUCTS: u64 = 8;

/// The fewest items of one job, if each has as many multiply-adds as the product of these sizes.
pub fn least_items<const N: usize>(items: usize, sizes: [usize; N]) -> usize {
    let cost = product(sizes) / PRODUCTS;
    items_per_job(items, usize::try_from(cost).unwrap_or(usize::MAX))
}

/// Items of one job, about `least`: the number of jobs is a multiple of four if there are enough items, so that two and four
/// threads have as many each.
pub fn even(items: usize, least: usize) -> usize {
    match items.div_ceil(least.max(1)) {
        0 | 1 => items.max(1),
        jobs => items.div_ceil(jobs.next_multiple_of(4).min(items)),
    }
}
