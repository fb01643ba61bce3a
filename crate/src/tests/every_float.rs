//! The transcendental functions and the loss at every float32, against float64.
//!
//! All 2^32 bit patterns, on every core; the worst error of each function is printed. Errors are
//! in units in the last place of the right answer. Only results below 2^-126, the smallest normal float32, may be
//! flushed to zero.

use crate::kernels::loss::adjusted_labels::Adjustment;
use crate::kernels::loss::fused_loss::Reduction;
use crate::kernels::loss::multilabel_soft_margin::{self as loss, Dims};
use crate::kernels::loss::targets::{Targets, Weight};
use crate::math;
use crate::simd::F32x4;

/// The allowed error.
const MOST_ULP: f64 = 2.5;
const SMALLEST: f64 = f32::MIN_POSITIVE as f64;
/// Number of bit patterns in one round.
const CHUNK: usize = 1 << 12;

/// Distance between float32 neighbours at `x`.
fn ulp(x: f64) -> f64 {
    let exponent = x.abs().max(f64::from(f32::MIN_POSITIVE)).log2().floor();
    (exponent - 23.0).exp2()
}

/// Error of `got` in units in the last place; infinite where one is NaN and the other is not.
fn error(got: f32, want: f64) -> f64 {
    let rounded = want as f32;
    if got == rounded || (got.is_nan() && rounded.is_nan()) {
        return 0.0;
    }
    let distance = (f64::from(got) - want).abs();
    if !distance.is_finite() {
        return f64::INFINITY;
    }
    let allowed = if want.abs() < SMALLEST { SMALLEST } else { 0.0 };
    (distance - allowed).max(0.0) / ulp(want)
}

/// The worst error, and its input.
#[derive(Clone, Copy)]
struct Worst {
    error: f64,
    at: f32,
}

impl Worst {
    const NONE: Worst = Worst { error: 0.0, at: 0.0 };

    fn note(&mut self, got: f32, want: f64, at: f32) {
        let error = error(got, want);
        if error > self.error {
            *self = Worst { error, at };
        }
    }

    fn max(self, other: Worst) -> Worst {
        if other.error > self.error {
            other
        } else {
            self
        }
    }
}

/// Runs `check` on all floats, in chunks, on at least two threads; returns the worst error of each function.
fn over_every_float<const N: usize>(names: [&str; N], check: fn(&[f32], &mut [Worst; N])) {
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get()).max(2);
    let chunks = (1usize << 32) / CHUNK;
    let worst = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                scope.spawn(move || {
                    let mut worst = [Worst::NONE; N];
                    let mut x = vec![0.0; CHUNK];
                    for chunk in (thread..chunks).step_by(threads) {
                        for (i, x) in x.iter_mut().enumerate() {
                            *x = f32::from_bits((chunk * CHUNK + i) as u32);
                        }
                        check(&x, &mut worst);
                    }
                    worst
                })
            })
            .collect();
        let results = workers.into_iter().map(|worker| worker.join().expect("a worker failed"));
        results.fold([Worst::NONE; N], |a, b| std::array::from_fn(|i| a[i].max(b[i])))
    });
    for (name, Worst { error, at }) in names.iter().zip(worst) {
        println!("{name}: worst error {error:.3} ulp, at {at:e}");
        assert!(error <= MOST_ULP, "{name} is off by {error} ulp at {at:e}");
    }
}

/// A function of four lanes at every element of `x`.
fn map<'a>(x: &'a [f32], f: impl Fn(F32x4) -> F32x4 + 'a) -> impl Iterator<Item = (f32, f32)> + 'a {
    let (vectors, _) = x.as_chunks::<4>();
    vectors.iter().flat_map(move |x| x.iter().copied().zip(f(F32x4::load(x)).to_array()))
}

#[test]
fn exp_and_log() {
    over_every_float(["exp", "log"], |x, [exp, log]| {
        for (x, y) in map(x, math::exp()) {
            // Far outside the range the answer is known without calling the slow function.
            let want = if x.abs() > 200.0 {
                if x > 0.0 {
                    f64::INFINITY
                } else {
                    0.0
                }
            } else {
                f64::from(x).exp()
            };
            exp.note(y, want, x);
        }
        for (x, y) in map(x, math::log()) {
            log.note(y, f64::from(x).ln(), x);
        }
    });
}

/// exp(-|x|) in float64.
fn tail(x: f32) -> f64 {
    let a = f64::from(x).abs();
    if a > 200.0 {
        0.0
    } else {
        (-a).exp()
    }
}

#[test]
fn loss_gradient_and_their_parts() {
    const NAMES: [&str; 5] = ["exp(-|x|)", "log1p(exp(-|x|))", "sigmoid", "loss", "gradient"];
    over_every_float(NAMES, |x, [exp, log1p, sigmoid, loss, gradient]| {
        let dims = Dims { rows: CHUNK, classes: 1, reduction: Reduction::None };
        let adjustment = Adjustment { pos_weight: Weight::None, smoothing: 0.0, ignored: None };
        let (mut losses, mut gradients) = ([[0.0; CHUNK]; 2], [[0.0; CHUNK]; 2]);
        for label in [0, 1] {
            let y = [label as u8; CHUNK];
            let gradient = Some(&mut gradients[label][..]);
            loss::forward(
                x,
                Targets::Bytes(&y),
                Weight::None,
                adjustment,
                gradient,
                &mut losses[label],
                dims,
            );
        }
        let (vectors, _) = x.as_chunks::<4>();
        let (exp_negative, log1p_unit, sigmoid_of) =
            (math::exp_negative(), math::log1p_unit(), math::sigmoid());
        for (v, vector) in vectors.iter().enumerate() {
            let lanes = F32x4::load(vector);
            let u = exp_negative(lanes.abs());
            let (l, s) = (log1p_unit(u).to_array(), sigmoid_of(lanes).to_array());
            for (i, (&x, u)) in vector.iter().zip(u.to_array()).enumerate() {
                let want = tail(x);
                let (soft, q) = (want.ln_1p(), want / (1.0 + want));
                exp.note(u, want, x);
                log1p.note(l[i], soft, x);
                sigmoid.note(s[i], if x < 0.0 { q } else { 1.0 - q }, x);
                for label in [0, 1] {
                    // If the logit disagrees with the label, the loss is greater by |x|.
                    let disagrees = (x > 0.0) == (label == 0);
                    let cost = if disagrees { f64::from(x).abs() } else { 0.0 };
                    let slope = if disagrees { 1.0 - q } else { q };
                    let signed = if label == 0 { slope } else { -slope };
                    let only_nan = if x.is_nan() { f64::NAN } else { 0.0 };
                    loss.note(losses[label][4 * v + i], cost + soft + only_nan, x);
                    gradient.note(gradients[label][4 * v + i], signed + only_nan, x);
                }
            }
        }
    });
}
