//! int32 against i128, at the ends of its range.

use crate::kernels::elementwise::binary::Broadcast;
use crate::kernels::elementwise::convert::{f32_to_i32, f32_to_u8, i32_to_bool, i32_to_u8};
use crate::kernels::elementwise::integer::{abs, add, clamp, compare, mul, Truths};
use crate::kernels::linear::integer::{matmul, Right};
use crate::kernels::reduce::axis::Axis;
use crate::kernels::reduce::integer::sum_axis;
use crate::kernels::reduce::max::{argmax_axis, max_axis};

const EDGES: [i32; 9] = [i32::MIN, i32::MIN + 1, -46341, -1, 0, 1, 46341, i32::MAX - 1, i32::MAX];

/// Every pair of edges: `a` down the rows, `b` along the columns.
const ALL_PAIRS: Broadcast = Broadcast {
    rows: EDGES.len(),
    columns: EDGES.len(),
    a_row_stride: 1,
    a_column_stride: 0,
    b_row_stride: 0,
    b_column_stride: 1,
};
const ONE: Broadcast = Broadcast { rows: 1, columns: 1, ..ALL_PAIRS };

fn pairs() -> impl Iterator<Item = (i32, i32)> {
    EDGES.into_iter().flat_map(|a| EDGES.map(|b| (a, b)))
}

fn holds(exact: i128, result: i32, fits: bool) {
    assert_eq!(fits, i32::try_from(exact).is_ok(), "{exact}");
    assert_eq!(result, exact as i32);
}

#[test]
fn arithmetic_is_exact_or_says_that_it_is_not() {
    for (a, b) in pairs() {
        let mut out = [0];
        for alpha in EDGES {
            let fits = add(&[a], &[b], alpha, &mut out, ONE);
            holds(i128::from(a) + i128::from(alpha) * i128::from(b), out[0], fits);
        }
        let fits = mul(&[a], &[b], &mut out, ONE);
        holds(i128::from(a) * i128::from(b), out[0], fits);
        let fits = abs(&[a], &mut out);
        holds(i128::from(a).abs(), out[0], fits);
        let fits = sum_axis(&[a, b, b], &mut out, Axis { outer: 1, axis: 3, inner: 1 });
        holds(i128::from(a) + 2 * i128::from(b), out[0], fits);
        let right = Right { columns: 1, row_stride: 1, column_stride: 1 };
        let fits = matmul(&[a, a], &[b, 1], &mut out, 2, right);
        holds(i128::from(a) * i128::from(b) + i128::from(a), out[0], fits);
    }
}

#[test]
fn one_that_does_not_fit_is_enough() {
    let mut out = [0; EDGES.len() * EDGES.len()];
    assert!(!add(&EDGES, &EDGES, 1, &mut out, ALL_PAIRS));
    assert!(out.iter().zip(pairs()).all(|(&out, (a, b))| out == a.wrapping_add(b)));
    assert!(!mul(&EDGES, &EDGES, &mut out, ALL_PAIRS));
}

#[test]
fn products_beyond_64_bits_are_noticed() {
    let right = Right { columns: 1, row_stride: 1, column_stride: 1 };
    // 4 * 2^62 is 0 modulo 2^64.
    let mut out = [7];
    assert!(!matmul(&[i32::MIN; 4], &[i32::MIN; 4], &mut out, 4, right));
}

#[test]
fn comparisons_tell_neighbours_apart() {
    for ([less, equal, greater], holds) in [
        ([true, false, false], (|a, b| a < b) as fn(i32, i32) -> bool),
        ([false, true, false], |a, b| a == b),
        ([false, false, true], |a, b| a > b),
        ([true, true, false], |a, b| a <= b),
        ([true, false, true], |a, b| a != b),
        ([false, true, true], |a, b| a >= b),
    ] {
        let mut out = [9; EDGES.len() * EDGES.len()];
        compare(&EDGES, &EDGES, Truths { less, equal, greater }, &mut out, ALL_PAIRS);
        assert!(out.iter().zip(pairs()).all(|(&out, (a, b))| out == u8::from(holds(a, b))));
    }
}

#[test]
fn along_the_middle_axis() {
    let x: [i32; 12] = [1, 9, 5, 2, 5, 9, -1, -9, -5, -2, -5, -9];
    let dims = Axis { outer: 2, axis: 3, inner: 2 };
    let mut out = [0; 4];
    max_axis(&x, &mut out, false, dims);
    assert_eq!(out, [5, 9, -1, -2]);
    max_axis(&x, &mut out, true, dims);
    assert_eq!(out, [1, 2, -5, -9]);
    argmax_axis(&x, &mut out, false, dims);
    assert_eq!(out, [1, 0, 0, 1]);
    argmax_axis(&x, &mut out, true, dims);
    assert_eq!(out, [0, 1, 1, 0]);
    assert!(sum_axis(&x, &mut out, dims));
    assert_eq!(out, [11, 20, -11, -20]);
}

#[test]
fn products_of_matrices_either_way() {
    let (a, b) = ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]);
    let mut out = [0; 4];
    assert!(matmul(&a, &b, &mut out, 3, Right { columns: 2, row_stride: 2, column_stride: 1 }));
    assert_eq!(out, [22, 28, 49, 64]);
    assert!(matmul(&a, &b, &mut out, 3, Right { columns: 2, row_stride: 1, column_stride: 3 }));
    assert_eq!(out, [14, 32, 32, 77]);
}

#[test]
fn bounds_and_conversions() {
    let mut out = [0; EDGES.len()];
    clamp(&EDGES, -1, i32::MAX - 1, &mut out);
    assert_eq!(out, [-1, -1, -1, -1, 0, 1, 46341, i32::MAX - 1, i32::MAX - 1]);
    let mut bytes = [9; 5];
    i32_to_u8(&[-1, 256, 300, -300, 7], &mut bytes);
    assert_eq!(bytes, [255, 0, 44, 212, 7]);
    i32_to_bool(&[-1, 256, 0, i32::MIN, 1], &mut bytes);
    assert_eq!(bytes, [1, 1, 0, 1, 1]);
}

#[test]
fn floats_beyond_int32_are_noticed_wherever_they_stand() {
    let within = [-2_147_483_648.0, 2_147_483_520.0, -1.75, 1.75, 0.0, -0.0, 3.0];
    let mut out = [0; 7];
    assert!(f32_to_i32(&within, &mut out));
    assert_eq!(out, [i32::MIN, 2_147_483_520, -1, 1, 0, 0, 3]);
    for wrong in [2_147_483_648.0, -2_147_483_904.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for position in 0..7 {
            let mut x = within;
            x[position] = wrong;
            assert!(!f32_to_i32(&x, &mut out), "{wrong} at {position}");
        }
    }
}

#[test]
fn floats_beyond_int32_have_the_low_byte_0() {
    let x = [300.7, -1.5, 3e9, -3e9, 2_147_483_520.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e10];
    let mut out = [9; 9];
    f32_to_u8(&x, &mut out);
    assert_eq!(out, [44, 255, 0, 0, 128, 0, 0, 0, 0]);
}

#[test]
fn long_rows_are_as_single_elements() {
    let of = |i: usize, salt: i32| ((i as i32).wrapping_mul(-1_640_531_527) ^ salt) >> (i % 23);
    for (rows, columns) in [(1, 37), (5, 19), (37, 1), (3, 64)] {
        let x: Vec<i32> = (0..rows * columns).map(|i| of(i, 77)).collect();
        let y: Vec<i32> = (0..rows * columns).map(|i| of(i, -5)).collect();
        // As it is, one row for all, one column for all, one element for all.
        for (row_stride, column_stride) in [(columns, 1), (0, 1), (1, 0), (0, 0)] {
            let dims = Broadcast {
                rows,
                columns,
                a_row_stride: columns,
                a_column_stride: 1,
                b_row_stride: row_stride,
                b_column_stride: column_stride,
            };
            let operands = |i: usize| (x[i], y[i / columns * row_stride + i % columns * column_stride]);
            let mut out = vec![0; x.len()];
            let check = |fits: bool, out: &[i32], exact: &dyn Fn(i128, i128) -> i128| {
                let want: Vec<i128> = (0..x.len())
                    .map(|i| exact(i128::from(operands(i).0), i128::from(operands(i).1)))
                    .collect();
                assert_eq!(fits, want.iter().all(|&want| i32::try_from(want).is_ok()));
                assert!(out.iter().zip(want).all(|(&out, want)| out == want as i32));
            };
            let fits = add(&x, &y, 1, &mut out, dims);
            check(fits, &out, &|a, b| a + b);
            let fits = add(&x, &y, -1, &mut out, dims);
            check(fits, &out, &|a, b| a - b);
            let fits = mul(&x, &y, &mut out, dims);
            check(fits, &out, &|a, b| a * b);
            let mut truths = vec![0; x.len()];
            compare(&x, &y, Truths { less: true, equal: true, greater: false }, &mut truths, dims);
            let is_right = |i: usize| truths[i] == u8::from(operands(i).0 <= operands(i).1);
            assert!((0..x.len()).all(is_right));
        }
    }
}
