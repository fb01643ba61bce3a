//! Positions of maxima, a byte for each window, and the gradient that flows back to them.

use std::ops::Range;

/// The most elements of a window whose positions fit a byte.
pub const BYTE_WINDOW: usize = 256;

/// The most elements of a window whose positions leave a bit for [`MARK`].
pub const MARKED_WINDOW: usize = 128;

/// Set in the position of a maximum over rectified values that is 0, where `relu` passes no gradient.
pub const MARK: u8 = 0x80;

/// How a backward pass treats [`MARK`]s.
#[derive(Clone, Copy, Debug)]
pub enum Marks {
    /// There are no marks: `x` was not rectified.
    Absent,
    /// Marks are ignored: for the gradient of `relu(x)`.
    Ignored,
    /// Marks block the gradient: for the gradient of `x`.
    Respected,
}

impl Marks {
    /// The element of its window that gets the gradient, if any.
    #[inline(always)]
    pub fn element(self, position: u8) -> Option<u8> {
        match self {
            Marks::Absent => Some(position),
            Marks::Ignored => Some(position & !MARK),
            Marks::Respected => (position & MARK == 0).then_some(position),
        }
    }
}

/// The gradient of a pooled map, and the positions of its maxima.
#[derive(Clone, Copy)]
pub struct Upstream<'a> {
    pub values: &'a [f32],
    pub positions: &'a [u8],
    pub marks: Marks,
}

impl<'a> Upstream<'a> {
    /// The part for one image and group, whose pooled map has `length` elements.
    pub fn of_map(&self, map: usize, length: usize) -> Self {
        self.within(map * length..(map + 1) * length)
    }
    pub fn within(&self, part: Range<usize>) -> Self {
        Upstream { values: &self.values[part.clone()], positions: &self.positions[part], marks: self.marks }
    }
    /// The gradient that is passed on (perhaps 0), and the element of its window that gets it.
    #[inline(always)]
    pub fn at(&self, value: f32, position: u8) -> (f32, u8) {
        match self.marks {
            Marks::Absent => (value, position),
            Marks::Ignored => (value, position & !MARK),
            Marks::Respected => (if position < MARK { value } else { 0.0 }, position & !MARK),
        }
    }
}
