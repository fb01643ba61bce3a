//! The losses of single elements, and the functions that they use, against float64 at a sample
//! of all float32: worst errors in units in the last place of the right answer.

use crate::kernels::loss::asymmetric_loss::Asymmetric;
use crate::kernels::loss::binary_cross_entropy::{OfLogits, OfProbabilities};
use crate::kernels::loss::elementwise_loss::{forward, Operands, SpanLoss, Targets};
use crate::kernels::loss::fused_loss::Reduction;
use crate::kernels::loss::sigmoid_focal_loss::SigmoidFocal;
use crate::math::{one_minus_exp_negative, power, Exponent};
use crate::simd::F32x4;

/// Distance between two bit patterns of the sample; odd, so that all bits vary.
const STRIDE: usize = 4099;
/// Results below 2^-126 may be flushed to zero, and so may results computed from them.
const ABSOLUTE: f64 = 1e-37;

fn sample() -> Vec<f32> {
    let all = (0..=u32::MAX).step_by(STRIDE).map(f32::from_bits);
    all.filter(|x| !x.is_nan()).collect()
}

/// The worst error of a function, and its input.
fn worst(name: &str, x: &[f32], got: &[f32], want: impl Fn(f64) -> f64) -> f64 {
    worst_beyond(ABSOLUTE, name, x, got, want)
}

/// The same for errors above an absolute bound.
fn worst_beyond(absolute: f64, name: &str, x: &[f32], got: &[f32], want: impl Fn(f64) -> f64) -> f64 {
    let (mut worst, mut at) = (0.0, 0.0);
    for (&x, &got) in x.iter().zip(got) {
        let want = want(f64::from(x));
        if f64::from(got) == want || got == want as f32 {
            continue;
        }
        let exponent = want.abs().max(f64::from(f32::MIN_POSITIVE)).log2().floor();
        let error = ((f64::from(got) - want).abs() - absolute).max(0.0) / (exponent - 23.0).exp2();
        if error > worst || error.is_nan() {
            (worst, at) = (error, x);
        }
    }
    println!("{name}: {worst:.2} ulp at {at:e}");
    worst
}

fn map(x: &[f32], f: impl Fn(F32x4) -> F32x4) -> Vec<f32> {
    x.chunks(4)
        .flat_map(|x| f(F32x4::load(&std::array::from_fn(|i| *x.get(i).unwrap_or(&1.0)))).to_array())
        .take(x.len())
        .collect()
}

#[test]
fn one_minus_exp() {
    let x: Vec<f32> = sample().into_iter().filter(|&x| x >= 0.0).collect();
    let error = worst("1 - exp(-x)", &x, &map(&x, one_minus_exp_negative()), |x| -(-x).exp_m1());
    assert!(error <= 1.5, "{error}");
}

#[test]
fn powers() {
    let x: Vec<f32> =
        sample().into_iter().filter(|&x| x == 0.0 || (f32::MIN_POSITIVE..=1.0).contains(&x)).collect();
    for exponent in [0.0, 1e-6, 0.1, 0.25, 0.5, 0.999_999_9, 1.0, 1.5, 2.0, 2.7, 3.0, 4.0, 4.75, 5.0] {
        let exponent = exponent as f32;
        let got = map(&x, |x| power(x, Exponent::new(exponent)));
        let error = worst(&format!("x ^ {exponent}"), &x, &got, |x| x.powf(f64::from(exponent)));
        assert!(error <= 4.0, "{exponent}: {error}");
    }
    assert_eq!(power(F32x4::splat(0.0), Exponent::new(0.0)).to_array()[0], 1.0);
    assert!(power(F32x4::splat(f32::NAN), Exponent::new(0.5)).to_array()[0].is_nan());
}

/// Loss and gradient of each element, all labelled `label`.
fn run(loss: &dyn SpanLoss, x: &[f32], label: u8) -> [Vec<f32>; 2] {
    let labels = vec![label; x.len()];
    let (mut losses, mut gradient) = (vec![f32::NAN; x.len()], vec![f32::NAN; x.len()]);
    let operands = Operands { x, y: Targets::Bytes(&labels), weight: &[], pos_weight: &[], ignored: None };
    forward(loss, operands, Some(&mut gradient), &mut losses, Reduction::None);
    [losses, gradient]
}

fn sigmoid(x: f64) -> f64 {
    if x < 0.0 {
        x.exp() / (1.0 + x.exp())
    } else {
        1.0 / (1.0 + (-x).exp())
    }
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// `-s^γ log(1 - s)` for s = σ(z), and its derivative by z: a part of the focal and the asymmetric loss.
fn focused(z: f64, gamma: f64) -> [f64; 2] {
    let (s, cost) = (sigmoid(z), softplus(z));
    // The limit of (1 - s) cost at infinity.
    let rest = if z == f64::INFINITY { 0.0 } else { sigmoid(-z) * cost };
    [s.powf(gamma) * cost, s.powf(gamma) * (gamma * rest + s)]
}

/// The loss for label 1 is that for label 0 at -x, with the opposite gradient.
fn mirrored(x: f64, label: u8, of_label_0: impl Fn(f64) -> [f64; 2]) -> [f64; 2] {
    if label == 0 {
        return of_label_0(x);
    }
    let [loss, gradient] = of_label_0(-x);
    [loss, -gradient]
}

/// The asymmetric loss for label 0, and its derivative.
fn shifted(x: f64, gamma: f64, clip: f64) -> [f64; 2] {
    let beyond = x - (clip / (1.0 - clip)).ln();
    if beyond <= 0.0 {
        return [0.0, 0.0];
    }
    let (p, rest) = (sigmoid(x) * (1.0 - clip) * -(-beyond).exp_m1(), sigmoid(-x) + clip);
    let cost = if p < 0.5 { -(-p).ln_1p() } else { -rest.ln() };
    [p.powf(gamma) * cost, p.powf(gamma) * sigmoid(x) * sigmoid(-x) * (gamma * cost / p + 1.0 / rest)]
}

/// The allowed error: each factor of the focus adds the error of the sigmoid.
fn most(gamma: f64) -> f64 {
    3.5 + 2.5 * gamma
}

#[test]
fn losses_at_labels_0_and_1() {
    let x = sample();
    let check =
        |name: &str, loss: &dyn SpanLoss, most: f64, absolute: f64, want: &dyn Fn(f64, u8) -> [f64; 2]| {
            for label in [0, 1] {
                for (part, got) in run(loss, &x, label).iter().enumerate() {
                    let what = format!("{name}, label {label}, {}", ["loss", "gradient"][part]);
                    let error = worst_beyond(absolute, &what, &x, got, |x| want(x, label)[part]);
                    assert!(error <= most, "{what}: {error}");
                }
            }
        };
    check("binary cross-entropy", &OfLogits, 2.5, ABSOLUTE, &|x, label| {
        mirrored(x, label, |z| focused(z, 0.0))
    });
    for gamma in [0.0, 0.5, 1.0, 2.0, 2.5, 4.0, 5.0] {
        let want = |x: f64, label: u8| mirrored(x, label, |z| focused(z, gamma));
        check(&format!("focal {gamma}"), &SigmoidFocal::new(-1.0, gamma), most(gamma), ABSOLUTE, &want);
        let loss = Asymmetric::new(gamma, gamma, 0.0);
        check(&format!("asymmetric {gamma}"), &loss, most(gamma), ABSOLUTE, &want);
    }
    for (gamma, clip) in [(0.0, 0.05), (1.0, 0.05), (4.0, 0.05), (2.5, 0.3), (4.0, 0.9)] {
        let loss = Asymmetric::new(gamma, gamma, clip);
        // Where 1 - p is flushed to zero the error would count up to 30 times; p_m has one more rounding than p.
        let (absolute, most) = (3.0 * ABSOLUTE, 2.5 + most(gamma) + 0.5 * gamma);
        check(
            &format!("asymmetric {gamma} shifted {clip}"),
            &loss,
            most,
            absolute,
            &|x, label| match label {
                0 => shifted(x, gamma, clip),
                _ => mirrored(x, label, |z| focused(z, gamma)),
            },
        );
    }
}

#[test]
fn probabilities() {
    let x: Vec<f32> = sample().into_iter().filter(|x| (0.0..=1.0).contains(x)).collect();
    for (label, cost) in [(0, (|x: f64| -(-x).ln_1p()) as fn(f64) -> f64), (1, |x: f64| -x.ln())] {
        let [losses, gradient] = run(&OfProbabilities, &x, label);
        let error = worst(&format!("of probabilities, label {label}"), &x, &losses, |x| cost(x).min(100.0));
        assert!(error <= 1.5, "{error}");
        let slope = |x: f64| (x - f64::from(label)) / ((1.0 - x) * x).max(1e-12);
        let error = worst(&format!("its gradient, label {label}"), &x, &gradient, slope);
        assert!(error <= 2.5, "{error}");
    }
}
