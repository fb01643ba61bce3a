//! The greatest or smallest elements along an axis.

use super::entry::{entries, write_line, Entry};
use crate::kernels::reduce::axis::Axis;
use crate::parallel::{self, chunks, items_per_job};

/// Keys that are compared before the first better one is looked for.
const SPAN: usize = 32;

/// Indices of the `k` greatest keys of each line along the axis, the greatest first, or of the smallest, the smallest first.
/// Equal keys are ordered by index. `indices` is `[outer, k, inner]`, `scratch` has k entries for each thread that may run.
pub fn topk(keys: &[u32], largest: bool, indices: &mut [i32], scratch: &mut [Entry], k: usize, dims: Axis) {
    if indices.is_empty() {
        return;
    }
    let Axis { outer, axis, inner } = dims;
    let blocks = items_per_job(outer, axis * inner);
    parallel::for_each_with(chunks(indices, blocks * k * inner), scratch, k, |job, indices, scratch| {
        for line in 0..indices.len() / k {
            let from = job * blocks * inner + line;
            if inner == 1 {
                least_of_row(&keys[from * axis..][..axis], largest, scratch);
            } else {
                least(entries(keys, from, largest, dims), scratch);
            }
            write_line(scratch, line, indices, inner);
        }
    });
}

/// Fills `out` with the smallest entries in ascending order, using a heap with the greatest of them at the root.
fn least(mut all: impl Iterator<Item = Entry>, out: &mut [Entry]) {
    build(&mut all, out);
    for entry in all {
        if entry < out[0] {
            out[0] = entry;
            sift_down(out, 0);
        }
    }
    order(out);
}

/// The same for consecutive keys, most of which need just one comparison: an entry of an equal key comes later.
fn least_of_row(keys: &[u32], descending: bool, out: &mut [Entry]) {
    let flip = if descending { u32::MAX } else { 0 };
    let first = out.len();
    let mut firsts = keys[..first].iter().enumerate().map(|(i, &key)| Entry::new(key ^ flip, i));
    build(&mut firsts, out);
    let mut bound = out[0].key();
    // Spans without any better key, by whole vectors.
    for (j, span) in keys[first..].chunks(SPAN).enumerate() {
        if !span.iter().fold(false, |any, &key| any | (key ^ flip < bound)) {
            continue;
        }
        for (i, &key) in span.iter().enumerate() {
            if key ^ flip < bound {
                out[0] = Entry::new(key ^ flip, first + j * SPAN + i);
                sift_down(out, 0);
                bound = out[0].key();
            }
        }
    }
    order(out);
}

/// Makes a heap of the first entries.
fn build(all: &mut impl Iterator<Item = Entry>, out: &mut [Entry]) {
    for (out, entry) in out.iter_mut().zip(all) {
        *out = entry;
    }
    for root in (0..out.len() / 2).rev() {
        sift_down(out, root);
    }
}

/// Puts a heap in ascending order.
fn order(out: &mut [Entry]) {
    for end in (1..out.len()).rev() {
        out.swap(0, end);
        sift_down(&mut out[..end], 0);
    }
}

/// Restores the heap below `root`, which may be less than its children.
fn sift_down(heap: &mut [Entry], mut root: usize) {
    loop {
        let mut child = 2 * root + 1;
        if child >= heap.len() {
            return;
        }
        if child + 1 < heap.len() && heap[child + 1] > heap[child] {
            child += 1;
        }
        if heap[child] <= heap[root] {
            return;
        }
        heap.swap(root, child);
        root = child;
    }
}
