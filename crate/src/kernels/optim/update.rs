//! Optimizer updates: one pass over parameter, gradient and state, close to the order of torch.

use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{F32x4, BLOCK, LANES};

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
    let length = BLOCK * items_per_job(gradient.len().div_ceil(BLOCK), COST * BLOCK);
    parallel::for_each(arrays.map(|array| chunks(array, length)), |job, arrays| {
        let first = job * length;
        // The rule is copied, so that its constants are in registers.
        walk_part(arrays, &gradient[first..gradient.len().min(first + length)], rule);
    });
}

/// The work of one element, in elements of a simple map.
const COST: usize = 2;

#[inline(always)]
fn walk_part<const N: usize>(
    arrays: [&mut [f32]; N],
    gradient: &[f32],
    rule: impl Fn([F32x4; N], F32x4) -> [F32x4; N],
) {
    let (blocks, gradient_rest) = gradient.as_chunks::<BLOCK>();
    let mut arrays = arrays.map(|array| {
        let (array, rest) = array.as_chunks_mut::<BLOCK>();
        // Tells the compiler that the lengths are equal, so that it omits bounds checks.
        (&mut array[..blocks.len()], &mut rest[..gradient_rest.len()])
    });
    for (i, block) in blocks.iter().enumerate() {
        let (gradients, _) = block.as_chunks::<LANES>();
        for (v, gradient) in gradients.iter().enumerate() {
            let old = std::array::from_fn(|k| F32x4::load(&arrays[k].0[i].as_chunks().0[v]));
            let new = rule(old, F32x4::load(gradient));
            for (array, new) in arrays.iter_mut().zip(new) {
                new.store(&mut array.0[i].as_chunks_mut().0[v]);
            }
        }
    }
    for (i, &gradient) in gradient_rest.iter().enumerate() {
        let old = std::array::from_fn(|k| F32x4::splat(arrays[k].1[i]));
        let new = rule(old, F32x4::splat(gradient));
        for (array, new) in arrays.iter_mut().zip(new) {
            array.1[i] = new.to_array()[0];
        }
    }
}
