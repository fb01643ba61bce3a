//! Exact functions of two int32 operands, broadcast; see [`super::integer`].

use super::binary::Broadcast;
use super::integer::{pairs, store};

/// None for a division by zero.
pub type IntegerPair = fn(i64, i64) -> Option<i64>;

/// `out = f(a, b)`: whether all results are defined and fit.
pub fn integer_pair(f: IntegerPair, a: &[i32], b: &[i32], out: &mut [i32], dims: Broadcast) -> bool {
    let mut fits = true;
    pairs(a, b, out, dims, |a, b, out| match f(a, b) {
        Some(exact) => store(exact, out, &mut fits),
        None => fits = false,
    });
    fits
}

pub const MAXIMUM: IntegerPair = |a, b| Some(a.max(b));
pub const MINIMUM: IntegerPair = |a, b| Some(a.min(b));
pub const FMOD: IntegerPair = i64::checked_rem;
/// Of the sign of b.
pub const REMAINDER: IntegerPair = |a, b| {
    let rest = a.checked_rem(b)?;
    Some(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
};
pub const FLOOR_DIVIDE: IntegerPair = |a, b| {
    let rest = a.checked_rem(b)?;
    Some(a / b - i64::from(rest != 0 && (rest < 0) != (b < 0)))
};
pub const TRUNC_DIVIDE: IntegerPair = i64::checked_div;
/// What int32 does not hold is an integer of the right low bits that does not fit; 0 for shifts that int64 does not have.
pub const BITWISE_LEFT_SHIFT: IntegerPair = |a, b| {
    Some(match b {
        _ if a == 0 => 0,
        0..32 => a << b,
        32..64 => 1 << 62,
        _ => 0,
    })
};
pub const BITWISE_RIGHT_SHIFT: IntegerPair = |a, b| Some(a >> if (0..64).contains(&b) { b } else { 63 });
pub const GCD: IntegerPair = |a, b| Some(gcd(a, b));
pub const LCM: IntegerPair = |a, b| Some(if a == 0 && b == 0 { 0 } else { (a / gcd(a, b) * b).abs() });
/// By squares; 0 or the inverse of ±1 for negative exponents.
pub const POW: IntegerPair = |a, b| {
    if b < 0 {
        return Some(match a {
            1 => 1,
            -1 => 1 - 2 * (b & 1),
            _ => 0,
        });
    }
    let (mut power, mut square, mut left, mut is_lost) = (1i64, a, b, false);
    while left > 0 {
        let mut times = |x: i64| {
            let (product, overflows) = x.overflowing_mul(square);
            is_lost |= overflows;
            product
        };
        if left & 1 == 1 {
            power = times(power);
        }
        left >>= 1;
        if left > 0 {
            square = times(square);
        }
    }
    // Of the right low bits; it does not fit.
    Some(if is_lost { power & 0xffff_ffff | 1 << 62 } else { power })
};

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
