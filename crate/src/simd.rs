//! Four float32 lanes: WebAssembly SIMD128 if the target supports it, otherwise plain arrays.
//!
//! Every operation is IEEE 754 single precision, lane by lane, and the array twin does the same
//! operation on each lane. So a kernel over [`F32x4`] gives the same bits natively,
//! in scalar WebAssembly and in SIMD128 (except for NaN payloads), as tests verify.
//!
//! Relaxed SIMD adds a fused multiply-add, which rounds once if the machine has such an
//! instruction, so its bits depend on the machine. Only [`F32x4::fused_mul_add`] uses it, and
//! only large work calls that. Everything else has the same bits in every build, since
//! [`F32x4::mul_add`] rounds twice in all of them.

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub use array::{reverse_bytes, sqrt, F32x4};
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use simd128::{reverse_bytes, sqrt, F32x4};

/// Lanes of one vector.
pub const LANES: usize = 4;
/// Elements of one unrolled step: four vectors in flight hide the latency of a dependency chain.
pub const BLOCK: usize = 4 * LANES;

/// Whether this build has a fused multiply-add. Without it, the code that would use it is not
/// compiled.
pub const HAS_FUSED: bool = cfg!(all(target_arch = "wasm32", target_feature = "relaxed-simd"));

/// Constants for a loop, to be created before it, so that the engine keeps them in registers.
/// V8 of Node 24 rebuilds a known constant at every use, with three instructions; a black box
/// hides the value.
#[inline(always)]
pub fn held<const N: usize>(constants: [f32; N]) -> [F32x4; N] {
    std::hint::black_box(constants).map(F32x4::splat)
}

/// Prefetches values by reading one in every 64 bytes, since WebAssembly has no prefetch instruction.
#[inline(always)]
pub fn prefetch(values: &[f32]) {
    std::hint::black_box(
        values.iter().step_by(64 / size_of::<f32>()).fold(0, |bits, value| bits | value.to_bits()),
    );
}

/// Integers as the float32 of the same bits, for functions of [`F32x4`] on bit patterns.
#[inline(always)]
pub fn as_floats(integers: &[i32]) -> &[f32] {
    // SAFETY: of one size and alignment, and any bits are a float32.
    unsafe { std::slice::from_raw_parts(integers.as_ptr().cast(), integers.len()) }
}

/// The same, to be written.
#[inline(always)]
pub fn as_floats_mut(integers: &mut [i32]) -> &mut [f32] {
    // SAFETY: of one size and alignment, any bits are an int32, and the slice is borrowed mutably.
    unsafe { std::slice::from_raw_parts_mut(integers.as_mut_ptr().cast(), integers.len()) }
}

/// The bytes of integers.
#[inline(always)]
pub fn as_bytes(integers: &[i32]) -> &[u8] {
    // SAFETY: any memory is bytes.
    unsafe { std::slice::from_raw_parts(integers.as_ptr().cast(), size_of_val(integers)) }
}

/// The same, to be written.
#[inline(always)]
pub fn as_bytes_mut(integers: &mut [i32]) -> &mut [u8] {
    // SAFETY: any bytes are integers, and the slice is borrowed mutably.
    unsafe { std::slice::from_raw_parts_mut(integers.as_mut_ptr().cast(), size_of_val(integers)) }
}

/// Four vectors from 16 consecutive elements.
#[inline(always)]
pub fn load_block(x: &[f32; BLOCK]) -> [F32x4; 4] {
    let (vectors, _) = x.as_chunks::<LANES>();
    std::array::from_fn(|i| F32x4::load(&vectors[i]))
}

/// Four vectors to 16 consecutive elements.
#[inline(always)]
pub fn store_block(values: [F32x4; 4], out: &mut [f32; BLOCK]) {
    let (vectors, _) = out.as_chunks_mut::<LANES>();
    for (value, vector) in values.into_iter().zip(vectors) {
        value.store(vector);
    }
}

/// Fewer than four elements as one vector, the missing lanes filled with `padding`.
#[inline(always)]
pub fn load_partial(x: &[f32], padding: f32) -> F32x4 {
    // Not copy_from_slice, which calls into the engine and is slower than the loop.
    let lanes = std::array::from_fn(|i| x.get(i).copied().unwrap_or(padding));
    F32x4::load(&lanes)
}

/// The first `out.len()` lanes.
#[inline(always)]
pub fn store_partial(value: F32x4, out: &mut [f32]) {
    for (out, lane) in out.iter_mut().zip(value.to_array()) {
        *out = lane;
    }
}

/// Up to 16 elements as four vectors, the missing lanes filled with `padding`.
#[inline(always)]
pub fn load_up_to_block(x: &[f32], padding: f32) -> [F32x4; 4] {
    match x.first_chunk() {
        Some(block) => load_block(block),
        None => load_short(x, padding).map(|lanes| F32x4::load(&lanes)),
    }
}

/// 16 elements from `start` on, of which `wanted` are valid; the others are arbitrary.
#[inline(always)]
pub fn load_columns(x: &[f32], start: usize, wanted: usize) -> [F32x4; 4] {
    match x[start..].first_chunk() {
        Some(block) => load_block(block),
        None => load_short(&x[start..start + wanted], 0.0).map(|lanes| F32x4::load(&lanes)),
    }
}

/// The first `out.len()` of 16 lanes.
#[inline(always)]
pub fn store_up_to_block(values: [F32x4; 4], out: &mut [f32]) {
    match out.first_chunk_mut() {
        Some(block) => store_block(values, block),
        None => store_short(values, out),
    }
}

// Not inlined: rare, and long. Returns arrays, because vectors returned by a call would be kept in memory.
#[inline(never)]
fn load_short(x: &[f32], padding: f32) -> [[f32; LANES]; 4] {
    let mut parts = x.chunks(LANES);
    std::array::from_fn(|_| load_partial(parts.next().unwrap_or_default(), padding).to_array())
}

#[inline(never)]
fn store_short(values: [F32x4; 4], out: &mut [f32]) {
    for (value, out) in values.into_iter().zip(out.chunks_mut(LANES)) {
        store_partial(value, out);
    }
}

impl F32x4 {
    /// Transposes four rows.
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [F32x4; 4]) -> [F32x4; 4] {
        let ([ac_low, ac_high], [bd_low, bd_high]) = (a.zip(c), b.zip(d));
        let ([first, second], [third, fourth]) = (ac_low.zip(bd_low), ac_high.zip(bd_high));
        [first, second, third, fourth]
    }
    /// `self * factor + addend`, rounded twice.
    #[inline(always)]
    pub fn mul_add(self, factor: Self, addend: Self) -> Self {
        self * factor + addend
    }
    /// `minuend - self * factor`, rounded twice.
    #[inline(always)]
    pub fn mul_sub_from(self, factor: Self, minuend: Self) -> Self {
        minuend - self * factor
    }
    /// [`Self::mul_add`], but if `FUSED` and [`HAS_FUSED`] rounded once if the machine can.
    #[inline(always)]
    pub fn fused_mul_add<const FUSED: bool>(self, factor: Self, addend: Self) -> Self {
        #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
        if FUSED {
            return self.relaxed_mul_add(factor, addend);
        }
        self.mul_add(factor, addend)
    }
    /// [`Self::mul_sub_from`], rounded like [`Self::fused_mul_add`].
    #[inline(always)]
    pub fn fused_mul_sub_from<const FUSED: bool>(self, factor: Self, minuend: Self) -> Self {
        #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
        if FUSED {
            return self.relaxed_mul_sub_from(factor, minuend);
        }
        self.mul_sub_from(factor, minuend)
    }
    /// [`Self::pmin`] for a `bound` that is neither NaN nor 0: a single machine instruction, also with relaxed SIMD.
    #[inline(always)]
    pub fn at_most(self, bound: Self) -> Self {
        #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
        return self.relaxed_min(bound);
        #[cfg(not(all(target_arch = "wasm32", target_feature = "relaxed-simd")))]
        return self.pmin(bound);
    }
    /// [`Self::pmax`] likewise.
    #[inline(always)]
    pub fn at_least(self, bound: Self) -> Self {
        #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
        return self.relaxed_max(bound);
        #[cfg(not(all(target_arch = "wasm32", target_feature = "relaxed-simd")))]
        return self.pmax(bound);
    }
    /// Sum of the lanes, in float64.
    #[inline(always)]
    pub fn sum_f64(self) -> f64 {
        let [a, b, c, d] = self.to_array().map(f64::from);
        (a + b) + (c + d)
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $f:expr) => {
        impl std::ops::$trait for F32x4 {
            type Output = F32x4;
            #[inline(always)]
            fn $method(self, other: F32x4) -> F32x4 {
                ($f)(self, other)
            }
        }
    };
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128 {
    use core::arch::wasm32::*;

    /// The square root of one float64: core has no scalar instruction for it.
    #[inline(always)]
    pub fn sqrt(x: f64) -> f64 {
        f64x2_extract_lane::<0>(f64x2_sqrt(f64x2_splat(x)))
    }

    /// The bytes from the last to the first.
    #[inline(always)]
    pub fn reverse_bytes(x: &[u8; 16]) -> [u8; 16] {
        let mut out = [0; 16];
        // SAFETY: both arrays are 16 bytes; neither instruction has an alignment requirement.
        unsafe {
            let x = v128_load(x.as_ptr().cast());
            let reversed = u8x16_shuffle::<15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0>(x, x);
            v128_store(out.as_mut_ptr().cast(), reversed);
        }
        out
    }

    #[derive(Clone, Copy)]
    pub struct F32x4(v128);

    impl F32x4 {
        #[inline(always)]
        pub(crate) fn vector(self) -> v128 {
            self.0
        }
        #[inline(always)]
        pub(crate) fn of_vector(vector: v128) -> Self {
            F32x4(vector)
        }
        /// Whether any bit is set.
        #[inline(always)]
        pub fn has_bits(self) -> bool {
            v128_any_true(self.0)
        }
        /// The highest bits of 16 lanes.
        #[inline(always)]
        pub fn sign_bits([a, b, c, d]: [Self; 4]) -> u16 {
            let (low, high) = (i16x8_narrow_i32x4(a.0, b.0), i16x8_narrow_i32x4(c.0, d.0));
            i8x16_bitmask(i8x16_narrow_i16x8(low, high))
        }
        /// Product of the bit patterns as int32, wrapping.
        #[inline(always)]
        pub fn mul_bits(self, other: Self) -> Self {
            F32x4(i32x4_mul(self.0, other.0))
        }
        /// Mask where the bit patterns are equal.
        #[inline(always)]
        pub fn bits_equal(self, other: Self) -> Self {
            F32x4(i32x4_eq(self.0, other.0))
        }
        #[inline(always)]
        pub const fn splat(x: f32) -> Self {
            F32x4(f32x4(x, x, x, x))
        }
        #[inline(always)]
        pub fn load(x: &[f32; 4]) -> Self {
            // SAFETY: the array is 16 readable bytes; v128.load has no alignment requirement.
            F32x4(unsafe { v128_load(x.as_ptr().cast()) })
        }
        /// The vector of these bytes.
        #[inline(always)]
        pub fn load_bytes(x: &[u8; 16]) -> Self {
            // SAFETY: as for `load`.
            F32x4(unsafe { v128_load(x.as_ptr().cast()) })
        }
        #[inline(always)]
        pub fn store_bytes(self, out: &mut [u8; 16]) {
            // SAFETY: as for `store`.
            unsafe { v128_store(out.as_mut_ptr().cast(), self.0) }
        }
        /// Four unsigned bytes, converted.
        #[inline(always)]
        pub fn from_u8(x: &[u8; 4]) -> Self {
            let bytes = u32x4(u32::from_le_bytes(*x), 0, 0, 0);
            F32x4(f32x4_convert_u32x4(u32x4_extend_low_u16x8(u16x8_extend_low_u8x16(bytes))))
        }
        /// Four integers, converted.
        #[inline(always)]
        pub fn from_i32(x: &[i32; 4]) -> Self {
            F32x4(f32x4_convert_i32x4(i32x4(x[0], x[1], x[2], x[3])))
        }
        /// Truncates towards zero; saturates out of range, NaN gives 0.
        #[inline(always)]
        pub fn to_i32(self) -> [i32; 4] {
            F32x4(i32x4_trunc_sat_f32x4(self.0)).to_array().map(|lane| lane.to_bits().cast_signed())
        }
        #[inline(always)]
        pub fn store(self, out: &mut [f32; 4]) {
            // SAFETY: the array is 16 writable bytes; v128.store has no alignment requirement.
            unsafe { v128_store(out.as_mut_ptr().cast(), self.0) }
        }
        #[inline(always)]
        pub fn to_array(self) -> [f32; 4] {
            let mut lanes = [0.0; 4];
            self.store(&mut lanes);
            lanes
        }
        #[inline(always)]
        pub fn abs(self) -> Self {
            F32x4(f32x4_abs(self.0))
        }
        #[inline(always)]
        pub fn sqrt(self) -> Self {
            F32x4(f32x4_sqrt(self.0))
        }
        #[inline(always)]
        pub fn floor(self) -> Self {
            F32x4(f32x4_floor(self.0))
        }
        #[inline(always)]
        pub fn ceil(self) -> Self {
            F32x4(f32x4_ceil(self.0))
        }
        #[inline(always)]
        pub fn trunc(self) -> Self {
            F32x4(f32x4_trunc(self.0))
        }
        /// The nearest integer, the even one if halfway.
        #[inline(always)]
        pub fn nearest(self) -> Self {
            F32x4(f32x4_nearest(self.0))
        }
        /// `other < self ? other : self`: a NaN in `self` stays; one machine instruction, unlike `min`.
        #[inline(always)]
        pub fn pmin(self, other: Self) -> Self {
            // Where relaxed SIMD is allowed, LLVM replaces pmin by relaxed_min, whose NaN and signs of zeros depend on the machine.
            #[cfg(target_feature = "relaxed-simd")]
            return Self::relaxed_select(other.lt(self), other, self);
            #[cfg(not(target_feature = "relaxed-simd"))]
            return F32x4(f32x4_pmin(self.0, other.0));
        }
        /// `self < other ? other : self`: a NaN in `self` stays; one machine instruction, unlike `max`.
        #[inline(always)]
        pub fn pmax(self, other: Self) -> Self {
            #[cfg(target_feature = "relaxed-simd")]
            return Self::relaxed_select(self.lt(other), other, self);
            #[cfg(not(target_feature = "relaxed-simd"))]
            return F32x4(f32x4_pmax(self.0, other.0));
        }
        /// Mask (all bits of a lane) where `self < other`.
        #[inline(always)]
        pub fn lt(self, other: Self) -> Self {
            F32x4(f32x4_lt(self.0, other.0))
        }
        /// Mask where `self <= other`.
        #[inline(always)]
        pub fn le(self, other: Self) -> Self {
            F32x4(f32x4_le(self.0, other.0))
        }
        /// Interleaves the lanes of both.
        #[inline(always)]
        pub fn zip(self, other: Self) -> [Self; 2] {
            let low = i32x4_shuffle::<0, 4, 1, 5>(self.0, other.0);
            let high = i32x4_shuffle::<2, 6, 3, 7>(self.0, other.0);
            [F32x4(low), F32x4(high)]
        }
        /// The lanes from the last to the first.
        #[inline(always)]
        pub fn reverse(self) -> Self {
            F32x4(i32x4_shuffle::<3, 2, 1, 0>(self.0, self.0))
        }
        /// Mask where the bit pattern as int32 is greater.
        #[inline(always)]
        pub fn bits_greater(self, other: Self) -> Self {
            F32x4(i32x4_gt(self.0, other.0))
        }
        /// Mask where `self == other`.
        #[inline(always)]
        pub fn eq(self, other: Self) -> Self {
            F32x4(f32x4_eq(self.0, other.0))
        }
        /// Mask where `self != other`, true for NaN.
        #[inline(always)]
        pub fn ne(self, other: Self) -> Self {
            F32x4(f32x4_ne(self.0, other.0))
        }
        /// Bits of `self` outside of `mask`.
        #[inline(always)]
        pub fn and_not(self, mask: Self) -> Self {
            F32x4(v128_andnot(self.0, mask.0))
        }
        /// Lanes of `self` where the mask is set, of `other` elsewhere.
        #[inline(always)]
        pub fn select(mask: Self, yes: Self, no: Self) -> Self {
            F32x4(v128_bitselect(yes.0, no.0, mask.0))
        }
        /// Lanes 0 and 2 of `self`, then of `other`.
        #[inline(always)]
        pub fn even_lanes(self, other: Self) -> Self {
            F32x4(i32x4_shuffle::<0, 2, 4, 6>(self.0, other.0))
        }
        /// Lanes 1 and 3 of `self`, then of `other`.
        #[inline(always)]
        pub fn odd_lanes(self, other: Self) -> Self {
            F32x4(i32x4_shuffle::<1, 3, 5, 7>(self.0, other.0))
        }
        /// The bit patterns as bytes; they must be below 256.
        #[inline(always)]
        pub fn to_low_bytes(self) -> [u8; 4] {
            let bytes = u8x16_shuffle::<0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12>(self.0, self.0);
            u32x4_extract_lane::<0>(bytes).to_le_bytes()
        }
        /// 1 for each lane of 16 whose mask is set, else 0.
        #[inline(always)]
        pub fn truths([a, b, c, d]: [Self; 4], out: &mut [u8; 16]) {
            let (low, high) = (i16x8_narrow_i32x4(a.0, b.0), i16x8_narrow_i32x4(c.0, d.0));
            F32x4(v128_and(i8x16_narrow_i16x8(low, high), u8x16_splat(1))).store_bytes(out);
        }
        /// The sums of four bytes each, as int32.
        #[inline(always)]
        pub fn sums_of_bytes(x: &[u8; 16]) -> Self {
            let pairs = u16x8_extadd_pairwise_u8x16(Self::load_bytes(x).0);
            F32x4(u32x4_extadd_pairwise_u16x8(pairs))
        }
        /// The bit pattern shifted left.
        #[inline(always)]
        pub fn shift_left(self, bits: u32) -> Self {
            F32x4(i32x4_shl(self.0, bits))
        }
        /// The bit pattern as int32, shifted right with its sign.
        #[inline(always)]
        pub fn shift_right_signed(self, bits: u32) -> Self {
            F32x4(i32x4_shr(self.0, bits))
        }
        /// Sum of the bit patterns as int32, wrapping.
        #[inline(always)]
        pub fn add_bits(self, other: Self) -> Self {
            F32x4(i32x4_add(self.0, other.0))
        }
        /// Difference of the bit patterns as int32, wrapping.
        #[inline(always)]
        pub fn sub_bits(self, other: Self) -> Self {
            F32x4(i32x4_sub(self.0, other.0))
        }
        /// The bit pattern as int32, converted to float32.
        #[inline(always)]
        pub fn bits_to_float(self) -> Self {
            F32x4(f32x4_convert_i32x4(self.0))
        }
    }

    /// Operations whose results relaxed SIMD leaves to the machine.
    #[cfg(target_feature = "relaxed-simd")]
    impl F32x4 {
        #[inline(always)]
        pub(super) fn relaxed_mul_add(self, factor: Self, addend: Self) -> Self {
            F32x4(f32x4_relaxed_madd(self.0, factor.0, addend.0))
        }
        #[inline(always)]
        pub(super) fn relaxed_mul_sub_from(self, factor: Self, minuend: Self) -> Self {
            F32x4(f32x4_relaxed_nmadd(self.0, factor.0, minuend.0))
        }
        /// With this order of operands a NaN in `self` gives that NaN on x86, and a NaN on ARM.
        #[inline(always)]
        pub(super) fn relaxed_min(self, other: Self) -> Self {
            F32x4(f32x4_relaxed_min(other.0, self.0))
        }
        #[inline(always)]
        pub(super) fn relaxed_max(self, other: Self) -> Self {
            F32x4(f32x4_relaxed_max(other.0, self.0))
        }
        /// [`Self::select`] for masks of whole lanes, for which all machines agree.
        #[inline(always)]
        fn relaxed_select(mask: Self, yes: Self, no: Self) -> Self {
            F32x4(i32x4_relaxed_laneselect(yes.0, no.0, mask.0))
        }
    }

    operator!(Add, add, |a: F32x4, b: F32x4| F32x4(f32x4_add(a.0, b.0)));
    operator!(Sub, sub, |a: F32x4, b: F32x4| F32x4(f32x4_sub(a.0, b.0)));
    operator!(Mul, mul, |a: F32x4, b: F32x4| F32x4(f32x4_mul(a.0, b.0)));
    operator!(Div, div, |a: F32x4, b: F32x4| F32x4(f32x4_div(a.0, b.0)));
    operator!(BitAnd, bitand, |a: F32x4, b: F32x4| F32x4(v128_and(a.0, b.0)));
    operator!(BitOr, bitor, |a: F32x4, b: F32x4| F32x4(v128_or(a.0, b.0)));
    operator!(BitXor, bitxor, |a: F32x4, b: F32x4| F32x4(v128_xor(a.0, b.0)));
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod array {
    pub use libm::sqrt;

    #[inline(always)]
    pub fn reverse_bytes(x: &[u8; 16]) -> [u8; 16] {
        u128::from_ne_bytes(*x).swap_bytes().to_ne_bytes()
    }

    #[derive(Clone, Copy)]
    pub struct F32x4([f32; 4]);

    #[inline(always)]
    fn lanes(f: impl Fn(usize) -> f32) -> F32x4 {
        F32x4(std::array::from_fn(f))
    }
    #[inline(always)]
    fn mask(f: impl Fn(usize) -> bool) -> F32x4 {
        lanes(|i| f32::from_bits(if f(i) { u32::MAX } else { 0 }))
    }

    impl F32x4 {
        #[inline(always)]
        pub const fn splat(x: f32) -> Self {
            F32x4([x; 4])
        }
        #[inline(always)]
        pub fn has_bits(self) -> bool {
            self.0.iter().any(|lane| lane.to_bits() != 0)
        }
        #[inline(always)]
        pub fn sign_bits(vectors: [Self; 4]) -> u16 {
            let bits = vectors.iter().flat_map(|vector| vector.0).map(|lane| lane.to_bits() >> 31);
            bits.rev().fold(0, |bits, bit| bits << 1 | bit as u16)
        }
        #[inline(always)]
        pub fn mul_bits(self, other: Self) -> Self {
            self.bits(other, u32::wrapping_mul)
        }
        #[inline(always)]
        pub fn bits_equal(self, other: Self) -> Self {
            mask(|i| self.0[i].to_bits() == other.0[i].to_bits())
        }
        #[inline(always)]
        pub fn load(x: &[f32; 4]) -> Self {
            F32x4(*x)
        }
        #[inline(always)]
        pub fn load_bytes(x: &[u8; 16]) -> Self {
            let lanes = x.as_chunks().0;
            self::lanes(|i| f32::from_bits(u32::from_ne_bytes(lanes[i])))
        }
        #[inline(always)]
        pub fn store_bytes(self, out: &mut [u8; 16]) {
            for (out, lane) in out.as_chunks_mut().0.iter_mut().zip(self.0) {
                *out = lane.to_bits().to_ne_bytes();
            }
        }
        #[inline(always)]
        pub fn from_u8(x: &[u8; 4]) -> Self {
            lanes(|i| f32::from(x[i]))
        }
        #[inline(always)]
        pub fn from_i32(x: &[i32; 4]) -> Self {
            lanes(|i| x[i] as f32)
        }
        #[inline(always)]
        pub fn to_i32(self) -> [i32; 4] {
            self.0.map(|lane| lane as i32)
        }
        #[inline(always)]
        pub fn store(self, out: &mut [f32; 4]) {
            *out = self.0;
        }
        #[inline(always)]
        pub fn to_array(self) -> [f32; 4] {
            self.0
        }
        #[inline(always)]
        pub fn abs(self) -> Self {
            lanes(|i| self.0[i].abs())
        }
        #[inline(always)]
        pub fn sqrt(self) -> Self {
            lanes(|i| libm::sqrtf(self.0[i]))
        }
        #[inline(always)]
        pub fn floor(self) -> Self {
            lanes(|i| libm::floorf(self.0[i]))
        }
        #[inline(always)]
        pub fn ceil(self) -> Self {
            lanes(|i| libm::ceilf(self.0[i]))
        }
        #[inline(always)]
        pub fn trunc(self) -> Self {
            lanes(|i| libm::truncf(self.0[i]))
        }
        #[inline(always)]
        pub fn nearest(self) -> Self {
            lanes(|i| libm::rintf(self.0[i]))
        }
        #[inline(always)]
        pub fn pmin(self, other: Self) -> Self {
            lanes(|i| if other.0[i] < self.0[i] { other.0[i] } else { self.0[i] })
        }
        #[inline(always)]
        pub fn pmax(self, other: Self) -> Self {
            lanes(|i| if self.0[i] < other.0[i] { other.0[i] } else { self.0[i] })
        }
        #[inline(always)]
        pub fn lt(self, other: Self) -> Self {
            mask(|i| self.0[i] < other.0[i])
        }
        #[inline(always)]
        pub fn le(self, other: Self) -> Self {
            mask(|i| self.0[i] <= other.0[i])
        }
        #[inline(always)]
        pub fn zip(self, other: Self) -> [Self; 2] {
            let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
            [F32x4([a, e, b, f]), F32x4([c, g, d, h])]
        }
        #[inline(always)]
        pub fn reverse(self) -> Self {
            let [a, b, c, d] = self.0;
            F32x4([d, c, b, a])
        }
        #[inline(always)]
        pub fn bits_greater(self, other: Self) -> Self {
            mask(|i| self.0[i].to_bits().cast_signed() > other.0[i].to_bits().cast_signed())
        }
        #[inline(always)]
        pub fn eq(self, other: Self) -> Self {
            mask(|i| self.0[i] == other.0[i])
        }
        #[inline(always)]
        pub fn ne(self, other: Self) -> Self {
            mask(|i| self.0[i] != other.0[i])
        }
        #[inline(always)]
        pub fn and_not(self, mask: Self) -> Self {
            self.bits(mask, |a, b| a & !b)
        }
        #[inline(always)]
        pub fn select(mask: Self, yes: Self, no: Self) -> Self {
            (yes & mask) | no.and_not(mask)
        }
        #[inline(always)]
        pub fn even_lanes(self, other: Self) -> Self {
            F32x4([self.0[0], self.0[2], other.0[0], other.0[2]])
        }
        #[inline(always)]
        pub fn odd_lanes(self, other: Self) -> Self {
            F32x4([self.0[1], self.0[3], other.0[1], other.0[3]])
        }
        #[inline(always)]
        pub fn to_low_bytes(self) -> [u8; 4] {
            self.0.map(|lane| lane.to_bits() as u8)
        }
        #[inline(always)]
        pub fn truths(masks: [Self; 4], out: &mut [u8; 16]) {
            for (out, lane) in out.iter_mut().zip(masks.iter().flat_map(|mask| mask.0)) {
                *out = lane.to_bits() as u8 & 1;
            }
        }
        #[inline(always)]
        pub fn sums_of_bytes(x: &[u8; 16]) -> Self {
            let fours = x.as_chunks::<4>().0;
            lanes(|i| f32::from_bits(fours[i].iter().map(|&byte| u32::from(byte)).sum()))
        }
        #[inline(always)]
        pub fn shift_left(self, bits: u32) -> Self {
            self.bits(self, |a, _| a << bits)
        }
        #[inline(always)]
        pub fn shift_right_signed(self, bits: u32) -> Self {
            self.bits(self, |a, _| (a.cast_signed() >> bits).cast_unsigned())
        }
        #[inline(always)]
        pub fn add_bits(self, other: Self) -> Self {
            self.bits(other, u32::wrapping_add)
        }
        #[inline(always)]
        pub fn sub_bits(self, other: Self) -> Self {
            self.bits(other, u32::wrapping_sub)
        }
        #[inline(always)]
        pub fn bits_to_float(self) -> Self {
            lanes(|i| self.0[i].to_bits().cast_signed() as f32)
        }
        #[inline(always)]
        fn bits(self, other: Self, f: impl Fn(u32, u32) -> u32) -> Self {
            lanes(|i| f32::from_bits(f(self.0[i].to_bits(), other.0[i].to_bits())))
        }
    }

    operator!(Add, add, |a: F32x4, b: F32x4| lanes(|i| a.0[i] + b.0[i]));
    operator!(Sub, sub, |a: F32x4, b: F32x4| lanes(|i| a.0[i] - b.0[i]));
    operator!(Mul, mul, |a: F32x4, b: F32x4| lanes(|i| a.0[i] * b.0[i]));
    operator!(Div, div, |a: F32x4, b: F32x4| lanes(|i| a.0[i] / b.0[i]));
    operator!(BitAnd, bitand, |a: F32x4, b: F32x4| a.bits(b, |a, b| a & b));
    operator!(BitOr, bitor, |a: F32x4, b: F32x4| a.bits(b, |a, b| a | b));
    operator!(BitXor, bitxor, |a: F32x4, b: F32x4| a.bits(b, |a, b| a ^ b));
}
