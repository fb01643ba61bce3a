//! Every 16-bit float, and the edges of the wider types.

use crate::kernels::elementwise::convert::{
    bf16_to_f32, f16_to_f32, f64_to_f32, f8_e4m3_to_f32, f8_e4m3fnuz_to_f32, f8_e5m2_to_f32,
    f8_e5m2fnuz_to_f32, f8_e8m0_to_f32, to_i32, u8_to_bool,
};

/// The value by its definition: sign, five bits of exponent, ten of fraction.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    }
}

/// The value by its definition, for a format in which every pattern is a number.
fn eighth(bits: u8, fraction_bits: i32, bias: i32) -> f64 {
    let sign = if bits >> 7 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) =
        (i32::from(bits & 0x7f) >> fraction_bits, f64::from(bits & ((1 << fraction_bits) - 1)));
    let ulp = 2f64.powi(exponent.max(1) - bias - fraction_bits);
    sign * ulp * (fraction + if exponent == 0 { 0.0 } else { 2f64.powi(fraction_bits) })
}

fn same(a: f64, b: f64) -> bool {
    a.is_nan() && b.is_nan() || a.to_bits() == b.to_bits()
}

#[test]
fn all_halves() {
    let bits: Vec<u16> = (0..=u16::MAX).collect();
    let mut floats = vec![0f32; bits.len()];
    f16_to_f32(&bits, &mut floats);
    for (&bits, &float) in bits.iter().zip(&floats) {
        assert!(same(f64::from(float), half(bits)), "{bits:#06x} is {}, not {float}", half(bits));
    }
}

#[test]
fn all_floats_of_eight_bits() {
    let bits: Vec<u8> = (0..=u8::MAX).collect();
    let check = |convert: fn(&[u8], &mut [f32]), want: &dyn Fn(u8) -> f64| {
        let mut floats = vec![0f32; bits.len()];
        convert(&bits, &mut floats);
        for (&bits, &float) in bits.iter().zip(&floats) {
            assert!(same(f64::from(float), want(bits)), "{bits:#04x} is {}, not {float}", want(bits));
        }
    };
    check(f8_e4m3_to_f32, &|x| if x & 0x7f == 0x7f { f64::NAN } else { eighth(x, 3, 7) });
    check(f8_e5m2_to_f32, &|x| half(u16::from(x) << 8));
    check(f8_e4m3fnuz_to_f32, &|x| if x == 0x80 { f64::NAN } else { eighth(x, 3, 8) });
    check(f8_e5m2fnuz_to_f32, &|x| if x == 0x80 { f64::NAN } else { eighth(x, 2, 16) });
    check(f8_e8m0_to_f32, &|x| if x == 255 { f64::NAN } else { 2f64.powi(i32::from(x) - 127) });
}

#[test]
fn all_bfloats() {
    let bits: Vec<u16> = (0..=u16::MAX).collect();
    let mut floats = vec![0f32; bits.len()];
    bf16_to_f32(&bits, &mut floats);
    for (&bits, float) in bits.iter().zip(&floats) {
        assert_eq!(float.to_bits(), u32::from(bits) << 16);
    }
}

#[test]
fn doubles_round_to_even_and_overflow_to_infinity() {
    let half_ulp = 2f64.powi(-24);
    let x =
        [0.1, 1.0 + half_ulp, 1.0 + 3.0 * half_ulp, 3.5e38, -1e300, 1e-300, -0.0, 2f64.powi(-149), f64::NAN];
    let mut out = [0f32; 9];
    f64_to_f32(&x, &mut out);
    let ulp = f32::EPSILON;
    let want = [
        0.1f32,
        1.0,
        1.0 + 2.0 * ulp,
        f32::INFINITY,
        f32::NEG_INFINITY,
        0.0,
        -0.0,
        2f32.powi(-149),
        f32::NAN,
    ];
    for (out, want) in out.iter().zip(want) {
        assert!(same(f64::from(*out), f64::from(want)), "{out} is not {want}");
    }
}

#[test]
fn integers_end_at_the_first_that_does_not_fit() {
    let edge = i64::from(i32::MAX);
    let mut out = [7i32; 4];
    assert_eq!(to_i32(&[edge, -edge - 1, edge + 1, 0], &mut out), 2);
    assert_eq!(out, [i32::MAX, i32::MIN, 7, 7]);
    assert_eq!(to_i32(&[1, -edge - 2], &mut out), 1);
    assert_eq!(to_i32(&[u64::MAX], &mut out), 0);
    assert_eq!(to_i32(&[1u32 << 31], &mut out), 0);
    assert_eq!(to_i32(&[i8::MIN, i8::MAX, 0], &mut out), 3);
    assert_eq!(out[..3], [-128, 127, 0]);
    assert_eq!(to_i32::<i64>(&[], &mut out), 0);
}

#[test]
fn any_byte_but_zero_is_true() {
    let mut out = [9u8; 4];
    u8_to_bool(&[0, 1, 2, 255], &mut out);
    assert_eq!(out, [0, 1, 1, 1]);
}
