//! Scores in descending order, as keys: integers that sort like their float32.

use super::IGNORED;

/// Runs of at most this many keys are sorted by insertion.
const SHORT: usize = 48;
const BUCKETS: usize = 256;

/// The key of NaN, above all others.
pub const NAN_KEY: u32 = u32::MAX;
/// A key below that of any score.
const LOWEST_KEY: u32 = 0;

/// -0 has the key of 0.
pub fn key_of(score: f32) -> u32 {
    let bits = (score + 0.0).to_bits();
    if score.is_nan() {
        NAN_KEY
    } else if bits >> 31 == 1 {
        !bits
    } else {
        bits | 1 << 31
    }
}

/// The score of a key; not for this module's constants.
pub fn score_of(key: u32) -> f32 {
    f32::from_bits(if key >> 31 == 1 { key ^ 1 << 31 } else { !key })
}

/// Sorts in ascending order, byte by byte, the lowest first. `scratch` is as long as `keys`.
fn sort(keys: &mut [u32], scratch: &mut [u32]) {
    if keys.len() <= SHORT {
        for i in 1..keys.len() {
            let key = keys[i];
            let mut hole = i;
            while hole > 0 && keys[hole - 1] > key {
                keys[hole] = keys[hole - 1];
                hole -= 1;
            }
            keys[hole] = key;
        }
        return;
    }
    // After an even number of passes the sorted keys are in `keys` again.
    for shift in [0, 16] {
        sort_by_byte(keys, scratch, shift);
        sort_by_byte(scratch, keys, shift + 8);
    }
}

#[inline(never)]
fn sort_by_byte(from: &[u32], into: &mut [u32], shift: u32) {
    let bucket_of = |key: u32| (key >> shift) as usize % BUCKETS;
    let mut ends = [0; BUCKETS];
    for &key in from {
        ends[bucket_of(key)] += 1;
    }
    let mut next = 0;
    for end in &mut ends {
        (*end, next) = (next, next + *end);
    }
    for &key in from {
        let end = &mut ends[bucket_of(key)];
        into[*end] = key;
        *end += 1;
    }
}

/// The scores of one ranking, highest first: an iterator over [`Tie`]s.
pub struct Ranking<'a> {
    /// Remaining keys, ascending.
    positives: &'a [u32],
    negatives: &'a [u32],
}

/// All samples with the same score: no threshold separates them, and they have no order.
pub struct Tie {
    pub key: u32,
    pub positives: f64,
    pub negatives: f64,
}

/// How ignored labels are treated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    LeftOut,
    /// As a negative ranked below all others.
    Lowest,
}

impl<'a> Ranking<'a> {
    /// The ranking of every `stride`-th sample, starting with the first. The workspace has two elements for each.
    // Not inlined, like the following functions: a copy in each kernel would make half of their bytes.
    #[inline(never)]
    pub fn new(
        scores: &[f32],
        codes: &[u8],
        stride: usize,
        ignored: Ignored,
        workspace: &'a mut [u32],
    ) -> Self {
        let (keys, scratch) = workspace.split_at_mut(workspace.len() / 2);
        let [mut start, mut end] = [0, keys.len()];
        for (&score, &code) in scores.iter().zip(codes).step_by(stride) {
            if code == 1 {
                keys[start] = key_of(score);
                start += 1;
            } else if code != IGNORED || ignored == Ignored::Lowest {
                end -= 1;
                keys[end] = if code == IGNORED { LOWEST_KEY } else { key_of(score) };
            }
        }
        let (positives, rest) = keys.split_at_mut(start);
        let negatives = &mut rest[end - start..];
        for keys in [&mut *positives, &mut *negatives] {
            sort(keys, &mut scratch[..keys.len()]);
        }
        Ranking { positives, negatives }
    }

    /// The numbers of remaining positives and negatives.
    pub fn totals(&self) -> [f64; 2] {
        [self.positives.len() as f64, self.negatives.len() as f64]
    }

    /// The key of the next tie.
    pub fn next_key(&self) -> Option<u32> {
        self.positives.last().max(self.negatives.last()).copied()
    }
}

impl Iterator for Ranking<'_> {
    type Item = Tie;

    #[inline(never)]
    fn next(&mut self) -> Option<Tie> {
        let key = self.next_key()?;
        let [positives, negatives] = [&mut self.positives, &mut self.negatives].map(|keys| {
            let before = keys.len();
            while let Some((&last, rest)) = keys.split_last() {
                if last != key {
                    break;
                }
                *keys = rest;
            }
            (before - keys.len()) as f64
        });
        Some(Tie { key, positives, negatives })
    }
}
