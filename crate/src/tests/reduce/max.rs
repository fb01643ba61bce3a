//! Extremes against a walk over single elements.

use crate::kernels::reduce::axis::Axis;
use crate::kernels::reduce::max::{argmax_axis, max_axis, max_axis_backward};
use crate::kernels::reduce::order::{is_better, Element};
use std::fmt::Debug;

/// The line of each result.
fn lines<T: Copy>(x: &[T], Axis { outer, axis, inner }: Axis) -> Vec<Vec<T>> {
    (0..outer * inner)
        .map(|i| (0..axis).map(|k| x[(i / inner * axis + k) * inner + i % inner]).collect())
        .collect()
}

fn check<T: Element + Debug>(zero: T, of: impl Fn(usize) -> T) {
    for (outer, axis, inner) in
        [(3, 5, 1), (2, 16, 1), (2, 100, 1), (1, 2500, 1), (2, 7, 3), (2, 9, 70), (1, 40, 64)]
    {
        let dims = Axis { outer, axis, inner };
        let x: Vec<T> = (0..outer * axis * inner).map(&of).collect();
        for least in [false, true] {
            let (mut best, mut places) = (vec![zero; outer * inner], vec![-1; outer * inner]);
            max_axis(&x, &mut best, least, dims);
            argmax_axis(&x, &mut places, least, dims);
            for (i, line) in lines(&x, dims).iter().enumerate() {
                let better = |best, k| if is_better(&line[k], &line[best], least) { k } else { best };
                let want = (1..axis).fold(0, better);
                assert_eq!(places[i], want as i32, "{dims:?} {line:?}");
                assert_eq!(format!("{:?}", best[i]), format!("{:?}", line[want]));
            }
        }
    }
}

/// Numbers of which many are equal.
fn number(i: usize) -> i32 {
    (i as i32).wrapping_mul(-1_640_531_527) >> 20
}

#[test]
fn first_of_equal_extremes() {
    check(0, number);
    check(0, |i| if i % 3 == 0 { i32::MAX } else { i32::MIN });
    check(0u8, |i| number(i) as u8);
    check(0.0, |i| number(i) as f32);
    check(0.0, |_| 1.5);
    check(0.0, |i| if i % 2 == 0 { 0.0 } else { -0.0 });
    check(0.0, |i| if i % 97 == 13 { f32::NAN } else { number(i) as f32 });
    check(0.0, |i| if i % 5 == 4 { f32::INFINITY } else { f32::NEG_INFINITY });
}

#[test]
fn equal_extremes_share_the_gradient() {
    for (outer, axis, inner) in [(3, 5, 1), (2, 100, 1), (2, 7, 3), (2, 9, 70)] {
        let dims = Axis { outer, axis, inner };
        let x: Vec<f32> = (0..outer * axis * inner).map(|i| (number(i) % 7) as f32).collect();
        let upstream: Vec<f32> = (0..outer * inner).map(|i| i as f32 - 3.5).collect();
        let mut maximum = vec![0.0; outer * inner];
        max_axis(&x, &mut maximum, false, dims);
        maximum[1] = f32::NAN;
        let mut gradient = vec![9.0; x.len()];
        max_axis_backward(&upstream, &x, &maximum, &mut gradient, dims);
        let places = lines(&gradient, dims);
        for (i, line) in lines(&x, dims).iter().enumerate() {
            let ties = line.iter().filter(|&&x| x == maximum[i]).count() as f32;
            for (k, &x) in line.iter().enumerate() {
                let want = if x == maximum[i] { upstream[i] / ties } else { 0.0 / ties };
                let got = places[i][k];
                assert!(got == want || got.is_nan() && want.is_nan(), "{got} {want}");
            }
        }
    }
}
