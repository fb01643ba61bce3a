//! Sorting of whole axes by a radix sort, least significant byte first: every pass is stable, and keys have four bytes.

use super::entry::{entries, write_line, Entry};
use crate::kernels::reduce::axis::Axis;
use crate::parallel::{self, chunks, items_per_job};

/// Shorter lines are sorted by insertion: counting 256 values for each of four bytes would take longer.
const SHORT: usize = 48;

/// The work of one key, in elements of a simple map.
const COST: usize = 16;

/// The indices that sort each line of keys along the axis in ascending or descending order; equal keys keep their order.
/// `scratch` has two entries for each key of a line, for each thread that may run.
pub fn sort(keys: &[u32], descending: bool, indices: &mut [i32], scratch: &mut [Entry], dims: Axis) {
    if indices.is_empty() {
        return;
    }
    let Axis { outer, axis, inner } = dims;
    let blocks = items_per_job(outer, (axis * inner).saturating_mul(COST));
    parallel::for_each_with(
        chunks(indices, blocks * axis * inner),
        scratch,
        2 * axis,
        |job, indices, scratch| {
            let (line_entries, spare) = scratch.split_at_mut(axis);
            for line in 0..indices.len() / axis {
                let entries = entries(keys, job * blocks * inner + line, descending, dims);
                for (slot, entry) in line_entries.iter_mut().zip(entries) {
                    *slot = entry;
                }
                sort_line(line_entries, spare);
                write_line(line_entries, line, indices, inner);
            }
        },
    );
}

/// Sorts one line, whose entries are ordered by index.
pub fn sort_line(line: &mut [Entry], spare: &mut [Entry]) {
    if line.len() <= SHORT {
        insertion_sort(line);
    } else {
        radix_sort(line, spare);
    }
}

fn insertion_sort(line: &mut [Entry]) {
    for end in 1..line.len() {
        let entry = line[end];
        let mut at = end;
        while at > 0 && line[at - 1] > entry {
            line[at] = line[at - 1];
            at -= 1;
        }
        line[at] = entry;
    }
}

/// Sorts by the bytes of the keys, the lowest first. `line` is ordered by index, and equal keys keep that order.
fn radix_sort(line: &mut [Entry], spare: &mut [Entry]) {
    let mut counts = [[0u32; 256]; 4];
    for entry in line.iter() {
        for (count, byte) in counts.iter_mut().zip(entry.key().to_le_bytes()) {
            count[usize::from(byte)] += 1;
        }
    }
    let (mut from, mut into) = (&mut *line, &mut *spare);
    let mut passes = 0;
    for (digit, count) in counts.iter_mut().enumerate() {
        // If all keys have the same byte, the pass is a no-op.
        if count.iter().any(|&count| count as usize == from.len()) {
            continue;
        }
        let mut next = 0;
        for count in count.iter_mut() {
            next += core::mem::replace(count, next);
        }
        for &entry in from.iter() {
            let slot = &mut count[usize::from(entry.key().to_le_bytes()[digit])];
            into[*slot as usize] = entry;
            *slot += 1;
        }
        core::mem::swap(&mut from, &mut into);
        passes += 1;
    }
    if passes % 2 == 1 {
        into.copy_from_slice(from);
    }
}
