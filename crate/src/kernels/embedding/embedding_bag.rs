//! Reductions of a table's rows, bag by bag: sum, mean or maximum, and their gradients.

use crate::kernels::elementwise::rows::map_in_place;
use crate::kernels::reduce::sum::sum_of_pairs;
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{F32x4, LANES};
use std::ops::Range;

/// Which rows, of `width` elements, go into which bag: bag `b` has `indices[offsets[b]..offsets[b + 1]]`,
/// without those that equal `padding`.
#[derive(Clone, Copy)]
pub struct Bags<'a> {
    pub indices: &'a [i32],
    /// Number of bags, plus one.
    pub offsets: &'a [i32],
    /// An ignored row, or -1.
    pub padding: i32,
    pub width: usize,
}

impl<'a> Bags<'a> {
    pub fn count(self) -> usize {
        self.offsets.len() - 1
    }
    /// Positions in `indices`, and the rows there, of one bag.
    fn members(self, bag: usize) -> impl Iterator<Item = (usize, i32)> + use<'a> {
        let Bags { indices, offsets, padding, .. } = self;
        let positions = offsets[bag] as usize..offsets[bag + 1] as usize;
        positions.map(move |position| (position, indices[position])).filter(move |&(_, row)| row != padding)
    }
    fn row(self, row: i32) -> Range<usize> {
        self.part(row as usize)
    }
    fn part(self, at: usize) -> Range<usize> {
        at * self.width..(at + 1) * self.width
    }
}

/// The factor of each member.
#[derive(Clone, Copy)]
pub enum Scale<'a> {
    None,
    /// 1 / members of the bag.
    Mean,
    /// One for each index.
    PerSample(&'a [f32]),
}

/// `out[bag] = Σ scale * table[row]`, 0 for an empty bag.
pub fn sum(table: &[f32], bags: Bags, scale: Scale, out: &mut [f32]) {
    if out.is_empty() {
        return;
    }
    let job_bags =
        items_per_job(bags.count(), bags.indices.len().div_ceil(bags.count()).saturating_mul(bags.width));
    parallel::for_each(chunks(out, job_bags * bags.width), |job, out| {
        for (i, out) in out.chunks_exact_mut(bags.width).enumerate() {
            sum_bag(table, bags, job * job_bags + i, scale, out);
        }
    });
}

fn sum_bag(table: &[f32], bags: Bags, bag: usize, scale: Scale, out: &mut [f32]) {
    out.fill(0.0);
    for (position, row) in bags.members(bag) {
        let weight = if let Scale::PerSample(weights) = scale { weights[position] } else { 1.0 };
        add_row(out, &table[bags.row(row)], weight);
    }
    if let Scale::Mean = scale {
        let count = F32x4::splat(bags.members(bag).count().max(1) as f32);
        map_in_place(out, |sum| sum / count);
    }
}

/// `into += factor x`. Rows are short: one that is divided among threads costs more to begin.
#[inline(never)]
fn add_row(into: &mut [f32], x: &[f32], factor: f32) {
    let lanes = F32x4::splat(factor);
    let ((vectors, rest), (x_vectors, x_rest)) = (into.as_chunks_mut::<LANES>(), x.as_chunks::<LANES>());
    for (into, x) in vectors.iter_mut().zip(x_vectors) {
        F32x4::load(x).mul_add(lanes, F32x4::load(into)).store(into);
    }
    for (into, &x) in rest.iter_mut().zip(x_rest) {
        *into += factor * x;
    }
}

/// `gradient[row] += scale * upstream[bag]`; the gradient must be zero before.
pub fn sum_backward(upstream: &[f32], bags: Bags, scale: Scale, gradient: &mut [f32]) {
    if upstream.is_empty() {
        return;
    }
    for bag in 0..bags.count() {
        let upstream = &upstream[bags.part(bag)];
        let count = match scale {
            Scale::Mean => bags.members(bag).count() as f32,
            _ => 1.0,
        };
        for (position, row) in bags.members(bag) {
            let factor = match scale {
                Scale::PerSample(weights) => weights[position],
                _ => 1.0 / count,
            };
            add_row(&mut gradient[bags.row(row)], upstream, factor);
        }
    }
}

/// The gradient of the weights of [`Scale::PerSample`]: `upstream[bag] · table[row]`, 0 for the padding.
pub fn per_sample_backward(upstream: &[f32], table: &[f32], bags: Bags, gradient: &mut [f32]) {
    gradient.fill(0.0);
    if upstream.is_empty() {
        return;
    }
    for bag in 0..bags.count() {
        let upstream = &upstream[bags.part(bag)];
        for (position, row) in bags.members(bag) {
            gradient[position] = sum_of_pairs(upstream, &table[bags.row(row)], |up, x| up * x) as f32;
        }
    }
}

/// `out[bag] = max table[row]`, element by element, 0 for an empty bag; `chosen` gets the first row
/// with the maximum, or -1. As in torch, a NaN only counts in a bag's first row.
pub fn max(table: &[f32], bags: Bags, out: &mut [f32], chosen: &mut [i32]) {
    if out.is_empty() {
        return;
    }
    for bag in 0..bags.count() {
        let (out, chosen) = (&mut out[bags.part(bag)], &mut chosen[bags.part(bag)]);
        out.fill(0.0);
        chosen.fill(-1);
        for (_, row) in bags.members(bag) {
            for ((out, chosen), &x) in out.iter_mut().zip(chosen.iter_mut()).zip(&table[bags.row(row)]) {
                if *chosen < 0 || x > *out {
                    (*out, *chosen) = (x, row);
                }
            }
        }
    }
}

/// `gradient[chosen] += upstream`, element by element; the gradient must be zero before.
pub fn max_backward(upstream: &[f32], chosen: &[i32], gradient: &mut [f32], width: usize) {
    if width == 0 {
        return;
    }
    for (upstream, chosen) in upstream.chunks_exact(width).zip(chosen.chunks_exact(width)) {
        for (column, (&up, &row)) in upstream.iter().zip(chosen).enumerate() {
            if row >= 0 {
                gradient[row as usize * width + column] += up;
            }
        }
    }
}
