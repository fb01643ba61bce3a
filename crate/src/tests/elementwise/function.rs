//! Functions and pairs against float64.

use crate::float64::{special, trigonometry};
use crate::kernels::elementwise::function::{self, Function};

/// Distance between two bit patterns of the sample; odd, so that all bits vary.
const STRIDE: usize = 99_991;

fn sample(low: f32, high: f32) -> Vec<f32> {
    let all = (0..=u32::MAX).step_by(STRIDE).map(f32::from_bits);
    all.filter(|x| (low..=high).contains(x)).collect()
}

/// Worst error in ulp of float32, of which results below 1e-37 have none.
fn worst(name: &str, x: &[f32], got: impl Fn(f64) -> f64, want: impl Fn(f64) -> f64) -> f64 {
    let (mut worst, mut at) = (0.0, 0.0);
    for &x in x {
        let (got, want) = (got(f64::from(x)), want(f64::from(x)));
        if got as f32 == want as f32 || got.is_nan() && want.is_nan() {
            continue;
        }
        let exponent = want.abs().max(1e-37).log2().floor();
        let error = (got - want).abs() / (exponent - 23.0).exp2();
        if error > worst || error.is_nan() {
            (worst, at) = (error, x);
        }
    }
    println!("{name}: {worst:.4} ulp at {at:e}");
    worst
}

#[test]
fn scalars() {
    use trigonometry as t;
    let all = sample(f32::MIN, f32::MAX);
    let unit = sample(-1.0, 1.0);
    let tame = sample(-80.0, 80.0);
    let positive = sample(f32::MIN_POSITIVE, f32::MAX);
    let mut errors = vec![];
    let mut check = |name: &str, x: &[f32], got: fn(f64) -> f64, want: fn(f64) -> f64| {
        errors.push((name.to_string(), worst(name, x, got, want)));
    };
    check("sin", &all, t::sin, libm::sin);
    check("cos", &all, t::cos, libm::cos);
    check("tan", &all, t::tan, libm::tan);
    check("atan", &all, t::atan, libm::atan);
    check("asin", &unit, t::asin, libm::asin);
    check("acos", &unit, t::acos, libm::acos);
    check("expm1", &tame, t::expm1, libm::expm1);
    check("sinh", &tame, t::sinh, libm::sinh);
    check("cosh", &tame, t::cosh, libm::cosh);
    check("tanh", &all, t::tanh, libm::tanh);
    check("asinh", &all, t::asinh, libm::asinh);
    check("acosh", &positive, t::acosh, libm::acosh);
    check("atanh", &unit, t::atanh, libm::atanh);
    check("erf", &all, special::erf, libm::erf);
    check("erfc", &sample(-10.0, 9.0), special::erfc, libm::erfc);
    check("erfinv", &unit, |y| libm::erf(special::erfinv(y)), |y| y);
    check("ndtri", &sample(1e-30, 1.0), |p| special::ndtr(special::ndtri(p)), |p| p);
    check("lgamma", &sample(-20.0, 1e30), special::lgamma, libm::lgamma);
    check(
        "i0",
        &tame,
        |x| special::bessel_i_scaled(0.0, x),
        |x| {
            // By its integral, which the trapezoidal rule gives exactly.
            let n = 400;
            let at =
                |k: i32| (x * (std::f64::consts::PI * f64::from(k) / f64::from(n)).cos() - x.abs()).exp();
            ((at(0) + at(n)) / 2.0 + (1..n).map(at).sum::<f64>()) / f64::from(n)
        },
    );
    for (name, error) in errors {
        assert!(error < 0.51, "{name}: {error}");
    }
}

fn run(f: Function, x: &[f32], a: f64, b: f64) -> Vec<f32> {
    let mut out = vec![0.0; x.len()];
    function::function(f, x, a, b, &mut out);
    out
}

#[test]
fn lanes() {
    let check = |name: &str, f: Function, x: Vec<f32>, want: fn(f64) -> f64, most: f64| {
        let out = run(f, &x, 1.0, 20.0);
        let mut i = 0;
        let next = std::cell::RefCell::new(&mut i);
        let error = worst(
            name,
            &x,
            |_| {
                let mut i = next.borrow_mut();
                **i += 1;
                f64::from(out[**i - 1])
            },
            want,
        );
        assert!(error < most, "{name}: {error}");
    };
    check("sin", function::SIN, sample(-3.0, 3.0), libm::sin, 2.0);
    check("cos", function::COS, sample(-1.5, 1.5), libm::cos, 2.0);
    check("sin of large", function::SIN, sample(8192.0, f32::MAX), libm::sin, 0.6);
    check("erf", function::ERF, sample(-20.0, 20.0), libm::erf, 4.0);
    check(
        "softplus",
        function::SOFTPLUS,
        sample(-80.0, 80.0),
        |x| if x > 20.0 { x } else { libm::log1p(x.exp()) },
        4.0,
    );
    check("mish", function::MISH, sample(-80.0, 80.0), |x| x * libm::tanh(libm::log1p(x.exp())), 5.0);
    check(
        "elu",
        function::ELU,
        sample(-80.0, 80.0),
        |x| if x > 0.0 { x } else { libm::expm1(20.0 * x) },
        4.0,
    );
}

#[test]
fn elu_of_a_negative_factor_grows() {
    for x in sample(-80.0, 5.0) {
        let got = run(function::ELU, &[x], -2.0, -0.5)[0];
        let want = if x > 0.0 { f64::from(x) } else { -2.0 * libm::expm1(-0.5 * f64::from(x)) };
        assert!((f64::from(got) - want).abs() <= 6e-8 * want.abs(), "{x} gives {got}, not {want}");
    }
}
