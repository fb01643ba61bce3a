//! Elements by index along an axis.

use crate::kernels::reduce::axis::Axis;
use crate::kernels::shape::gather::{gather, scatter_add};
use crate::kernels::shape::rearrange::{index_add, index_select, strided, strided_words, Strided};

#[test]
fn gather_takes_elements_along_the_axis_and_scatter_add_returns_them() {
    let dims = Axis { outer: 2, axis: 3, inner: 2 };
    let x: Vec<f32> = (0..12).map(|i| i as f32).collect();
    // Two of three along the axis, one of them twice.
    let indices = [2, 0, 2, 1, 1, 1, 0, 2];
    let mut out = [0.0; 8];
    gather(&x, &indices, &mut out, 2, dims);
    assert_eq!(out, [4.0, 1.0, 4.0, 3.0, 8.0, 9.0, 6.0, 11.0]);
    let mut gradient = [0.0; 12];
    scatter_add(&[1.0; 8], &indices, &mut gradient, 2, dims);
    assert_eq!(gradient, [0.0, 1.0, 0.0, 1.0, 2.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]);
}

#[test]
fn rows_along_the_axis_are_as_single_elements_and_return() {
    for inner in [1, 2, 3, 4, 5, 9] {
        let dims = Axis { outer: 3, axis: 7, inner };
        let x: Vec<f32> = (0..21 * inner).map(|i| i as f32).collect();
        let element = |block: usize, index: usize, i: usize| x[(block * 7 + index) * inner + i];
        let given = [6, 1, 1, 0, 2, 5];
        for (indices, places) in [(Some(&given[..]), &given[..]), (None, &[6, 5, 4, 3, 2, 1, 0])] {
            let count = places.len();
            let mut out = vec![0.0; 3 * count * inner];
            index_select(&x, indices, &mut out, dims);
            let low: Vec<u8> = x.iter().map(|&x| x as u8).collect();
            let mut bytes = vec![0; out.len()];
            index_select(&low, indices, &mut bytes, dims);
            let mut sums = vec![0.0; x.len()];
            index_add(&out, places, &mut sums, dims);
            for (at, &taken) in out.iter().enumerate() {
                let (block, j, i) = (at / inner / count, at / inner % count, at % inner);
                assert_eq!(taken, element(block, places[j] as usize, i), "{inner} {at}");
                assert_eq!(bytes[at], taken as u8);
            }
            for (at, &sum) in sums.iter().enumerate() {
                let times = places.iter().filter(|&&place| place as usize == at / inner % 7).count();
                assert_eq!(sum, (times * at) as f32);
            }
        }
    }
}

#[test]
fn strided_copies_are_as_single_elements() {
    // Shapes, strides of the operand, strides of the result.
    let walks: [(&[u32], &[u32], &[u32]); 9] = [
        (&[40, 50], &[1, 40], &[50, 1]),
        (&[40, 50], &[50, 1], &[1, 40]),
        (&[37, 29], &[1, 41], &[30, 1]),
        (&[3, 17, 20], &[340, 1, 17], &[340, 20, 1]),
        (&[16, 4], &[1, 16], &[4, 1]),
        (&[3, 5000], &[1, 0], &[5000, 1]),
        (&[5, 7], &[0, 1], &[7, 1]),
        (&[600, 300], &[1, 600], &[300, 1]),
        (&[2, 3, 2, 5], &[1, 20, 10, 2], &[30, 10, 5, 1]),
    ];
    for (shape, from_strides, into_strides) in walks {
        let extent = |strides: &[u32]| {
            1 + shape.iter().zip(strides).map(|(&size, &stride)| (size - 1) * stride).sum::<u32>() as usize
        };
        let from: Vec<f32> = (0..extent(from_strides)).map(|i| i as f32).collect();
        let (mut words, mut bytes) = (vec![-1.0; extent(into_strides)], vec![9u8; extent(into_strides)]);
        let low: Vec<u8> = from.iter().map(|&x| x as u32 as u8).collect();
        let walk = Strided { shape, from: from_strides, into: into_strides };
        strided_words(&from, &mut words, walk);
        strided(&low, &mut bytes, walk);
        for i in 0..shape.iter().product::<u32>() {
            let mut rest = i;
            let (mut f, mut t) = (0, 0);
            for (d, &size) in shape.iter().enumerate().rev() {
                f += rest % size * from_strides[d];
                t += rest % size * into_strides[d];
                rest /= size;
            }
            assert_eq!(words[t as usize], f as f32, "{shape:?} {from_strides:?}");
            assert_eq!(bytes[t as usize], f as u8);
        }
    }
}
