//! Elements as unsigned integers in torch's order: NaN is the greatest, -0 equals 0.

const SIGN: u32 = 1 << 31;

pub fn keys_of_f32(x: &[f32], keys: &mut [u32]) {
    for (key, &x) in keys.iter_mut().zip(x) {
        // Adding 0 turns -0 into 0. Positive numbers get the sign bit, negative ones are flipped.
        let bits = (x + 0.0).to_bits();
        let ordered = bits ^ ((bits.cast_signed() >> 31).cast_unsigned() | SIGN);
        *key = if x.is_nan() { u32::MAX } else { ordered };
    }
}

pub fn keys_of_i32(x: &[i32], keys: &mut [u32]) {
    for (key, &x) in keys.iter_mut().zip(x) {
        *key = x as u32 ^ SIGN;
    }
}

pub fn keys_of_u8(x: &[u8], keys: &mut [u32]) {
    for (key, &x) in keys.iter_mut().zip(x) {
        *key = u32::from(x);
    }
}
