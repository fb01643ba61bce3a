//! The order of elements in which extremes are taken: NaN comes before all others.

use crate::simd::{as_floats, as_floats_mut, F32x4};

/// Whether `x` takes the place of `best`: as the first NaN, else as what is greater, or less where the least is wanted.
pub fn is_better<T: PartialOrd>(x: &T, best: &T, least: bool) -> bool {
    let is_nan = |x: &T| x.partial_cmp(x).is_none();
    !is_nan(best) && (is_nan(x) || if least { x < best } else { x > best })
}

/// An element type; if it has 32 bits, four of them are compared at a time.
pub trait Element: Copy + PartialOrd + Send + Sync {
    /// The elements as lanes of vectors.
    fn lanes(_x: &[Self]) -> Option<&[f32]> {
        None
    }
    fn lanes_mut(_x: &mut [Self]) -> Option<&mut [f32]> {
        None
    }
    /// Mask where `x` is better than `best`, neither being NaN.
    fn exceeds<const LEAST: bool>(x: F32x4, best: F32x4) -> F32x4;
    /// The better of two that are not NaN, `best` of equals.
    fn pick<const LEAST: bool>(best: F32x4, x: F32x4) -> F32x4 {
        F32x4::select(Self::exceeds::<LEAST>(x, best), x, best)
    }
    /// Mask where two are equal.
    fn same(a: F32x4, b: F32x4) -> F32x4;
    /// Mask where `x` takes the place of `best`, as [`is_better`].
    fn improves<const LEAST: bool>(x: F32x4, best: F32x4) -> F32x4 {
        let is_nan = F32x4::splat(f32::from_bits(u32::MAX)).and_not(Self::same(x, x));
        (Self::exceeds::<LEAST>(x, best) | is_nan) & Self::same(best, best)
    }
}

impl Element for f32 {
    fn lanes(x: &[f32]) -> Option<&[f32]> {
        Some(x)
    }
    fn lanes_mut(x: &mut [f32]) -> Option<&mut [f32]> {
        Some(x)
    }
    #[inline(always)]
    fn exceeds<const LEAST: bool>(x: F32x4, best: F32x4) -> F32x4 {
        if LEAST {
            x.lt(best)
        } else {
            best.lt(x)
        }
    }
    #[inline(always)]
    fn pick<const LEAST: bool>(best: F32x4, x: F32x4) -> F32x4 {
        if LEAST {
            best.pmin(x)
        } else {
            best.pmax(x)
        }
    }
    #[inline(always)]
    fn same(a: F32x4, b: F32x4) -> F32x4 {
        a.eq(b)
    }
}

impl Element for i32 {
    fn lanes(x: &[i32]) -> Option<&[f32]> {
        Some(as_floats(x))
    }
    fn lanes_mut(x: &mut [i32]) -> Option<&mut [f32]> {
        Some(as_floats_mut(x))
    }
    #[inline(always)]
    fn exceeds<const LEAST: bool>(x: F32x4, best: F32x4) -> F32x4 {
        if LEAST {
            best.bits_greater(x)
        } else {
            x.bits_greater(best)
        }
    }
    #[inline(always)]
    fn same(a: F32x4, b: F32x4) -> F32x4 {
        a.bits_equal(b)
    }
}

impl Element for u8 {
    fn exceeds<const LEAST: bool>(x: F32x4, best: F32x4) -> F32x4 {
        f32::exceeds::<LEAST>(x, best)
    }
    fn same(a: F32x4, b: F32x4) -> F32x4 {
        f32::same(a, b)
    }
}
