//! Functions and pairs against float64.

use crate::float64::{special, trigonometry};
use crate::kernels::elementwise::binary::Broadcast;
use crate::kernels::elementwise::function::{self, Function};
use crate::kernels::elementwise::pair::{self, Everyday, Pair};

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
    check("cos", &all, |x| t::turning(x, 1), libm::cos);
    check("expm1", &tame, t::expm1, libm::expm1);
    check("asinh", &all, t::asinh, libm::asinh);
    check("acosh", &positive, t::acosh, libm::acosh);
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
    function::function(f, x, [a, b, 1.0], &mut out);
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
    check("erfc", function::ERFC, sample(-20.0, 9.3), libm::erfc, 4.0);
    let all = || sample(f32::MIN, f32::MAX);
    let positive = || sample(0.0, f32::MAX);
    check("exp2", function::EXP2, sample(-149.0, 127.9), libm::exp2, 1.5);
    check("expm1", function::EXPM1, sample(-100.0, 88.7), libm::expm1, 2.5);
    check("log1p", function::LOG1P, sample(-1.0, f32::MAX), libm::log1p, 2.0);
    check("log2", function::LOG2, positive(), libm::log2, 2.0);
    check("log10", function::LOG10, positive(), libm::log10, 2.0);
    check("tan", function::TAN, all(), libm::tan, 4.0);
    check("atan", function::ATAN, all(), libm::atan, 2.5);
    check("asin", function::ASIN, sample(-1.0, 1.0), libm::asin, 2.5);
    check("sinh", function::SINH, sample(-89.4, 89.4), libm::sinh, 3.0);
    check("cosh", function::COSH, sample(-89.4, 89.4), libm::cosh, 3.0);
    check("atanh", function::ATANH, sample(-1.0, 1.0), libm::atanh, 3.5);
    check("acos", function::ACOS, sample(-1.0, 1.0), libm::acos, 2.5);
    // Each rounded once.
    check("lgamma", function::LGAMMA, sample(-20.0, 1e30), libm::lgamma, 0.51);
    check(
        "lgamma near 1 and 2",
        function::LGAMMA,
        (0..1 << 24).step_by(997).map(|i| 0.6 + i as f32 / 8e6).collect(),
        libm::lgamma,
        0.6,
    );
    check("erfinv", function::ERFINV, sample(-1.0, 1.0), special::erfinv, 0.55);
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

/// Gradients of ones against those in float64.
#[test]
fn slopes() {
    let check = |name: &str, f: Function, order: f64, x: Vec<f32>, want: fn(f64) -> f64, most: f64| {
        let mut slopes = vec![0.0; x.len()];
        function::function_backward(f, &vec![1.0; x.len()], &x, [order, 0.0, 0.0], &mut slopes);
        let next = std::cell::Cell::new(0);
        let got = |_| f64::from(slopes[next.replace(next.get() + 1)]);
        let error = worst(name, &x, got, want);
        assert!(error < most, "{name}: {error}");
    };
    let numbers = |low: f32, high: f32| (0..100_000).map(|i| low + (high - low) * i as f32 / 1e5).collect();
    check("lgamma", function::LGAMMA, 0.0, numbers(0.3, 20.0), special::digamma, 0.51);
    check("digamma", function::POLYGAMMA, 0.0, sample(0.5, 1e30), |x| special::polygamma(1.0, x), 0.51);
    check("digamma", function::POLYGAMMA, 0.0, numbers(-3.3, 20.0), |x| special::polygamma(1.0, x), 0.51);
    check("trigamma", function::POLYGAMMA, 1.0, numbers(0.3, 20.0), |x| special::polygamma(2.0, x), 0.51);
    check(
        "erfinv",
        function::ERFINV,
        0.0,
        sample(-1.0, 1.0),
        |y| 1.0 / special::erf_slope(special::erfinv(y)),
        0.8,
    );
    let slope = |x: f64| {
        let y = std::f64::consts::PI * x;
        let near = y * (-1.0 / 3.0 + y * y / 30.0 - y.powi(4) / 840.0);
        std::f64::consts::PI * if x.abs() < 0.01 { near } else { (y.cos() - y.sin() / y) / y }
    };
    check("sinc", function::SINC, 0.0, numbers(-0.9, 0.9), slope, 6.0);
    check("sinc near 0", function::SINC, 0.0, sample(-0.3, 0.3), slope, 4.0);
}

#[test]
fn logit() {
    let x = sample(0.0, 1.0);
    let got = run(function::LOGIT, &x, -1.0, 0.0);
    for (x, got) in x.iter().zip(got) {
        let want = (f64::from(*x) / (1.0 - f64::from(*x))).ln();
        assert!(f64::from(got) == want || (f64::from(got) - want).abs() <= 3e-7 * want.abs(), "{x}: {got}");
    }
}

#[test]
fn hyperbolic_functions_overflow_as_late_as_they_must() {
    let x = [89.4, -89.4, 89.5, -89.5, f32::INFINITY, f32::NEG_INFINITY];
    let inf = f32::INFINITY;
    let sinh = run(function::SINH, &x, 0.0, 0.0);
    assert!(sinh[0].is_finite() && sinh[1].is_finite());
    assert_eq!(sinh[2..], [inf, -inf, inf, -inf]);
    let cosh = run(function::COSH, &x, 0.0, 0.0);
    assert!(cosh[0].is_finite());
    assert_eq!(cosh[2..], [inf; 4]);
    assert_eq!(run(function::EXPM1, &[88.8, 90.0, inf, -inf], 0.0, 0.0), [inf, inf, inf, -1.0]);
}

#[test]
fn elu_of_a_negative_factor_grows() {
    for x in sample(-80.0, 5.0) {
        let got = run(function::ELU, &[x], -2.0, -0.5)[0];
        let want = if x > 0.0 { f64::from(x) } else { -2.0 * libm::expm1(-0.5 * f64::from(x)) };
        assert!((f64::from(got) - want).abs() <= 6e-8 * want.abs(), "{x} gives {got}, not {want}");
    }
}

#[test]
fn whole_powers_have_whole_logarithms() {
    let powers: Vec<f32> = (-126..128).map(|n| libm::exp2(f64::from(n)) as f32).collect();
    let wanted: Vec<f32> = (-126..128).map(|n| n as f32).collect();
    assert_eq!(run(function::LOG2, &powers, 0.0, 0.0), wanted);
    assert_eq!(run(function::EXP2, &wanted, 0.0, 0.0), powers);
    let tens: Vec<f32> = (0..11).map(|n| 10f32.powi(n)).collect();
    assert_eq!(run(function::LOG10, &tens, 0.0, 0.0), (0..11).map(|n| n as f32).collect::<Vec<_>>());
}

#[test]
fn zeros_keep_their_sign() {
    let odd = [
        function::EXPM1,
        function::LOG1P,
        function::SINH,
        function::ATANH,
        function::SIN,
        function::TAN,
        function::ASIN,
        function::ATAN,
        function::ERF,
        function::SOFTSHRINK,
    ];
    for f in odd {
        let bits = run(f, &[0.0, -0.0], 0.5, 0.0).iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits, [0, 0x8000_0000]);
    }
}

const fn one_row(columns: usize) -> Broadcast {
    Broadcast {
        rows: 1,
        columns,
        a_row_stride: columns,
        a_column_stride: 1,
        b_row_stride: columns,
        b_column_stride: 1,
    }
}

fn run_pair(f: Pair, a: &[f32], b: &[f32]) -> Vec<f32> {
    let mut out = vec![0.0; a.len()];
    pair::pair(f, a, b, &mut out, one_row(a.len()));
    out
}

fn run_everyday(f: Everyday, a: &[f32], b: &[f32]) -> Vec<f32> {
    let mut out = vec![0.0; a.len()];
    pair::everyday_pair(f, a, b, &mut out, one_row(a.len()));
    out
}

/// Pairs of all signs and magnitudes, and of near ones.
fn operands() -> (Vec<f32>, Vec<f32>) {
    let a: Vec<f32> = (0..=u32::MAX).step_by(STRIDE).map(f32::from_bits).collect();
    let other = a.iter().enumerate().map(|(i, &x)| match i % 4 {
        0 => f32::from_bits((i as u32).wrapping_mul(2_654_435_761)),
        1 => x * (((i % 89) as f32) / 7.0),
        2 => 3.0,
        _ => x / ((i % 97) as f32),
    });
    let b = other.collect();
    (a, b)
}

#[test]
fn rests_are_exact() {
    let (a, b) = operands();
    let [rests, modulos] = [Pair::Fmod, Pair::Remainder].map(|f| run_pair(f, &a, &b));
    let quotients = run_everyday(Everyday::FloorDivide, &a, &b);
    for i in 0..a.len() {
        let (x, y) = (a[i], b[i]);
        let want = x % y;
        let is_same = |got: f32, want: f32| got == want || got.is_nan() && want.is_nan();
        assert!(is_same(rests[i], want), "{x:e} % {y:e} gives {:e}, not {want:e}", rests[i]);
        let modulo = if want != 0.0 && (y < 0.0) != (want < 0.0) { want + y } else { want };
        assert!(is_same(modulos[i], modulo), "{x:e} mod {y:e} gives {:e}", modulos[i]);
        let quotient = f64::from(x) / f64::from(y);
        if quotient.abs() < 1e6 && !want.is_nan() {
            let whole = ((f64::from(x) - f64::from(modulo)) / f64::from(y)).round();
            let near = quotient.floor();
            // A rest that rounds to y itself is of the next lower quotient.
            let fits = f64::from(quotients[i]) == near || f64::from(quotients[i]) == whole;
            assert!(fits, "{x:e} // {y:e} gives {}, not {near}", quotients[i]);
        }
    }
}

#[test]
fn pairs() {
    let (a, b) = operands();
    let worst_of = |name: &str, out: Vec<f32>, want: fn(f64, f64) -> f64, most: f64| {
        for i in 0..a.len() {
            let (got, want) = (out[i], want(f64::from(a[i]), f64::from(b[i])));
            if got == want as f32 || got.is_nan() && want.is_nan() {
                continue;
            }
            let ulp = (want.abs().max(1e-37).log2().floor() - 23.0).exp2();
            let error = (f64::from(got) - want).abs() / ulp;
            assert!(error < most, "{name} of {:e} and {:e} gives {got:e}, not {want:e}", a[i], b[i]);
        }
    };
    worst_of("atan2", run_pair(Pair::Atan2, &a, &b), libm::atan2, 2.5);
    worst_of("hypot", run_pair(Pair::Hypot, &a, &b), libm::hypot, 2.0);
    worst_of("copysign", run_pair(Pair::Copysign, &a, &b), f64::copysign, 0.5);
    worst_of("pow", run_everyday(Everyday::Pow, &a, &b), libm::pow, 0.6);
    let slope = |a, b| if b == 0.0 { 0.0 } else { b * libm::pow(a, b - 1.0) };
    worst_of("slope of pow", run_everyday(Everyday::PowBaseSlope, &a, &b), slope, 1.6);
}
