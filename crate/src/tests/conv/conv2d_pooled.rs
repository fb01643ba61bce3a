//! Convolution and pooling combined, against separate steps.

use super::conv2d::{dims, numbers};
use crate::kernels::conv::conv2d;
use crate::kernels::conv::conv2d_chain::Chain;
use crate::kernels::conv::conv2d_dims::Dims;
use crate::kernels::conv::conv2d_pooled;
use crate::kernels::conv::max_pool2d;
use crate::kernels::conv::maxima::{Marks, Upstream, MARK};
use crate::kernels::conv::pool2d::{self, Axis};

/// Images, groups, channels and outputs; size, kernel, [stride, padding, dilation] of both axes; window.
type Geometry = ([usize; 4], [usize; 2], [usize; 2], [usize; 3], [usize; 2]);

/// With and without patches; without channels or images.
const SMALL: &[Geometry] = &[
    ([2, 1, 3, 5], [8, 16], [3, 3], [1, 1, 1], [2, 2]),
    ([3, 2, 2, 3], [9, 19], [3, 3], [1, 1, 1], [2, 2]),
    ([2, 2, 3, 4], [10, 24], [3, 5], [1, 2, 1], [3, 3]),
    ([1, 1, 2, 6], [11, 21], [7, 7], [1, 3, 1], [2, 3]),
    ([1, 3, 1, 2], [6, 8], [1, 1], [1, 0, 1], [1, 2]),
    ([1, 1, 2, 5], [13, 24], [3, 1], [1, 2, 2], [8, 16]),
    ([2, 2, 3, 5], [11, 17], [3, 3], [2, 1, 1], [2, 2]),
    ([3, 1, 2, 4], [12, 19], [3, 3], [1, 2, 2], [3, 2]),
    ([2, 1, 4, 7], [9, 5], [3, 3], [1, 1, 1], [2, 2]),
    ([1, 1, 130, 3], [6, 9], [3, 3], [1, 1, 1], [3, 3]),
    ([2, 1, 0, 3], [8, 16], [3, 3], [1, 1, 1], [2, 2]),
    ([0, 1, 2, 3], [8, 16], [3, 3], [1, 1, 1], [2, 2]),
    // By tiles.
    ([3, 1, 17, 19], [9, 7], [3, 3], [1, 1, 1], [2, 2]),
    ([2, 2, 16, 16], [10, 14], [3, 3], [1, 0, 1], [2, 3]),
];

/// Several strips, the last shorter; one row of windows more than a strip.
const LARGE: &[Geometry] = &[
    ([1, 2, 1, 9], [33, 515], [1, 3], [1, 0, 1], [2, 2]),
    ([2, 1, 1, 17], [41, 261], [1, 3], [1, 0, 1], [3, 3]),
    ([1, 1, 1, 33], [9, 1027], [1, 3], [1, 1, 1], [4, 3]),
];

fn chain((counts, size, kernel, [stride, padding, dilation], window): Geometry) -> Chain {
    let convolution = dims(counts, size, kernel, [stride, padding, dilation]);
    let axis = |size: usize, window: usize| Axis {
        size,
        output: size / window,
        kernel: window,
        stride: window,
        padding: 0,
        dilation: 1,
    };
    let Dims { images, groups, outputs, output_height, output_width, .. } = convolution;
    let (rows, columns) = (axis(output_height, window[0]), axis(output_width, window[1]));
    let pool = pool2d::Dims { planes: images * groups * outputs, rows, columns };
    Chain { convolution, pool }
}

/// The operands of a chain, and a workspace with arbitrary contents.
struct Case {
    chain: Chain,
    x: Vec<f32>,
    weight: Vec<f32>,
    bias: Vec<f32>,
    scratch: Vec<f32>,
}

impl Case {
    fn new(chain: Chain) -> Self {
        let Dims { images, groups, outputs, .. } = chain.convolution;
        Case {
            chain,
            x: numbers(images * groups * chain.convolution.input(), 1),
            weight: numbers(groups * outputs * chain.convolution.patch(), 2),
            bias: numbers(groups * outputs, 3),
            scratch: vec![f32::NAN; conv2d_pooled::workspace(&chain, 3)],
        }
    }
    fn pooled_length(&self) -> usize {
        self.chain.pool.planes * self.chain.pool.output()
    }
    /// Pooled map and positions.
    fn forward(&mut self, with_bias: bool, rectified: bool) -> (Vec<f32>, Vec<u8>) {
        let (mut out, mut positions) = (vec![7.0; self.pooled_length()], vec![7; self.pooled_length()]);
        let bias = if with_bias { &*self.bias } else { &[] };
        let pooled = (&mut *out, &mut *positions);
        let parameters = [&*self.weight, bias];
        conv2d_pooled::forward(&self.x, parameters, rectified, pooled, &mut self.scratch, &self.chain);
        (out, positions)
    }
    /// The same from the whole map, whose positions have no marks.
    fn forward_in_steps(&mut self, with_bias: bool, rectified: bool) -> (Vec<f32>, Vec<u8>) {
        let Chain { convolution, pool } = self.chain;
        let mut map = vec![7.0; pool.planes * pool.input()];
        let bias = with_bias.then_some(&*self.bias);
        conv2d::forward(&self.x, &self.weight, bias, rectified, &mut map, &mut self.scratch, convolution);
        let (mut out, mut positions) = (vec![7.0; self.pooled_length()], vec![7; self.pooled_length()]);
        max_pool2d::forward(&map, &mut out, &mut positions, false, pool);
        (out, positions)
    }
}

/// Equal except for the sign of zeros and the bits of a NaN.
fn assert_same(got: &[f32], want: &[f32], chain: &Chain) {
    assert_eq!(got.len(), want.len());
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        assert!(got == want || (got.is_nan() && want.is_nan()), "{i} is {got}, want {want}: {chain:?}");
    }
}

fn assert_close(what: &str, got: &[f32], want: &[f32], chain: &Chain) {
    let scale = want.iter().fold(1.0f32, |most, x| most.max(x.abs()));
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        // NaN is not close.
        assert!((got - want).abs() <= 1e-6 * scale, "{what} {i} is {got}, want {want}: {chain:?}");
    }
}

fn check_forward(case: &mut Case) {
    for (with_bias, rectified) in [(false, false), (true, false), (false, true), (true, true)] {
        let (out, positions) = case.forward(with_bias, rectified);
        let (want, want_positions) = case.forward_in_steps(with_bias, rectified);
        assert_same(&out, &want, &case.chain);
        // A mark says that `relu` passes no gradient.
        let marked: Vec<u8> = want_positions
            .iter()
            .zip(&want)
            .map(|(position, value)| position | if rectified && *value == 0.0 { MARK } else { 0 })
            .collect();
        assert_eq!(positions, marked, "{:?}", case.chain);
    }
}

#[test]
fn forward_has_the_same_bits() {
    for geometry in SMALL.iter().chain(LARGE) {
        check_forward(&mut Case::new(chain(*geometry)));
    }
}

#[test]
fn forward_of_special_values() {
    for special in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, 1e-40] {
        for geometry in SMALL {
            let mut case = Case::new(chain(*geometry));
            case.x.iter_mut().step_by(7).for_each(|x| *x = special);
            check_forward(&mut case);
        }
    }
}

/// Maps of -0, and of equal values: the first of equal maxima counts.
#[test]
fn forward_of_equal_values() {
    for value in [-0.0, 0.0, -1.0, 1.0] {
        for geometry in SMALL {
            let mut case = Case::new(chain(*geometry));
            case.x.fill(value);
            case.weight.fill(1.0);
            case.bias.fill(value);
            check_forward(&mut case);
        }
    }
}

#[test]
fn gradients_are_those_of_the_whole_map() {
    for geometry in SMALL.iter().chain(LARGE) {
        for (marks, rectified) in [(Marks::Absent, false), (Marks::Ignored, true), (Marks::Respected, true)] {
            check_gradients(&mut Case::new(chain(*geometry)), marks, rectified);
        }
    }
}

fn check_gradients(case: &mut Case, marks: Marks, rectified: bool) {
    let (out, positions) = case.forward(true, rectified);
    let values = numbers(case.pooled_length(), 4);
    let Chain { convolution, pool } = case.chain;

    // The gradient of the whole map, from positions without marks and the definition of `relu`'s gradient.
    let (_, plain) = case.forward_in_steps(true, rectified);
    let stopped = matches!(marks, Marks::Respected);
    let passed: Vec<f32> =
        values.iter().zip(&out).map(|(up, y)| if stopped && *y == 0.0 { 0.0 } else { *up }).collect();
    let mut whole = vec![7.0; pool.planes * pool.input()];
    max_pool2d::backward(&passed, &plain, Marks::Absent, &mut whole, pool);
    let mut spread = vec![7.0; whole.len()];
    max_pool2d::backward(&values, &positions, marks, &mut spread, pool);
    assert_same(&spread, &whole, &case.chain);

    let upstream = Upstream { values: &values, positions: &positions, marks };
    let Case { chain, x, weight, bias, scratch } = case;
    let (mut got, mut want) = (vec![7.0; weight.len()], vec![7.0; weight.len()]);
    conv2d_pooled::backward_weight(x, upstream, &mut got, scratch, chain);
    conv2d::backward_weight(x, &whole, &mut want, scratch, convolution);
    assert_close("gradient of the weight", &got, &want, chain);

    let (mut got, mut want) = (vec![7.0; x.len()], vec![7.0; x.len()]);
    conv2d_pooled::backward_input(weight, upstream, &mut got, scratch, chain);
    conv2d::backward_input(weight, &whole, &mut want, scratch, convolution);
    assert_close("gradient of the input", &got, &want, chain);

    let mut got = vec![7.0; bias.len()];
    conv2d_pooled::backward_bias(upstream, &mut got, pool.output());
    let channels = bias.len();
    let sums = (0..channels).map(|channel| {
        let planes = whole.chunks_exact(pool.input()).skip(channel).step_by(channels);
        planes.flatten().map(|x| f64::from(*x)).sum::<f64>() as f32
    });
    assert_close("gradient of the bias", &got, &sums.collect::<Vec<_>>(), chain);
}

#[test]
fn a_rectified_maximum_is_no_negative_zero() {
    let columns = Axis { size: 18, output: 9, kernel: 2, stride: 2, padding: 0, dilation: 1 };
    let pool = pool2d::Dims { planes: 1, rows: Axis { size: 2, output: 1, ..columns }, columns };
    let (mut out, mut positions) = (vec![f32::NAN; pool.output()], vec![0; pool.output()]);
    max_pool2d::forward(&vec![-0.0; pool.input()], &mut out, &mut positions, true, pool);
    assert!(out.iter().all(|value| value.to_bits() == 0), "{out:?}");
    assert!(positions.iter().all(|&position| position == MARK), "{positions:?}");
}
