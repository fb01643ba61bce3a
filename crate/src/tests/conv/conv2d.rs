//! Convolution and its gradients, with and without patches, against the definition in float64.

use crate::kernels::conv::conv2d;
use crate::kernels::conv::conv2d_dims::Dims;

/// Reproducible numbers in [-1, 1).
pub fn numbers(length: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..length).map(|_| next()).collect()
}

/// Calls `visit(input, weight, output)` with the indices of every product of the definition.
fn each_product(dims: &Dims, mut visit: impl FnMut(usize, usize, usize)) {
    let Dims { groups, channels, outputs, height, width, kernel_height, kernel_width, .. } = *dims;
    let positions = dims.output_height * dims.output_width;
    for (image, output, position) in (0..dims.images)
        .flat_map(|image| (0..groups * outputs).map(move |output| (image, output)))
        .flat_map(|(image, output)| (0..positions).map(move |position| (image, output, position)))
    {
        for k in 0..channels * kernel_height * kernel_width {
            let (c, ky, kx) =
                (k / kernel_width / kernel_height, k / kernel_width % kernel_height, k % kernel_width);
            let y = position / dims.output_width * dims.stride[0] + ky * dims.dilation[0];
            let x = position % dims.output_width * dims.stride[1] + kx * dims.dilation[1];
            let (y, x) = (y.wrapping_sub(dims.padding[0]), x.wrapping_sub(dims.padding[1]));
            if y < height && x < width {
                let channel = (image * groups + output / outputs) * channels + c;
                let weight = output * channels * kernel_height * kernel_width + k;
                visit(
                    (channel * height + y) * width + x,
                    weight,
                    (image * groups * outputs + output) * positions + position,
                );
            }
        }
    }
}

fn assert_close(what: &str, got: &[f32], want: &[f64], dims: &Dims) {
    let scale = want.iter().fold(1.0f64, |most, x| most.max(x.abs()));
    for (i, (&got, &want)) in got.iter().zip(want).enumerate() {
        let error = (f64::from(got) - want).abs();
        // NaN is not close.
        assert!(error <= 2e-6 * scale, "{what} {i} is {got}, want {want}: {dims:?}");
    }
}

fn check(dims: Dims) {
    let Dims { images, groups, channels, outputs, .. } = dims;
    let x = numbers(images * groups * channels * dims.height * dims.width, 1);
    let weight = numbers(groups * outputs * channels * dims.kernel_height * dims.kernel_width, 2);
    let bias = numbers(groups * outputs, 3);
    let positions = dims.output_height * dims.output_width;
    let upstream = numbers(images * groups * outputs * positions, 4);

    let mut want = vec![0.0f64; upstream.len()];
    for (i, want) in want.iter_mut().enumerate() {
        *want = f64::from(bias[i / positions % bias.len()]);
    }
    let (mut want_x, mut want_weight) = (vec![0.0f64; x.len()], vec![0.0f64; weight.len()]);
    each_product(&dims, |i, w, o| {
        want[o] += f64::from(x[i]) * f64::from(weight[w]);
        want_x[i] += f64::from(upstream[o]) * f64::from(weight[w]);
        want_weight[w] += f64::from(upstream[o]) * f64::from(x[i]);
    });

    // The previous contents must not matter.
    let mut workspace = vec![f32::NAN; conv2d::workspace(&dims, 3, 0)];
    let mut output = vec![f32::NAN; upstream.len()];
    conv2d::forward(&x, &weight, Some(&bias), false, &mut output, &mut workspace, dims);
    assert_close("output", &output, &want, &dims);
    let mut gradient = vec![f32::NAN; x.len()];
    conv2d::backward_input(&weight, &upstream, &mut gradient, &mut workspace, dims);
    assert_close("gradient of the input", &gradient, &want_x, &dims);
    let mut gradient = vec![f32::NAN; weight.len()];
    conv2d::backward_weight(&x, &upstream, &mut gradient, &mut workspace, dims);
    assert_close("gradient of the weight", &gradient, &want_weight, &dims);
}

/// A square kernel, with the same stride, padding and dilation for both axes.
pub fn dims(
    [images, groups, channels, outputs]: [usize; 4],
    size: [usize; 2],
    kernel: [usize; 2],
    [stride, padding, dilation]: [usize; 3],
) -> Dims {
    let output = |i: usize| (size[i] + 2 * padding - dilation * (kernel[i] - 1) - 1) / stride + 1;
    Dims {
        images,
        groups,
        channels,
        outputs,
        height: size[0],
        width: size[1],
        kernel_height: kernel[0],
        kernel_width: kernel[1],
        output_height: output(0),
        output_width: output(1),
        stride: [stride; 2],
        padding: [padding; 2],
        dilation: [dilation; 2],
    }
}

#[test]
fn every_width() {
    for width in 1..=20 {
        check(dims([2, 1, 2, 5], [6, width + 2], [3, 3], [1, 1, 1]));
        check(dims([1, 1, 2, 3], [5, width + 6], [1, 7], [1, 3, 1]));
    }
}

#[test]
fn padding_that_adds_and_cuts() {
    for padding in 0..5 {
        check(dims([1, 1, 3, 4], [9, 20], [3, 3], [1, padding, 1]));
        check(dims([1, 2, 2, 6], [9, 24], [5, 5], [1, padding, 1]));
    }
}

#[test]
fn strides_dilations_and_groups() {
    check(dims([2, 3, 4, 2], [6, 9], [1, 1], [1, 0, 1]));
    check(dims([1, 1, 3, 4], [16, 12], [3, 3], [2, 1, 1]));
    check(dims([1, 1, 4, 4], [10, 12], [3, 3], [1, 2, 2]));
    check(dims([1, 1, 4, 4], [12, 12], [3, 1], [1, 2, 2]));
}

#[test]
fn winograd() {
    for width in 1..=17 {
        check(dims([3, 1, 17, 18], [8, width + 2], [3, 3], [1, 1, 1]));
        check(dims([2, 1, 16, 23], [width + 2, 9], [3, 3], [1, 1, 1]));
        check(dims([9, 2, 19, 16 + width], [6, 8], [3, 3], [1, width % 4, 1]));
    }
    check(dims([1, 1, 70, 130], [20, 70], [3, 3], [1, 1, 1]));
    check(dims([1, 1, 300, 310], [8, 8], [3, 3], [1, 1, 1]));
}

/// What is not finite, or overflows in a sum of pixels, comes out as it does without tiles.
#[test]
fn winograd_of_special_values() {
    let dims = dims([2, 2, 17, 18], [9, 10], [3, 3], [1, 1, 1]);
    assert!(dims.winograd().is_some() && dims.winograd_backward().is_some());
    let (x, weight) = (numbers(2 * 2 * 17 * 90, 1), numbers(2 * 18 * 17 * 9, 2));
    let upstream = numbers(2 * 2 * 18 * 90, 3);
    let mut workspace = vec![f32::NAN; conv2d::workspace(&dims, 3, 0)];
    let mut run = |x: &[f32], upstream: &[f32]| {
        let mut results = [upstream, x, &weight].map(|like| vec![f32::NAN; like.len()]);
        let [output, to_x, to_weight] = &mut results;
        conv2d::forward(x, &weight, None, true, output, &mut workspace, dims);
        conv2d::backward_input(&weight, upstream, to_x, &mut workspace, dims);
        conv2d::backward_weight(x, upstream, to_weight, &mut workspace, dims);
        results
    };
    let plain = run(&x, &upstream);
    for special in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 3e38, -2e38] {
        let [mut special_x, mut special_upstream] = [x.clone(), upstream.clone()];
        special_x[17 * 90 + 44] = special;
        special_upstream[17 * 90 + 44] = special;
        let [output, _, to_weight] = run(&special_x, &upstream);
        assert_touched("output", &plain[0], &output, 18 * 9);
        assert_touched("gradient of the weight", &plain[2], &to_weight, 18 * 9);
        let [_, to_x, to_weight] = run(&x, &special_upstream);
        assert_touched("gradient of the input", &plain[1], &to_x, 17 * 9);
        assert_touched("gradient of the weight", &plain[2], &to_weight, 17 * 9);
    }
}

/// Some values differ by more than rounding, but no more than `most`.
fn assert_touched(what: &str, plain: &[f32], got: &[f32], most: usize) {
    let same = plain.iter().zip(got).filter(|(plain, got)| (**plain - **got).abs() <= 1e-4);
    let touched = plain.len() - same.count();
    assert!((1..=most).contains(&touched), "{what}: {touched} differ");
}

/// More channels and outputs than fit one strip, one packed weight or one block.
#[test]
fn larger_than_the_blocks() {
    check(dims([1, 1, 130, 9], [40, 44], [3, 3], [1, 1, 1]));
    check(dims([1, 1, 2, 9], [70, 72], [3, 3], [1, 1, 1]));
    check(dims([1, 1, 70, 130], [9, 12], [3, 3], [1, 1, 1]));
}
