//! Orders of random lines, with ties, NaN and infinities, against a plain stable sort.

use crate::kernels::reduce::axis::Axis;
use crate::kernels::sort::entry::Entry;
use crate::kernels::sort::key::{keys_of_f32, keys_of_i32};
use crate::kernels::sort::{sort, topk};
use std::cmp::Ordering;

/// Rooms of scratch.
const THREADS: usize = 3;

/// NaN is the greatest, -0 equals 0.
fn compare(a: f32, b: f32) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

fn wanted(line: &[f32], descending: bool) -> Vec<i32> {
    let mut order: Vec<usize> = (0..line.len()).collect();
    order.sort_by(|&i, &j| {
        let order = compare(line[i], line[j]);
        if descending {
            order.reverse()
        } else {
            order
        }
    });
    order.into_iter().map(|i| i as i32).collect()
}

/// Few values, so that many are equal.
fn values(count: usize, seed: u32) -> Vec<f32> {
    let special = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, 0.0, f32::MIN_POSITIVE, -1e-45];
    let mut state = seed.wrapping_mul(2_654_435_769) | 1;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let n = state >> 8;
            if n.is_multiple_of(5) {
                special[n as usize / 5 % special.len()]
            } else {
                (n % 200) as f32 / 7.0 - 10.0
            }
        })
        .collect()
}

#[test]
fn lines_are_sorted_as_a_stable_sort_does() {
    for (outer, axis, inner) in
        (0..18).map(|n| (2, n, 3)).chain([(1, 48, 1), (1, 49, 1), (3, 700, 2), (1, 0, 4), (60, 300, 3)])
    {
        let dims = Axis { outer, axis, inner };
        let x = values(outer * axis * inner, (axis + inner) as u32);
        for descending in [false, true] {
            let mut indices = vec![0; x.len()];
            let mut scratch = vec![Entry::default(); THREADS * 2 * axis];
            sort::sort(&keys(&x), descending, &mut indices, &mut scratch, dims);
            check(&x, &indices, descending, axis, dims);
        }
    }
}

#[test]
fn topk_is_the_beginning_of_the_sorted_line() {
    for (outer, axis, inner, k) in [
        (2, 17, 3, 0),
        (2, 17, 3, 1),
        (2, 17, 3, 5),
        (2, 17, 3, 17),
        (1, 900, 1, 40),
        (90, 900, 1, 7),
        (90, 300, 3, 7),
    ] {
        let dims = Axis { outer, axis, inner };
        let x = values(outer * axis * inner, k as u32);
        for largest in [false, true] {
            let mut indices = vec![0; outer * k * inner];
            let mut scratch = vec![Entry::default(); THREADS * k];
            topk::topk(&keys(&x), largest, &mut indices, &mut scratch, k, dims);
            check(&x, &indices, largest, k, dims);
        }
    }
}

fn keys(x: &[f32]) -> Vec<u32> {
    let mut keys = vec![0; x.len()];
    keys_of_f32(x, &mut keys);
    keys
}

fn check(x: &[f32], indices: &[i32], descending: bool, k: usize, dims: Axis) {
    let Axis { outer, axis, inner } = dims;
    for o in 0..outer {
        for i in 0..inner {
            let line: Vec<f32> = (0..axis).map(|j| x[(o * axis + j) * inner + i]).collect();
            for (j, &index) in wanted(&line, descending)[..k].iter().enumerate() {
                let at = (o * k + j) * inner + i;
                assert_eq!(indices[at], index, "element {j} of {axis}");
            }
        }
    }
}

#[test]
fn integers_keep_their_order() {
    let x = [3, i32::MIN, -1, i32::MAX, 0, 3];
    let (mut keys, mut indices) = ([0; 6], [0; 6]);
    keys_of_i32(&x, &mut keys);
    let dims = Axis { outer: 1, axis: 6, inner: 1 };
    topk::topk(&keys, false, &mut indices, &mut [Entry::default(); 6], 6, dims);
    assert_eq!(indices, [1, 2, 4, 0, 5, 3]);
}
