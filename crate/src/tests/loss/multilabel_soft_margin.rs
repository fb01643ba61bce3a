//! The loss kernel against its definition in float64.

use crate::kernels::loss::fused_loss::{backward, Reduction};
use crate::kernels::loss::multilabel_soft_margin::{forward, Dims, Weight};
use crate::kernels::loss::targets::Targets;

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
