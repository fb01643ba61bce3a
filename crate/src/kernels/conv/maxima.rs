//! Places of maxima, a byte for each window, and the gradient that comes back to them.

use std::ops::Range;

/// Elements of a window whose places fit a byte.
pub const BYTE_WINDOW: usize = 256;

/// Elements of a window whose places leave a bit free for [`MARK`].
pub const MARKED_WINDOW: usize = 128;

/// Set in the place of a maximum over rectified values that is 0: `relu` passes no gradient there.
pub const MARK: u8 = 0x80;

/// What [`MARK`]s among the places mean to a gradient.
#[derive(Clone, Copy, Debug)]
pub enum Marks {
    /// There are none: `x` was not rectified.
    Absent,
    /// Nothing: the gradient of `relu(x)`.
    Ignored,
    /// No gradient: that of `x`.
    Respected,
}

impl Marks {
    /// Which element of its window a place means, if any.
    #[inline(always)]
    pub fn element(self, place: u8) -> Option<u8> {
        match self {
            Marks::Absent => Some(place),
            Marks::Ignored => Some(place & !MARK),
            Marks::Respected => (place & MARK == 0).then_some(place),
        }
    }
}

/// The gradient of a pooled map, and the places of its maxima.
#[derive(Clone, Copy)]
pub struct Upstream<'a> {
    pub values: &'a [f32],
    pub places: &'a [u8],
    pub marks: Marks,
}

impl<'a> Upstream<'a> {
    /// That of one image and group, whose pooled map has `length` elements.
    pub fn of_map(&self, map: usize, length: usize) -> Self {
        self.within(map * length..(map + 1) * length)
    }
    pub fn within(&self, part: Range<usize>) -> Self {
        Upstream { values: &self.values[part.clone()], places: &self.places[part], marks: self.marks }
    }
    /// A value as far as it is passed on, and which element of its window it belongs to.
    #[inline(always)]
    pub fn at(&self, value: f32, place: u8) -> (f32, u8) {
        match self.marks {
            Marks::Absent => (value, place),
            Marks::Ignored => (value, place & !MARK),
            Marks::Respected => (if place < MARK { value } else { 0.0 }, place & !MARK),
        }
    }
}
