//! Sizes whose products `usize` does not hold, which has 32 bits in WebAssembly: these tests are run there too.

use super::conv::conv2d::numbers;
use crate::kernels::conv::conv2d_dims::Dims;
use crate::kernels::conv::maxima::Marks;
use crate::kernels::conv::pool2d::{self, Axis};
use crate::kernels::conv::{avg_pool2d, conv2d, conv2d_direct, max_pool2d};
use crate::kernels::elementwise::binary;
use crate::kernels::norm::{batch_norm, channels, layer_norm};
use crate::kernels::reduce::axis::Axis as Reduced;
use crate::kernels::reduce::scan::{self, Scan};
use crate::kernels::reduce::{any, max, product as products, softmax, squares, sum};
use crate::kernels::shape::rearrange;
use crate::size::{elements, product, reach};

/// The greatest size that a tensor may have.
const MOST: usize = (1 << 29) - 16;
/// Its square is 0 in 32 bits.
const POWER: usize = 1 << 16;

#[test]
fn products_end_at_what_is_counted_in() {
    assert_eq!(product([POWER, POWER]), 1 << 32);
    assert_eq!(product([POWER, POWER, 0]), 0);
    assert_eq!(product([usize::MAX; 3]), u64::MAX);
    assert_eq!(elements([3, 4, 5]), 60);
    assert_eq!(elements([usize::MAX, 2]), usize::MAX);
    assert_eq!(elements([MOST, MOST, MOST, 0]), 0);
    assert_eq!(reach([3, 4], [10, 1]), 24);
    assert_eq!(reach([MOST, 0], [MOST, 1]), 0);
    assert_eq!(reach([usize::MAX, 2], [2, 1]), usize::MAX);
}

/// A convolution with `size` pixels in each direction, as many positions, and a kernel of 3 x 3.
fn convolution(images: usize, [channels, outputs]: [usize; 2], size: usize) -> Dims {
    Dims {
        images,
        groups: 1,
        channels,
        outputs,
        height: size,
        width: size,
        kernel_height: 3,
        kernel_width: 3,
        output_height: size,
        output_width: size,
        stride: [1, 1],
        padding: [1, 1],
        dilation: [1, 1],
    }
}

#[test]
fn convolutions_whose_sizes_multiply_to_2_to_the_32() {
    for (channels, size) in [(16, 64), (64, 32), (1, 256)] {
        let dims = convolution(1, [channels, channels], size);
        assert_eq!(product([dims.outputs, dims.positions(), dims.input()]) % (1 << 32), 0);
        let weight = vec![1.0; channels * channels * 9];
        let upstream = vec![1.0; channels * size * size];
        let mut gradient = vec![0.0; upstream.len()];
        conv2d::backward_input(
            &weight,
            &upstream,
            &mut gradient,
            &mut vec![0.0; conv2d::workspace(&dims, 3, 0)],
            dims,
        );
        for (i, &got) in gradient.iter().enumerate() {
            // Rows and columns of the kernel that lie over the image: three, two at its borders.
            let over = |at: usize| if at == 0 || at == size - 1 { 2.0 } else { 3.0 };
            let want = channels as f32 * over(i / size % size) * over(i % size);
            // By tiles, of 16 channels and more, products are rounded.
            let tolerance = if channels >= 16 { 1e-6 } else { 0.0 };
            assert!((got - want).abs() <= tolerance * want, "pixel {i} of {dims:?} is {got}, want {want}");
        }
    }
}

#[test]
fn rows_of_a_wide_border_fit_no_strip() {
    let dims = Dims {
        height: 1,
        width: 1,
        kernel_height: 1,
        kernel_width: 1,
        output_height: 1,
        output_width: 1 << 22,
        padding: [0, 1 << 21],
        ..convolution(1, [1024, 1], 1)
    };
    assert!(!dims.direct().is_some_and(|direct| conv2d_direct::Dims::fit::<false>(&direct)));
    assert!(!dims.direct().is_some_and(|direct| direct.fit_weight_gradient()));
}

#[test]
fn convolutions_without_images() {
    let dims = convolution(0, [3, 2], MOST);
    let (weight, mut workspace) = (numbers(54, 1), vec![0.0; conv2d::workspace(&dims, 3, 0)]);
    conv2d::forward(&[], &weight, None, true, &mut [], &mut workspace, dims);
    conv2d::backward_input(&weight, &[], &mut [], &mut workspace, dims);
    let mut gradient = vec![f32::NAN; 54];
    conv2d::backward_weight(&[], &[], &mut gradient, &mut workspace, dims);
    assert_eq!(gradient, [0.0; 54]);
}

#[test]
fn pooling_without_planes() {
    let axis = Axis { size: MOST, output: MOST / 2, kernel: 2, stride: 2, padding: 0, dilation: 1 };
    let dims = pool2d::Dims { planes: 0, rows: axis, columns: axis };
    max_pool2d::forward(&[], &mut [], &mut [], false, dims);
    max_pool2d::backward(&[], &[], Marks::Absent, &mut [], dims);
    max_pool2d::wide_forward(&[], &mut [], &mut [], dims);
    max_pool2d::wide_backward(&[], &[], &mut [], dims);
    let windows = avg_pool2d::Windows::Fixed { count_padding: true, divisor: None };
    avg_pool2d::forward(&[], &mut [], windows, dims);
    avg_pool2d::backward(&[], &mut [], avg_pool2d::Windows::Adaptive, dims);
}

#[test]
fn nothing_along_an_axis() {
    for (outer, axis, inner) in [(MOST, 0, MOST), (MOST, MOST, 0), (0, MOST, MOST), (POWER, 0, POWER)] {
        let dims = Reduced { outer, axis, inner };
        for run in [softmax::softmax, softmax::log_softmax] {
            run(&[], &mut [], dims);
        }
        for run in [softmax::softmax_backward, softmax::log_softmax_backward] {
            run(&[], &[], &mut [], dims);
        }
        sum::sum_axis(&[], 1.0, &mut [], dims);
        max::max_axis::<f32>(&[], &mut [], false, dims);
        max::max_axis_backward(&[], &[], &[], &mut [], dims);
        max::argmax_axis::<f32>(&[], &mut [], false, dims);
        softmax::logsumexp(&[], &mut [], dims);
        squares::squares_axis(&[], None, 1.0, &mut [], dims);
        products::product_axis(&[], &mut [], dims);
        any::any_axis(&[], &mut [], true, dims);
        for kind in [Scan::Sum, Scan::Product, Scan::LogSumExp] {
            scan::scan(&[], &mut [], kind, false, dims);
        }
        scan::product_backward(&[], &[], false, &mut [], &mut [], dims);
    }
}

#[test]
fn sums_over_rows_of_2_to_the_26_columns() {
    let columns = 1 << 26;
    let (x, mut sums) = (vec![1.0; columns], vec![0.0; columns]);
    sum::sum_axis(&x, 0.5, &mut sums, Reduced { outer: 1, axis: 1, inner: columns });
    assert!(sums.iter().all(|&sum| sum == 0.5));
}

#[test]
fn sums_of_no_rows_are_0_and_means_nan() {
    let dims = Reduced { outer: 2, axis: 0, inner: 3 };
    let mut out = [1.0; 6];
    sum::sum_axis(&[], 1.0, &mut out, dims);
    assert_eq!(out, [0.0; 6]);
    sum::sum_axis(&[], f64::INFINITY, &mut out, dims);
    assert!(out.iter().all(|mean| mean.is_nan()));
}

#[test]
fn normalisation_of_nothing() {
    let dims = channels::Dims { images: MOST, channels: 2, length: 0 };
    let [mut mean, mut variance] = [[0.0; 2]; 2];
    batch_norm::statistics(&[], &mut mean, &mut variance, dims);
    assert!(mean.iter().chain(&variance).all(|value| value.is_nan()));
    let affine = channels::Affine { mean: &mean, variance: &variance, weight: &[], bias: &[], eps: 1e-5 };
    batch_norm::forward(&[], affine, &mut [], dims);
    let [mut weight, mut bias] = [[1.0; 2]; 2];
    batch_norm::backward(&[], &[], affine, true, [&mut [], &mut weight, &mut bias], dims);
    assert_eq!([weight, bias], [[0.0; 2]; 2]);

    let dims = layer_norm::Dims { rows: 0, length: MOST };
    layer_norm::forward(&[], &[], &[], 1e-5, &mut [], &mut [], dims);
    layer_norm::backward(&[], &[], &[], &[], &mut [], dims);
}

#[test]
fn copies_of_nothing() {
    let rectangle = rearrange::Rectangle { rows: MOST, length: 0, from_stride: MOST, into_stride: MOST };
    rearrange::rectangle::<u8>(&[], &mut [], rectangle);
    let empty = Reduced { outer: MOST, axis: MOST, inner: 0 };
    rearrange::index_select::<u8>(&[], Some(&[5; 3]), &mut [], empty);
    rearrange::index_select::<u8>(&[], None, &mut [], empty);
    rearrange::index_add(&[], &[5; 3], &mut [], empty);
    let shape = [MOST as u32, MOST as u32, 0];
    let walk = rearrange::Strided { shape: &shape, from: &[0, 1, 1], into: &[1, 0, 1] };
    rearrange::strided::<u8>(&[], &mut [], walk);
    rearrange::strided_add(&[], &mut [], walk);
    let broadcast = binary::Broadcast {
        rows: MOST,
        columns: 0,
        a_row_stride: 0,
        a_column_stride: 1,
        b_row_stride: MOST,
        b_column_stride: 1,
    };
    binary::binary(binary::Binary::Add, &[], &[], &mut [], broadcast);
}
