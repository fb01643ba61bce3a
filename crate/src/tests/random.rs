//! Sine and cosine of Box & Muller's angles.

use crate::kernels::random::sine_cosine;
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
