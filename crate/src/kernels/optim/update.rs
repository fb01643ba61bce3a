//! Optimizer updates: one pass over parameter, gradient and state, close to the order of torch.

use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{F32x4, BLOCK, LANES};
use std::slice::{from_mut, from_ref};

/// The direction of descent: `±gradient + weight_decay p`.
#[derive(Clone, Copy)]
pub struct Direction {
    pub weight_decay: f32,
    pub maximize: bool,
}

/// Replaces each vector of `arrays`, the parameter first, by the result of `rule` for them and the
/// direction.
#[inline(always)]
pub fn update<const N: usize>(
    arrays: [&mut [f32]; N],
    gradient: &[f32],
    Direction { weight_decay, maximize }: Direction,
    rule: impl Fn([F32x4; N], F32x4) -> [F32x4; N] + Copy + Sync,
) {
    let sign = F32x4::splat(if maximize { -0.0 } else { 0.0 });
    let weight_decay = F32x4::splat(weight_decay);
    // All bits 0 for a weight_decay of 0, so that even an infinite parameter does not matter.
    let decays = weight_decay.ne(F32x4::splat(0.0));
    walk(arrays, gradient, move |old, g| rule(old, (g ^ sign) + ((weight_decay * old[0]) & decays)));
}

/// [`update`] with a separate loop for the plain gradient, for the most common rules: with three
/// constants fewer, V8 keeps all of them in registers.
#[inline(always)]
pub fn update_by_case<const N: usize>(
    arrays: [&mut [f32]; N],
    gradient: &[f32],
    direction: Direction,
    rule: impl Fn([F32x4; N], F32x4) -> [F32x4; N] + Copy + Sync,
) {
    if direction.weight_decay == 0.0 && !direction.maximize {
        walk(arrays, gradient, rule);
    } else {
        update(arrays, gradient, direction, rule);
    }
}

/// [`update`] along the gradient itself, on all threads.
#[inline(always)]
fn walk<const N: usize>(
    arrays: [&mut [f32]; N],
    gradient: &[f32],
    rule: impl Fn([F32x4; N], F32x4) -> [F32x4; N] + Copy + Sync,
) {
    in_blocks(arrays, gradient, &Rule(rule));
}

type Block = [f32; BLOCK];

/// A rule behind a pointer, with one call for each job, so that all rules share one driver. Not `Fn`, which would be
/// compiled twice.
trait Blocks<const N: usize>: Sync {
    fn run(&self, arrays: [&mut [Block]; N], gradient: &[Block]);
}

struct Rule<F>(F);

impl<const N: usize, F: Fn([F32x4; N], F32x4) -> [F32x4; N] + Copy + Sync> Blocks<N> for Rule<F> {
    fn run(&self, arrays: [&mut [Block]; N], gradient: &[Block]) {
        // The rule is copied, so that its constants are in registers.
        let rule = self.0;
        // Tells the compiler that the lengths are equal, so that it omits bounds checks.
        let mut arrays = arrays.map(|array| &mut array[..gradient.len()]);
        for (i, block) in gradient.iter().enumerate() {
            let (gradients, _) = block.as_chunks::<LANES>();
            for (v, gradient) in gradients.iter().enumerate() {
                let old = std::array::from_fn(|k| F32x4::load(&arrays[k][i].as_chunks().0[v]));
                let new = rule(old, F32x4::load(gradient));
                for (array, new) in arrays.iter_mut().zip(new) {
                    new.store(&mut array[i].as_chunks_mut().0[v]);
                }
            }
        }
    }
}

/// The work of one element, in elements of a simple map.
const COST: usize = 2;

#[inline(never)]
fn in_blocks<const N: usize>(arrays: [&mut [f32]; N], gradient: &[f32], rule: &dyn Blocks<N>) {
    let (blocks, rest) = gradient.as_chunks::<BLOCK>();
    let mut arrays = arrays.map(|array| array.as_chunks_mut::<BLOCK>());
    let size = items_per_job(blocks.len(), COST * BLOCK);
    if blocks.len() <= size {
        rule.run(arrays.each_mut().map(|(array, _)| &mut **array), blocks);
    } else {
        let parts = arrays.each_mut().map(|(array, _)| chunks(array, size));
        parallel::for_each(parts, |job, arrays| {
            let first = job * size;
            rule.run(arrays, &blocks[first..blocks.len().min(first + size)]);
        });
    }
    if !rest.is_empty() {
        let mut tails = [[0.0; BLOCK]; N];
        for (tail, (_, rest)) in tails.iter_mut().zip(&arrays) {
            copy(rest, tail);
        }
        let mut tail = [0.0; BLOCK];
        copy(rest, &mut tail);
        rule.run(tails.each_mut().map(from_mut), from_ref(&tail));
        for (tail, (_, rest)) in tails.iter().zip(&mut arrays) {
            copy(tail, rest);
        }
    }
}

/// As many elements as both have. Not `copy_from_slice`, which calls into the engine and is slower for so few.
fn copy(from: &[f32], into: &mut [f32]) {
    for (into, from) in into.iter_mut().zip(from) {
        *into = *from;
    }
}
