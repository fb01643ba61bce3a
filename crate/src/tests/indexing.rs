//! Positions and writing at them.

use crate::kernels::reduce::axis::Axis;
use crate::kernels::shape::indexing::{
    combine_floats, combine_integers, coordinates, count_true, positions, scatter, true_positions, Combine,
};

#[test]
fn positions_add_up_and_stop_at_what_is_out_of_range() {
    let mut out = [0; 4];
    assert_eq!(positions(&[0, 2, -1, -3], 3, 5, true, &mut out), 4);
    assert_eq!(positions(&[1, 1, 4, 0], 5, 1, false, &mut out), 4);
    assert_eq!(out, [1, 11, 14, 0]);
    for (index, negative) in [(3, true), (-4, true), (-1, false), (i32::MAX, true), (i32::MIN, true)] {
        assert_eq!(positions(&[0, index, 0], 3, 5, negative, &mut [0; 3]), 1);
    }
    assert_eq!(positions(&[0], 0, 0, true, &mut [0]), 0);
}

#[test]
fn the_first_that_is_out_of_range_is_found_at_every_place() {
    for length in 0..14 {
        let (indices, mut out) = (vec![-1; length], vec![1; length]);
        assert_eq!(positions(&indices, 3, 5, true, &mut out), length);
        assert_eq!(out, vec![11; length]);
        for at in 0..length {
            let mut wrong = indices.clone();
            wrong[at..].fill(-4);
            assert_eq!(positions(&wrong, 3, 5, true, &mut out), at);
        }
    }
}

#[test]
fn writes_combine_with_what_is_there() {
    let dims = Axis { outer: 1, axis: 3, inner: 1 };
    let mut out = [1u8, 2, 3];
    scatter(&[7, 8, 9], &[0, 2, 2], &mut out, 3, dims);
    assert_eq!(out, [7, 2, 9]);
    for (combine, src, want) in [
        (Combine::Sum, [7.0, 0.0, 4.0], [8.0, 2.0, 7.0]),
        (Combine::Product, [7.0, 3.0, 4.0], [7.0, 2.0, 36.0]),
        (Combine::Max, [7.0, 3.0, 4.0], [7.0, 2.0, 4.0]),
        (Combine::Min, [7.0, 0.0, 4.0], [1.0, 2.0, 0.0]),
    ] {
        let mut out = [1.0, 2.0, 3.0];
        combine_floats(combine, &src, &[0, 2, 2], &mut out, 3, dims);
        assert_eq!(out, want);
    }
}

#[test]
fn nan_stays() {
    let dims = Axis { outer: 1, axis: 2, inner: 1 };
    for combine in [Combine::Max, Combine::Min] {
        let mut out = [f32::NAN, 1.0];
        combine_floats(combine, &[1.0, f32::NAN, 5.0, -5.0], &[0, 1, 1, 1], &mut out, 4, dims);
        assert!(out.iter().all(|x| x.is_nan()));
    }
}

#[test]
fn integers_say_that_they_wrapped() {
    let dims = Axis { outer: 1, axis: 1, inner: 1 };
    let mut out = [i32::MAX];
    assert!(combine_integers(Combine::Max, &[i32::MIN], &[0], &mut out, 1, dims));
    assert!(!combine_integers(Combine::Sum, &[1], &[0], &mut out, 1, dims));
    assert_eq!(out, [i32::MIN]);
    assert!(!combine_integers(Combine::Product, &[-1], &[0], &mut out, 1, dims));
}

#[test]
fn places_of_what_is_true() {
    let mask = [0, 1, 0, 255, 1, 0];
    assert_eq!(count_true(&mask), 3);
    let (mut places, mut rows, mut columns) = ([0; 3], [0; 3], [0; 3]);
    true_positions(&mask, &mut places);
    coordinates(&places, 2, 3, &mut rows);
    coordinates(&places, 3, 1, &mut columns);
    assert_eq!((places, rows, columns), ([1, 3, 4], [0, 1, 1], [1, 0, 1]));
}
