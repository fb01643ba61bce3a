//! Two float64 lanes, for functions whose rounding in float32 would lose digits. Like [`F32x4`]: SIMD128, or arrays with the
//! same bits.

use crate::simd::F32x4;
use std::hint::black_box;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use array as lanes;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use simd128 as lanes;

pub use lanes::F64x2;

/// Constants for a loop, as [`crate::simd::held`] for float32.
#[inline(always)]
pub fn held<const N: usize>(constants: [f64; N]) -> [F64x2; N] {
    black_box(constants).map(F64x2::splat)
}

/// A function of float64, rounded once to float32.
#[inline(always)]
pub fn in_double(x: F32x4, f: impl Fn(F64x2) -> F64x2) -> F32x4 {
    lanes::narrow(lanes::widen(x).map(f))
}

/// The same of two operands.
#[inline(always)]
pub fn in_double_each(a: F32x4, b: F32x4, f: impl Fn(F64x2, F64x2) -> F64x2) -> F32x4 {
    let ([a, c], [b, d]) = (lanes::widen(a), lanes::widen(b));
    lanes::narrow([f(a, b), f(c, d)])
}

macro_rules! operator {
    ($trait:ident, $method:ident, $f:expr) => {
        impl std::ops::$trait for F64x2 {
            type Output = F64x2;
            #[inline(always)]
            fn $method(self, other: F64x2) -> F64x2 {
                ($f)(self, other)
            }
        }
    };
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128 {
    use crate::simd::F32x4;
    use core::arch::wasm32::*;

    #[derive(Clone, Copy)]
    pub struct F64x2(v128);

    #[inline(always)]
    pub fn widen(x: F32x4) -> [F64x2; 2] {
        let x = x.vector();
        let high = i64x2_shuffle::<1, 1>(x, x);
        [F64x2(f64x2_promote_low_f32x4(x)), F64x2(f64x2_promote_low_f32x4(high))]
    }
    #[inline(always)]
    pub fn narrow([low, high]: [F64x2; 2]) -> F32x4 {
        let [low, high] = [low, high].map(|x| f32x4_demote_f64x2_zero(x.0));
        F32x4::of_vector(i64x2_shuffle::<0, 2>(low, high))
    }

    impl F64x2 {
        #[inline(always)]
        pub fn splat(x: f64) -> Self {
            F64x2(f64x2_splat(x))
        }
        #[inline(always)]
        pub fn floor(self) -> Self {
            F64x2(f64x2_floor(self.0))
        }
        #[inline(always)]
        pub fn trunc(self) -> Self {
            F64x2(f64x2_trunc(self.0))
        }
        #[inline(always)]
        pub fn sqrt(self) -> Self {
            F64x2(f64x2_sqrt(self.0))
        }
        /// Mask (all bits of a lane) where `self < other`.
        #[inline(always)]
        pub fn lt(self, other: Self) -> Self {
            F64x2(f64x2_lt(self.0, other.0))
        }
        /// Whether any bit is set.
        #[inline(always)]
        pub fn has_bits(self) -> bool {
            v128_any_true(self.0)
        }
        /// Lanes of `yes` where the mask is set, of `no` elsewhere.
        #[inline(always)]
        pub fn select(mask: Self, yes: Self, no: Self) -> Self {
            F64x2(v128_bitselect(yes.0, no.0, mask.0))
        }
        /// The bit pattern shifted left.
        #[inline(always)]
        pub fn shift_left(self, bits: u32) -> Self {
            F64x2(i64x2_shl(self.0, bits))
        }
        /// The bit pattern shifted right.
        #[inline(always)]
        pub fn shift_right(self, bits: u32) -> Self {
            F64x2(u64x2_shr(self.0, bits))
        }
        /// Sum of the bit patterns, wrapping.
        #[inline(always)]
        pub fn add_bits(self, other: Self) -> Self {
            F64x2(i64x2_add(self.0, other.0))
        }
    }

    operator!(Add, add, |a: F64x2, b: F64x2| F64x2(f64x2_add(a.0, b.0)));
    operator!(Sub, sub, |a: F64x2, b: F64x2| F64x2(f64x2_sub(a.0, b.0)));
    operator!(Mul, mul, |a: F64x2, b: F64x2| F64x2(f64x2_mul(a.0, b.0)));
    operator!(Div, div, |a: F64x2, b: F64x2| F64x2(f64x2_div(a.0, b.0)));
    operator!(BitAnd, bitand, |a: F64x2, b: F64x2| F64x2(v128_and(a.0, b.0)));
    operator!(BitOr, bitor, |a: F64x2, b: F64x2| F64x2(v128_or(a.0, b.0)));
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod array {
    use crate::simd::F32x4;

    #[derive(Clone, Copy)]
    pub struct F64x2([f64; 2]);

    #[inline(always)]
    pub fn widen(x: F32x4) -> [F64x2; 2] {
        let [a, b, c, d] = x.to_array().map(f64::from);
        [F64x2([a, b]), F64x2([c, d])]
    }
    #[inline(always)]
    pub fn narrow([F64x2([a, b]), F64x2([c, d])]: [F64x2; 2]) -> F32x4 {
        F32x4::load(&[a, b, c, d].map(|x| x as f32))
    }

    impl F64x2 {
        #[inline(always)]
        pub fn splat(x: f64) -> Self {
            F64x2([x; 2])
        }
        #[inline(always)]
        pub fn floor(self) -> Self {
            F64x2(self.0.map(libm::floor))
        }
        #[inline(always)]
        pub fn trunc(self) -> Self {
            F64x2(self.0.map(libm::trunc))
        }
        #[inline(always)]
        pub fn sqrt(self) -> Self {
            F64x2(self.0.map(libm::sqrt))
        }
        #[inline(always)]
        pub fn lt(self, other: Self) -> Self {
            self.bits(other, |a, b| if f64::from_bits(a) < f64::from_bits(b) { u64::MAX } else { 0 })
        }
        #[inline(always)]
        pub fn has_bits(self) -> bool {
            self.0.iter().any(|lane| lane.to_bits() != 0)
        }
        #[inline(always)]
        pub fn select(mask: Self, yes: Self, no: Self) -> Self {
            let chosen = yes.bits(mask, |yes, mask| yes & mask);
            chosen | no.bits(mask, |no, mask| no & !mask)
        }
        #[inline(always)]
        pub fn shift_left(self, bits: u32) -> Self {
            self.bits(self, |a, _| a << bits)
        }
        #[inline(always)]
        pub fn shift_right(self, bits: u32) -> Self {
            self.bits(self, |a, _| a >> bits)
        }
        #[inline(always)]
        pub fn add_bits(self, other: Self) -> Self {
            self.bits(other, u64::wrapping_add)
        }
        #[inline(always)]
        fn bits(self, other: Self, f: impl Fn(u64, u64) -> u64) -> Self {
            F64x2(std::array::from_fn(|i| f64::from_bits(f(self.0[i].to_bits(), other.0[i].to_bits()))))
        }
        #[inline(always)]
        fn each(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
            F64x2(std::array::from_fn(|i| f(self.0[i], other.0[i])))
        }
    }

    operator!(Add, add, |a: F64x2, b: F64x2| a.each(b, |a, b| a + b));
    operator!(Sub, sub, |a: F64x2, b: F64x2| a.each(b, |a, b| a - b));
    operator!(Mul, mul, |a: F64x2, b: F64x2| a.each(b, |a, b| a * b));
    operator!(Div, div, |a: F64x2, b: F64x2| a.each(b, |a, b| a / b));
    operator!(BitAnd, bitand, |a: F64x2, b: F64x2| a.bits(b, |a, b| a & b));
    operator!(BitOr, bitor, |a: F64x2, b: F64x2| a.bits(b, |a, b| a | b));
}
