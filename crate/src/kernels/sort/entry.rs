//! Entries of keys and indices, for one line along an axis at a time.

use crate::kernels::reduce::axis::Axis;

/// A key in the high bits and its index in the low bits: entries are distinct, and equal keys keep their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Entry(u64);

impl Entry {
    pub fn new(key: u32, index: usize) -> Self {
        Entry(u64::from(key) << 32 | index as u64)
    }
    pub fn key(self) -> u32 {
        (self.0 >> 32) as u32
    }
    pub fn index(self) -> i32 {
        self.0 as i32
    }
}

/// The entries of one line of `keys`; if `descending`, greater keys sort first.
pub fn entries(keys: &[u32], line: usize, descending: bool, dims: Axis) -> impl Iterator<Item = Entry> + '_ {
    let Axis { axis, inner, .. } = dims;
    let start = line / inner * axis * inner + line % inner;
    let flip = if descending { u32::MAX } else { 0 };
    (0..axis).map(move |i| Entry::new(keys[start + i * inner] ^ flip, i))
}

/// Writes the indices of `order` to one line of `indices`, `[outer, order.len(), inner]`.
pub fn write_line(order: &[Entry], line: usize, indices: &mut [i32], inner: usize) {
    let start = line / inner * order.len() * inner + line % inner;
    for (i, entry) in order.iter().enumerate() {
        indices[start + i * inner] = entry.index();
    }
}
