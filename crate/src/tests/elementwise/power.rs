//! Powers against float64.

use crate::kernels::elementwise::power::pow;

#[test]
fn powers_are_those_of_float64_rounded_once() {
    let special = [0.0, 1e-40, f32::MIN_POSITIVE, 0.5, 1.0, 2.0, 3.4e38, f32::INFINITY, f32::NAN];
    let many = (0..20_000).map(|i| (i as f32 * 0.004_4 - 44.0).exp());
    let signed = special.iter().flat_map(|&x| [x, -x]);
    let x: Vec<f32> = many.chain(signed).chain([7.0]).collect();
    let mut out = vec![0.0; x.len()];
    let mut worst = 0.0f64;
    let exponents = [
        -3.0,
        -2.0,
        -1.5,
        -1.0,
        -0.3,
        0.0,
        0.1,
        1.0,
        1.7,
        2.0,
        2.5,
        3.0,
        4.0,
        5.0,
        40.0,
        f32::INFINITY,
        f32::NAN,
    ];
    for exponent in exponents {
        pow(&x, exponent, &mut out);
        for (&x, &got) in x.iter().zip(&out) {
            let want = f64::from(x).powf(f64::from(exponent));
            let rounded = want as f32;
            if rounded.is_normal() {
                let ulp =
                    f64::from(rounded.abs().to_bits().cast_signed().div_euclid(1 << 23) - 127 - 23).exp2();
                worst = worst.max((f64::from(got) - want).abs() / ulp);
            } else {
                let is_near = (got - rounded).abs() <= f32::from_bits(1);
                let is_same = got == rounded || got.is_nan() && rounded.is_nan();
                assert!(is_same || is_near, "{x} ^ {exponent} is {rounded}, not {got}");
            }
        }
    }
    println!("pow: {worst:.4} ulp");
    assert!(worst <= 0.5002);
}
