//! One element of each line along an axis, by its place in the order: the k-th, the median, or the most frequent.

use super::entry::{entries, Entry};
use super::sort::sort_line;
use crate::kernels::reduce::axis::Axis;

/// Which element.
#[derive(Clone, Copy)]
pub enum Rank {
    /// Place in ascending order, from 0.
    At(usize),
    /// The lower of the middle two; a NaN if there is one.
    Median,
    /// Without NaN.
    NanMedian,
    /// The last of the most frequent, the smallest of these.
    Mode,
}

/// Writes the index of that element of each line, which has elements. `floats` says that the greatest key is NaN. `scratch` has
/// two entries for each key of a line.
pub fn rank(keys: &[u32], rank: Rank, floats: bool, indices: &mut [i32], scratch: &mut [Entry], dims: Axis) {
    let (line_entries, spare) = scratch.split_at_mut(dims.axis);
    for (line, index) in indices.iter_mut().enumerate() {
        for (slot, entry) in line_entries.iter_mut().zip(entries(keys, line, false, dims)) {
            *slot = entry;
        }
        sort_line(line_entries, spare);
        *index = line_entries[place(line_entries, rank, floats)].index();
    }
}

fn place(line: &[Entry], rank: Rank, floats: bool) -> usize {
    let numbers = || if floats { line.partition_point(|entry| entry.key() != u32::MAX) } else { line.len() };
    match rank {
        Rank::At(k) => k,
        Rank::Median if numbers() < line.len() => numbers(),
        Rank::Median => (line.len() - 1) / 2,
        Rank::NanMedian => numbers().saturating_sub(1) / 2,
        Rank::Mode => {
            let (mut most, mut at, mut start) = (0, 0, 0);
            for i in 0..line.len() {
                if line[i].key() != line[start].key() || (floats && line[i].key() == u32::MAX) {
                    start = i;
                }
                if i - start + 1 > most {
                    (most, at) = (i - start + 1, i);
                }
            }
            at
        }
    }
}
