//! Labels that are missing: those with one value, such as -1 or NaN. They cost nothing, whatever their logits are.

use crate::kernels::elementwise::rows::Lanes;
use crate::simd::{load_partial, store_partial, F32x4, BLOCK, LANES};
use std::array::from_fn;

/// Masks of the last lanes, by their number.
const LAST: [[f32; LANES]; LANES] = {
    const ALL: f32 = f32::from_bits(u32::MAX);
    [[0.0; LANES], [0.0, 0.0, 0.0, ALL], [0.0, 0.0, ALL, ALL], [0.0, ALL, ALL, ALL]]
};

/// The value of missing labels.
#[derive(Clone, Copy)]
pub struct Ignored(f32);

impl Ignored {
    /// Infinity stands for none.
    pub fn new(value: f32) -> Option<Self> {
        (value != f32::INFINITY).then_some(Ignored(value))
    }

    /// A mask of labels that are known; without a value all are.
    #[inline(always)]
    pub fn known(ignored: Option<Self>) -> impl Fn(F32x4) -> F32x4 + Sync {
        let Ignored(value) = ignored.unwrap_or(Ignored(f32::NAN));
        // Nothing equals NaN.
        let are_nan = F32x4::splat(f32::from(ignored.is_some() && value.is_nan())).ne(F32x4::splat(0.0));
        let value = F32x4::splat(value);
        move |y| y.ne(value).and_not(y.ne(y) & are_nan)
    }

    /// How many of `labels` are known.
    pub fn known_floats(self, labels: &[f32]) -> usize {
        let value = F32x4::splat(self.0);
        if self.0.is_nan() {
            count(labels, |y| y.eq(y))
        } else {
            count(labels, |y| y.ne(value))
        }
    }

    pub fn is_nan(self) -> bool {
        self.0.is_nan()
    }

    /// In all lanes.
    pub fn value(self) -> F32x4 {
        F32x4::splat(self.0)
    }

    /// For each label of whole rows the scale of its row, by how many labels of that are known: `by_known` of rows that are short
    /// enough, else `scale_of`. Returns how many rows have none.
    pub fn scales(
        self,
        labels: &[f32],
        classes: usize,
        by_known: &[f32; BLOCK + 1],
        scale_of: impl Fn(usize) -> f32,
        scales: &mut [f32],
    ) -> usize {
        if (LANES..=BLOCK).contains(&classes) {
            let value = self.value();
            return if self.is_nan() {
                scales_of_blocks(labels, classes, by_known, scales, |y| y.eq(y))
            } else {
                scales_of_blocks(labels, classes, by_known, scales, |y| y.ne(value))
            };
        }
        let mut empty = 0;
        for (row, scales) in labels.chunks_exact(classes).zip(scales.chunks_exact_mut(classes)) {
            let known = self.known_floats(row);
            empty += usize::from(known == 0);
            fill(scales, scale_of(known));
        }
        empty
    }

    /// How many bytes are known.
    pub fn known_bytes(self, labels: &[u8]) -> usize {
        const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
        let value = self.0 as u8;
        if f32::from(value) != self.0 {
            return labels.len();
        }
        let (words, rest) = labels.as_chunks();
        let ignored = u64::from_le_bytes([value; 8]);
        // The high bit of each byte that differs.
        let differing = |word: &[u8; 8]| {
            let bits = u64::from_le_bytes(*word) ^ ignored;
            ((((bits & LOW) + LOW) | bits) & !LOW).count_ones() as usize
        };
        words.iter().map(differing).sum::<usize>() + rest.iter().filter(|&&label| label != value).count()
    }

    /// Sets losses and gradients of missing labels to 0.
    pub fn keep(self, labels: &[f32], losses: &mut [f32], gradients: &mut [f32]) {
        let value = self.value();
        if self.is_nan() {
            keep(|y| y.eq(y), labels, losses, gradients);
        } else {
            keep(|y| y.ne(value), labels, losses, gradients);
        }
    }

    pub fn is_known(self, label: f32) -> bool {
        label != self.0 && !(label.is_nan() && self.0.is_nan())
    }
}

/// How many labels are known.
#[inline(always)]
fn count(labels: &[f32], known: impl Fn(F32x4) -> F32x4) -> usize {
    let (vectors, rest) = labels.as_chunks();
    let (pairs, last) = vectors.as_chunks();
    let mut counts = [F32x4::splat(0.0); 2];
    // A mask is -1.
    for [a, b] in pairs {
        counts[0] = counts[0].sub_bits(known(F32x4::load(a)));
        counts[1] = counts[1].sub_bits(known(F32x4::load(b)));
    }
    for y in last {
        counts[0] = counts[0].sub_bits(known(F32x4::load(y)));
    }
    if !rest.is_empty() {
        // The last four, without those that were counted; fewer at the end of padding.
        let y = match labels.last_chunk() {
            Some(y) => F32x4::load(y),
            None => F32x4::load(&std::array::from_fn(|i| labels[(i + labels.len()).saturating_sub(LANES)])),
        };
        counts[1] = counts[1].sub_bits(known(y) & F32x4::load(&LAST[rest.len()]));
    }
    let [a, b, c, d] = counts[0].add_bits(counts[1]).to_array().map(f32::to_bits);
    (a + b + c + d) as usize
}

/// [`Ignored::scales`] of rows of 4 to 16 labels. All are read, and written, as four vectors, of which the last ones may overlap.
#[inline(always)]
fn scales_of_blocks(
    labels: &[f32],
    classes: usize,
    by_known: &[f32; BLOCK + 1],
    scales: &mut [f32],
    known: impl Fn(F32x4) -> F32x4,
) -> usize {
    let mut empty = 0;
    let starts: [usize; BLOCK / LANES] = from_fn(|i| (i * LANES).min(classes - LANES));
    // Those that are not in a vector before.
    let first_ones = (0..BLOCK).filter(|i| starts[i / LANES] + i % LANES >= i / LANES * LANES);
    let first_ones = first_ones.fold(0, |bits, i| bits | 1 << i);
    for (row, scales) in labels.chunks_exact(classes).zip(scales.chunks_exact_mut(classes)) {
        let vectors =
            starts.map(|start| known(row[start..].first_chunk().map_or(F32x4::splat(0.0), F32x4::load)));
        let count = (F32x4::sign_bits(vectors) & first_ones).count_ones();
        empty += usize::from(count == 0);
        let scale = F32x4::splat(by_known[count as usize]);
        for start in starts {
            if let Some(scales) = scales[start..].first_chunk_mut() {
                scale.store(scales);
            }
        }
    }
    empty
}

/// In vectors: the crate is compiled without vectorising loops.
#[inline(always)]
pub fn fill(values: &mut [f32], value: f32) {
    let lanes = F32x4::splat(value);
    if let Some(last) = values.last_chunk_mut() {
        lanes.store(last);
        values.as_chunks_mut().0.iter_mut().for_each(|vector| lanes.store(vector));
    } else {
        values.iter_mut().for_each(|one| *one = value);
    }
}

/// Losses and gradients of known labels; of others 0.
#[inline(always)]
fn keep(known: impl Fn(F32x4) -> F32x4, labels: &[f32], losses: &mut [f32], gradients: &mut [f32]) {
    let (y, y_rest) = labels.as_chunks();
    let (loss_vectors, loss_rest) = losses.as_chunks_mut();
    let (gradient_vectors, gradient_rest) = gradients.as_chunks_mut();
    let kept = |y: &Lanes, values: &Lanes| F32x4::load(values) & known(F32x4::load(y));
    for (y, (loss, gradient)) in y.iter().zip(loss_vectors.iter_mut().zip(gradient_vectors)) {
        kept(y, loss).store(loss);
        kept(y, gradient).store(gradient);
    }
    if !y_rest.is_empty() {
        let y = load_partial(y_rest, 0.0).to_array();
        for rest in [loss_rest, gradient_rest] {
            store_partial(kept(&y, &load_partial(rest, 0.0).to_array()), rest);
        }
    }
}
