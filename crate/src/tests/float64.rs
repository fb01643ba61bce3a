//! float64 functions against the system's.

use crate::float64::{pow, remainder, sine_cosine};
use std::f64::consts::TAU;

#[test]
fn sines_and_cosines_of_one_turn() {
    let (mut worst, mut different) = (0.0f64, 0);
    let mut compare = |got: f64, want: f64| {
        let ulp = want.abs().log2().floor().exp2() * f64::EPSILON;
        worst = worst.max((got - want).abs() / ulp);
        different += u32::from(got != want);
    };
    for i in 1..=100_000 {
        let angle = TAU * f64::from(i) / 100_003.0;
        let (sine, cosine) = sine_cosine(angle);
        compare(sine, angle.sin());
        compare(cosine, angle.cos());
    }
    println!("{different} of 200,000 differ from the system's, by {worst:.1} ulp at most");
    assert!(worst <= 1.0 && different < 6000);
}

#[test]
fn powers() {
    let special = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 1e-30, 1e30, 2f64.powi(53) + 2.0, f64::INFINITY, f64::NAN];
    let signed = || special.iter().flat_map(|&x| [x, -x]);
    let many = (1..2000).map(|i| f64::from(i) * 0.137 - 100.0);
    let mut worst = 0.0f64;
    for x in signed().chain(many) {
        for exponent in signed().chain([-7.0, -2.5, -1.0 / 3.0, 0.1, 5.0, 11.0]) {
            let (got, want) = (pow(x, exponent), x.powf(exponent));
            if want.is_finite() && want != 0.0 && got.is_finite() {
                worst = worst.max((got / want - 1.0).abs());
            } else {
                let is_same = got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan();
                assert!(is_same, "{x} ^ {exponent} is {want}, not {got}");
            }
        }
    }
    println!("worst relative error of powers {worst:.1e}");
    assert!(worst < 1e-13);
}

#[test]
fn remainders_are_exact() {
    let tiny = f64::from_bits(1);
    let special = [
        0.0,
        tiny,
        3.0 * tiny,
        1e-310,
        f64::MIN_POSITIVE,
        0.1,
        1.0,
        3.0,
        5.5,
        1e22,
        f64::MAX,
        f64::INFINITY,
        f64::NAN,
    ];
    let mut bits = 1u64;
    let any = (0..20_000).map(|_| {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from_bits(bits ^ (bits >> 31))
    });
    let numbers: Vec<f64> = special.iter().flat_map(|&x| [x, -x]).chain(any).collect();
    let close = numbers.iter().map(|&x| (x, x * 0.37));
    let far = numbers.iter().zip(numbers.iter().rev()).map(|(&x, &y)| (x, y));
    let each = special.iter().flat_map(|&x| special.iter().flat_map(move |&y| [(x, y), (-x, y), (x, -y)]));
    for (x, y) in close.chain(far).chain(each) {
        let (got, want) = (remainder(x, y), x % y);
        assert!(
            got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan(),
            "{x} % {y}: {got}, not {want}"
        );
    }
}
