//! The loss kernel against its definition in float64.

use crate::kernels::loss::adjusted_labels::Adjustment;
use crate::kernels::loss::fused_loss::{backward, Reduction};
use crate::kernels::loss::known::Ignored;
use crate::kernels::loss::multilabel_soft_margin::{self, Dims};
use crate::kernels::loss::targets::{Targets, Weight};

const NONE: Adjustment = Adjustment { pos_weight: Weight::None, smoothing: 0.0, ignored: None };

fn forward(
    logits: &[f32],
    labels: Targets,
    weight: Weight,
    gradient: Option<&mut [f32]>,
    out: &mut [f32],
    dims: Dims,
) -> f64 {
    multilabel_soft_margin::forward(logits, labels, weight, NONE, gradient, out, dims)
}

fn values(length: usize, scale: f32, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 8) as f32 / 8_388_608.0 - 1.0) * scale
    };
    (0..length).map(|_| next()).collect()
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn close(got: f64, want: f64, relative: f64) -> bool {
    (got - want).abs() <= relative * want.abs() + 1e-37
}

#[test]
fn every_reduction_weight_and_size() {
    for classes in (1..=34).chain([63, 64, 65, 511, 512, 513]) {
        for rows in [0, 1, 2, 15, 16, 17, 40] {
            let n = rows * classes;
            let x = values(n, 30.0, 1);
            let bytes: Vec<u8> = values(n, 1.0, 2).iter().map(|&v| u8::from(v > 0.3)).collect();
            let floats: Vec<f32> = bytes.iter().map(|&y| f32::from(y)).collect();
            let weights: Vec<f32> = values(n.max(classes), 1.0, 3).iter().map(|w| w + 1.5).collect();
            for weight in
                [Weight::None, Weight::PerClass(&weights[..classes]), Weight::PerElement(&weights[..n])]
            {
                let weight_at = |i: usize| match weight {
                    Weight::None => 1.0,
                    Weight::PerClass(w) => f64::from(w[i % classes]),
                    Weight::PerElement(w) => f64::from(w[i]),
                };
                let losses: Vec<f64> = (0..n)
                    .map(|i| weight_at(i) * softplus(f64::from(if bytes[i] == 1 { -x[i] } else { x[i] })))
                    .collect();
                let by_row: Vec<f64> = (0..rows)
                    .map(|r| losses[r * classes..][..classes].iter().sum::<f64>() / classes as f64)
                    .collect();
                for reduction in [Reduction::None, Reduction::Mean, Reduction::Sum] {
                    let dims = Dims { rows, classes, reduction };
                    let mut gradient = vec![f32::NAN; n];
                    let mut out = vec![f32::NAN; if reduction == Reduction::None { rows } else { 1 }];
                    let total =
                        forward(&x, Targets::Floats(&floats), weight, Some(&mut gradient), &mut out, dims);

                    let mut from_bytes = vec![f32::NAN; out.len()];
                    forward(&x, Targets::Bytes(&bytes), weight, None, &mut from_bytes, dims);
                    assert_eq!(
                        bits(&out),
                        bits(&from_bytes),
                        "bytes and floats, with and without a gradient"
                    );

                    let sum: f64 = by_row.iter().sum();
                    match reduction {
                        Reduction::None => {
                            assert!(by_row.iter().zip(&out).all(|(&want, &got)| close(
                                f64::from(got),
                                want,
                                3e-7
                            )));
                        }
                        Reduction::Sum => assert!(close(total, sum, 3e-7), "{total} {sum}"),
                        Reduction::Mean if rows == 0 => assert!(total.is_nan()),
                        Reduction::Mean => assert!(close(total, sum / rows as f64, 3e-7)),
                    }
                    let divisor =
                        classes as f64 * if reduction == Reduction::Mean { rows as f64 } else { 1.0 };
                    for i in 0..n {
                        let (z, sign) = if bytes[i] == 1 { (-x[i], -1.0) } else { (x[i], 1.0) };
                        let want = sign * weight_at(i) / divisor / (1.0 + (-f64::from(z)).exp());
                        assert!(close(f64::from(gradient[i]), want, 5e-7), "[{i}]: {} {want}", gradient[i]);
                    }
                }
            }
        }
    }
}

#[test]
fn adjusted_labels() {
    for (classes, rows) in
        (1..=34).chain([63, 65, 256, 257, 511, 513, 1100]).flat_map(|c| [(c, 1), (c, 2), (c, 17)])
    {
        let n = rows * classes;
        let mut x = values(n, 30.0, 1);
        // Row 1 is all missing; missing logits are anything.
        let marks = values(n, 1.0, 2);
        let missing = |i: usize| i / classes == 1 || marks[i] < -0.5;
        for (i, x) in x.iter_mut().enumerate().filter(|(i, _)| missing(*i)) {
            *x = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 3.0][i % 4];
        }
        let bytes: Vec<u8> =
            (0..n).map(|i| if missing(i) { 255 } else { u8::from(marks[i] > 0.3) }).collect();
        let positive: Vec<f32> = values(n, 1.0, 3).iter().map(|w| w + 1.5).collect();
        let weights: Vec<f32> = values(n, 1.0, 4).iter().map(|w| w + 1.5).collect();
        let pairs = [
            (Weight::None, Weight::PerClass(&positive[..classes])),
            (Weight::PerClass(&weights[..classes]), Weight::PerElement(&positive)),
            (Weight::PerElement(&weights), Weight::None),
        ];
        let at = |weight: Weight, i: usize| match weight {
            Weight::None => 1.0,
            Weight::PerClass(w) => f64::from(w[i % classes]),
            Weight::PerElement(w) => f64::from(w[i]),
        };
        for ((weight, pos_weight), smoothing) in
            pairs.into_iter().flat_map(|pair| [(pair, 0.0), (pair, 0.01)])
        {
            let mut by_row = vec![0.0; rows];
            let mut slopes = vec![0.0; n];
            let known: Vec<usize> = (0..rows)
                .map(|r| (r * classes..(r + 1) * classes).filter(|&i| !missing(i)).count())
                .collect();
            for i in (0..n).filter(|&i| !missing(i)) {
                let y = f64::from(bytes[i]);
                let (y, z) = (
                    y * (1.0 - smoothing) + smoothing / 2.0,
                    (1.0 - y) * (1.0 - smoothing) + smoothing / 2.0,
                );
                let (x, p) = (f64::from(x[i]), at(pos_weight, i));
                let share = at(weight, i) / known[i / classes] as f64;
                by_row[i / classes] += share * (p * y * softplus(-x) + z * softplus(x));
                slopes[i] = share * (z / (1.0 + (-x).exp()) - p * y / (1.0 + x.exp()));
            }
            for reduction in [Reduction::None, Reduction::Mean, Reduction::Sum] {
                let divisor = match reduction {
                    Reduction::Mean => known.iter().filter(|&&known| known > 0).count().max(1) as f64,
                    _ => 1.0,
                };
                let dims = Dims { rows, classes, reduction };
                for (value, floats) in [(255.0, false), (255.0, true), (f32::NAN, true)] {
                    let float = |&y: &u8| if y == 255 { value } else { f32::from(y) };
                    let floated: Vec<f32> = bytes.iter().map(float).collect();
                    let labels = if floats { Targets::Floats(&floated) } else { Targets::Bytes(&bytes) };
                    let adjustment = Adjustment { pos_weight, smoothing, ignored: Ignored::new(value) };
                    let mut gradient = vec![f32::NAN; n];
                    let mut out = vec![f32::NAN; if reduction == Reduction::None { rows } else { 1 }];
                    multilabel_soft_margin::forward(
                        &x,
                        labels,
                        weight,
                        adjustment,
                        Some(&mut gradient),
                        &mut out,
                        dims,
                    );
                    let want = match reduction {
                        Reduction::None => by_row.clone(),
                        _ => vec![by_row.iter().sum::<f64>() / divisor],
                    };
                    for (&got, want) in out.iter().zip(want) {
                        assert!(close(f64::from(got), want, 4e-7), "{got} {want}");
                    }
                    for i in 0..n {
                        let (got, want) = (f64::from(gradient[i]), slopes[i] / divisor);
                        // Smoothed labels have a logit where the gradient is 0.
                        let size = at(weight, i) / known[i / classes].max(1) as f64 / divisor;
                        let slack = if smoothing == 0.0 { 0.0 } else { 1e-7 * size };
                        assert!(
                            (got - want).abs() <= 7e-7 * want.abs() + slack + 1e-37,
                            "[{i}] {got} {want}"
                        );
                        assert!(!missing(i) || gradient[i].to_bits() == 0);
                    }
                }
            }
        }
    }
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| if value.is_nan() { 0x7fc0_0000 } else { value.to_bits() }).collect()
}

#[test]
fn infinite_logits_and_nan() {
    let x = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY, f32::NAN];
    let y = [1u8, 0, 0, 1, 0];
    let (mut losses, mut gradient) = ([0.0; 5], [0.0; 5]);
    let dims = Dims { rows: 5, classes: 1, reduction: Reduction::None };
    forward(&x, Targets::Bytes(&y), Weight::None, Some(&mut gradient), &mut losses, dims);
    assert_eq!(losses[..4], [0.0, f32::INFINITY, 0.0, f32::INFINITY]);
    assert_eq!(gradient[..4], [0.0, 1.0, 0.0, -1.0]);
    assert!(losses[4].is_nan() && gradient[4].is_nan());
}

#[test]
fn no_rows_or_no_classes() {
    let run = |rows, classes, reduction| {
        let mut out = [7.0; 2];
        forward(&[], Targets::Floats(&[]), Weight::None, None, &mut out, Dims { rows, classes, reduction });
        out[0]
    };
    assert!(run(0, 3, Reduction::Mean).is_nan());
    assert_eq!(run(0, 3, Reduction::Sum), 0.0);
    assert_eq!(run(0, 0, Reduction::Sum), 0.0);
    assert!(run(2, 0, Reduction::None).is_nan());
    assert!(run(2, 0, Reduction::Mean).is_nan());
    assert!(run(2, 0, Reduction::Sum).is_nan());
}

#[test]
fn backward_scales_by_the_upstream_gradient() {
    let mut gradient = [1.0, 2.0, 3.0, 4.0];
    backward(&mut gradient, &[1.0], 4);
    assert_eq!(gradient, [1.0, 2.0, 3.0, 4.0]);
    backward(&mut gradient, &[2.0], 4);
    assert_eq!(gradient, [2.0, 4.0, 6.0, 8.0]);
    backward(&mut gradient, &[0.5, -1.0], 2);
    assert_eq!(gradient, [1.0, 2.0, -6.0, -8.0]);
    backward(&mut gradient, &[1.0, 0.5, -1.0, 2.0], 1);
    assert_eq!(gradient, [1.0, 1.0, 6.0, -16.0]);
    backward(&mut [], &[1.0, 2.0], 0);
}
