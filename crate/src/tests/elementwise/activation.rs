//! Activations at a sample of all float32 against float64: worst errors in units in the last place of
//! the right answer, and absolute errors near zeros of the right answer.

use crate::kernels::elementwise::activation;
use crate::kernels::random::init;
use crate::math;
use crate::simd::F32x4;

/// Distance between two bit patterns of the sample; odd, so that all bits vary.
const STRIDE: usize = 997;
/// Exponentials below 2^-126.5 are 0, and so are results computed from them.
const ABSOLUTE: f64 = 1e-36;

fn sample() -> Vec<f32> {
    let all = (0..=u32::MAX).step_by(STRIDE).map(f32::from_bits);
    all.filter(|x| x.abs() < 1e30).collect()
}

/// Worst error in ulp, not counting `ABSOLUTE`, and worst absolute error below 10.
fn worst(name: &str, x: &[f32], got: &[f32], want: impl Fn(f64) -> f64) -> (f64, f64) {
    let (mut worst, mut at, mut absolute) = (0.0, 0.0, 0.0);
    for (&x, &got) in x.iter().zip(got) {
        let want = want(f64::from(x));
        let distance = (f64::from(got) - want).abs();
        if distance == 0.0 || got == want as f32 {
            continue;
        }
        let exponent = want.abs().max(f64::from(f32::MIN_POSITIVE)).log2().floor();
        let error = (distance - ABSOLUTE).max(0.0) / (exponent - 23.0).exp2();
        if error > worst || error.is_nan() {
            (worst, at) = (error, x);
        }
        if want.abs() < 10.0 {
            absolute = distance.max(absolute);
        }
    }
    println!("{name}: {worst:.2} ulp at {at:e}, {absolute:.1e} absolutely");
    (worst, absolute)
}

fn map(x: &[f32], f: impl Fn(F32x4) -> F32x4) -> Vec<f32> {
    x.iter().map(|&x| f(F32x4::splat(x)).to_array()[0]).collect()
}

fn run(x: &[f32], f: fn(&[f32], &mut [f32])) -> Vec<f32> {
    let mut out = vec![f32::NAN; x.len()];
    f(x, &mut out);
    out
}

fn run_backward(x: &[f32], f: fn(&[f32], &[f32], &mut [f32])) -> Vec<f32> {
    let mut gradient = vec![f32::NAN; x.len()];
    f(&vec![1.0; x.len()], x, &mut gradient);
    gradient
}

/// exp(-a²/2) / sqrt(2π).
fn density(a: f64) -> f64 {
    (-0.5 * a * a).exp() / std::f64::consts::TAU.sqrt()
}

/// P(X < x) of the standard normal distribution; in the tail by Laplace's continued fraction.
fn normal(x: f64) -> f64 {
    if x > -3.0 {
        return init::normal_cdf(x);
    }
    let fraction = (1..=80).rev().fold(-x, |fraction, k| -x + f64::from(k) / fraction);
    density(x) / fraction
}

fn sigmoid(x: f64) -> f64 {
    if x < 0.0 {
        x.exp() / (1.0 + x.exp())
    } else {
        1.0 / (1.0 + (-x).exp())
    }
}

#[test]
fn sigmoids() {
    let x = sample();
    let (error, _) = worst("sigmoid", &x, &map(&x, math::sigmoid()), sigmoid);
    assert!(error <= 2.2, "{error}");
    let special = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 3e38, -3e38, 0.0];
    let [nan, others @ ..] = special.map(|x| math::sigmoid()(F32x4::splat(x)).to_array()[0]);
    assert!(nan.is_nan());
    assert_eq!(others, [1.0, 0.0, 1.0, 0.0, 0.5]);
}

#[test]
fn tanh() {
    let x = sample();
    let (error, _) = worst("tanh", &x, &map(&x, math::tanh()), f64::tanh);
    assert!(error <= 2.5, "{error}");
}

#[test]
fn tail_of_the_normal_distribution() {
    let a: Vec<f32> = sample().into_iter().filter(|&x| x >= 0.0).collect();
    let normal_tail = math::normal_tail();
    let tail = map(&a, |a| normal_tail(a).0);
    let exponential = map(&a, |a| normal_tail(a).1);
    let (error, _) = worst("P(X < -a)", &a, &tail, |a| normal(-a));
    assert!(error <= 3.5, "{error}");
    assert_eq!(tail[0], 0.5);
    let (error, _) = worst("exp(-a²/2)", &a, &exponential, |a| (-0.5 * a * a).exp());
    assert!(error <= 1.25, "{error}");
}

#[test]
fn gelu() {
    let x = sample();
    let (error, _) = worst("gelu", &x, &run(&x, activation::gelu), |x| x * normal(x));
    assert!(error <= 3.8, "{error}");
    let gradient = run_backward(&x, activation::gelu_backward);
    let (_, absolute) = worst("gelu's gradient", &x, &gradient, |x| normal(x) + x * density(x));
    assert!(absolute <= 1.2e-7, "{absolute}");
}

#[test]
fn gelu_by_tanh() {
    let slope = 2.0 * (2.0 / std::f64::consts::PI).sqrt();
    let argument = |x: f64| slope * (x + 0.044715 * x * x * x);
    let x = sample();
    let (_, absolute) =
        worst("gelu by tanh", &x, &run(&x, activation::gelu_tanh), |x| x * sigmoid(argument(x)));
    assert!(absolute <= 4e-7, "{absolute}");
    let gradient = run_backward(&x, activation::gelu_tanh_backward);
    let (_, absolute) = worst("its gradient", &x, &gradient, |x| {
        let s = sigmoid(argument(x));
        s + x * s * sigmoid(-argument(x)) * slope * (1.0 + 3.0 * 0.044715 * x * x)
    });
    assert!(absolute <= 2.5e-7, "{absolute}");
}

#[test]
fn silu() {
    let x = sample();
    let (error, _) = worst("silu", &x, &run(&x, activation::silu), |x| x * sigmoid(x));
    assert!(error <= 3.0, "{error}");
    let gradient = run_backward(&x, activation::silu_backward);
    let (_, absolute) = worst("silu's gradient", &x, &gradient, |x| sigmoid(x) * (1.0 + x * sigmoid(-x)));
    assert!(absolute <= 2.5e-7, "{absolute}");
}
