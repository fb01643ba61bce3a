use crate::kernels::conv::avg_pool2d::{self, Windows};
use crate::kernels::conv::conv2d;
use crate::kernels::conv::conv2d_chain::Chain;
use crate::kernels::conv::conv2d_dims::Dims as Convolution;
use crate::kernels::conv::conv2d_pooled;
use crate::kernels::conv::max_pool2d;
use crate::kernels::conv::maxima::{self, Marks, Upstream};
use crate::kernels::conv::pool2d::{Axis, Dims as Pooling};
use wasm_bindgen::prelude::wasm_bindgen;

dims! {
    /// A convolution; pairs are height and width, `channels` and `outputs` those of one group.
    Conv2d as Conv2dOrder {
        images: usize,
        groups: usize,
        channels: usize,
        outputs: usize,
        size: [usize; 2],
        kernel: [usize; 2],
        output: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 2],
        dilation: [usize; 2],
    }

    /// A pooling; pairs are height and width.
    Pool2d as Pool2dOrder {
        planes: usize,
        size: [usize; 2],
        output: [usize; 2],
        kernel: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 2],
        dilation: [usize; 2],
    }
}

impl Conv2d {
    fn dims(self) -> Convolution {
        let Conv2d { images, groups, channels, outputs, stride, padding, dilation, .. } = self;
        let ([height, width], [kernel_height, kernel_width]) = (self.size, self.kernel);
        let [output_height, output_width] = self.output;
        Convolution {
            images,
            groups,
            channels,
            outputs,
            height,
            width,
            kernel_height,
            kernel_width,
            output_height,
            output_width,
            stride,
            padding,
            dilation,
        }
    }
    fn workspace(self, threads: usize) -> usize {
        conv2d::workspace(&self.dims(), threads, 0)
    }
    fn x(&self) -> [usize; 5] {
        [self.images, self.groups, self.channels, self.size[0], self.size[1]]
    }
    fn weight(&self) -> [usize; 5] {
        [self.groups, self.outputs, self.channels, self.kernel[0], self.kernel[1]]
    }
    fn bias(&self) -> [usize; 2] {
        [self.groups, self.outputs]
    }
    fn out(&self) -> [usize; 5] {
        [self.images, self.groups, self.outputs, self.output[0], self.output[1]]
    }
}

impl Pool2d {
    fn dims(self) -> Pooling {
        let axis = |i: usize| Axis {
            size: self.size[i],
            output: self.output[i],
            kernel: self.kernel[i],
            stride: self.stride[i],
            padding: self.padding[i],
            dilation: self.dilation[i],
        };
        Pooling { planes: self.planes, rows: axis(0), columns: axis(1) }
    }
    fn x(&self) -> [usize; 3] {
        [self.planes, self.size[0], self.size[1]]
    }
    fn out(&self) -> [usize; 3] {
        [self.planes, self.output[0], self.output[1]]
    }
}

bindings! {
    /// Bytes of workspace for a convolution and its gradients, on a number of threads.
    fn conv2d_workspace_bytes(threads: usize, dims: memory Conv2d) -> usize {
        bytes(dims.workspace(threads))
    }

    /// The same with pooling.
    fn conv2d_max_pool2d_workspace_bytes(threads: usize, convolution: memory Conv2d, pool: memory Pool2d) -> usize {
        bytes(conv2d_pooled::workspace(&chain(convolution, pool), threads))
    }
}

bindings! {
    /// Whether the gradients are faster from that of the whole map.
    fn conv2d_max_pool2d_is_faster_whole(convolution: memory Conv2d, pool: memory Pool2d) -> bool {
        chain(convolution, pool).is_faster_whole()
    }
}

fn bytes(floats: usize) -> usize {
    floats.saturating_mul(size_of::<f32>())
}

bindings! {
    fn conv2d(
        x: &[f32; dims.x()],
        weight: &[f32; dims.weight()],
        bias: Option<&[f32; dims.bias()]>,
        rectified: bool,
        out: &mut [f32; dims.out()],
        workspace: &mut [f32; dims.workspace(threads)],
        threads: usize,
        dims: memory Conv2d,
    ) {
        conv2d::forward(x, weight, bias, rectified, out, workspace, dims.dims())
    }

    fn conv2d_backward_weight(
        x: &[f32; dims.x()],
        upstream: &[f32; dims.out()],
        gradient: &mut [f32; dims.weight()],
        workspace: &mut [f32; dims.workspace(threads)],
        threads: usize,
        dims: memory Conv2d,
    ) {
        conv2d::backward_weight(x, upstream, gradient, workspace, dims.dims())
    }

    fn conv2d_backward_input(
        weight: &[f32; dims.weight()],
        upstream: &[f32; dims.out()],
        gradient: &mut [f32; dims.x()],
        workspace: &mut [f32; dims.workspace(threads)],
        threads: usize,
        dims: memory Conv2d,
    ) {
        conv2d::backward_input(weight, upstream, gradient, workspace, dims.dims())
    }
}

fn chain(convolution: Conv2d, pool: Pool2d) -> Chain {
    Chain { convolution: convolution.dims(), pool: pool.dims() }
}

/// How the backward pass treats marked windows: for the gradient of `relu`'s input, or of its result.
fn marks_of(marked: bool, through_relu: bool) -> Marks {
    match (marked, through_relu) {
        (false, _) => Marks::Absent,
        (true, false) => Marks::Ignored,
        (true, true) => Marks::Respected,
    }
}

bindings! {
    fn conv2d_max_pool2d(
        x: &[f32; convolution.x()],
        weight: &[f32; convolution.weight()],
        bias: Option<&[f32; convolution.bias()]>,
        rectified: bool,
        out: &mut [f32; pool.out()],
        positions: &mut [u8; pool.out()],
        workspace: &mut [f32; conv2d_pooled::workspace(&chain(convolution, pool), threads)],
        threads: usize,
        convolution: memory Conv2d,
        pool: memory Pool2d,
    ) {
        let parameters = [weight, bias.unwrap_or_default()];
        let chain = chain(convolution, pool);
        conv2d_pooled::forward(x, parameters, rectified, (out, positions), workspace, &chain)
    }
}

macro_rules! pooled_backward {
    ($($name:ident: $kernel:ident($from:ident: $of_from:ident) => $of_gradient:ident;)*) => {
        bindings! {$(
            fn $name(
                $from: &[f32; convolution.$of_from()],
                upstream: &[f32; pool.out()],
                positions: &[u8; pool.out()],
                marked: bool,
                through_relu: bool,
                gradient: &mut [f32; convolution.$of_gradient()],
                workspace: &mut [f32; conv2d_pooled::workspace(&chain(convolution, pool), threads)],
                threads: usize,
                convolution: memory Conv2d,
                pool: memory Pool2d,
            ) {
                let upstream = Upstream { values: upstream, positions, marks: marks_of(marked, through_relu) };
                conv2d_pooled::$kernel($from, upstream, gradient, workspace, &chain(convolution, pool))
            }
        )*}
    };
}

pooled_backward! {
    conv2d_max_pool2d_backward_weight: backward_weight(x: x) => weight;
    conv2d_max_pool2d_backward_input: backward_input(weight: weight) => x;
}

/// The most elements of a window whose positions can be marked.
#[wasm_bindgen]
pub fn max_pool2d_marked_window() -> usize {
    maxima::MARKED_WINDOW
}

/// The most elements of a window for [`max_pool2d`]; larger windows need [`max_pool2d_wide`].
#[wasm_bindgen]
pub fn max_pool2d_byte_window() -> usize {
    maxima::BYTE_WINDOW
}

fn windows_of(adaptive: bool, count_padding: bool, divisor: f32) -> Windows {
    if adaptive {
        Windows::Adaptive
    } else {
        Windows::Fixed { count_padding, divisor: (divisor != 0.0).then_some(divisor) }
    }
}

bindings! {
    /// `plane` is the number of elements of a pooled map.
    fn conv2d_max_pool2d_backward_bias(
        upstream: &[f32; [images, channels, plane]],
        positions: &[u8; [images, channels, plane]],
        marked: bool,
        through_relu: bool,
        gradient: &mut [f32; channels],
        images: usize,
        channels: usize,
        plane: usize,
    ) {
        let upstream = Upstream { values: upstream, positions, marks: marks_of(marked, through_relu) };
        conv2d_pooled::backward_bias(upstream, gradient, plane)
    }

    fn max_pool2d(
        x: &[f32; dims.x()],
        out: &mut [f32; dims.out()],
        positions: &mut [u8; dims.out()],
        dims: memory Pool2d,
    ) {
        max_pool2d::forward(x, out, positions, false, dims.dims())
    }

    /// `positions` are those of the forward pass, which were `marked` or not.
    fn max_pool2d_backward(
        upstream: &[f32; dims.out()],
        positions: &[u8; dims.out()],
        marked: bool,
        through_relu: bool,
        gradient: &mut [f32; dims.x()],
        dims: memory Pool2d,
    ) {
        max_pool2d::backward(upstream, positions, marks_of(marked, through_relu), gradient, dims.dims())
    }

    fn max_pool2d_wide(
        x: &[f32; dims.x()],
        out: &mut [f32; dims.out()],
        pixels: &mut [i32; dims.out()],
        dims: memory Pool2d,
    ) {
        max_pool2d::wide_forward(x, out, pixels, dims.dims())
    }

    /// `pixels` are those of the forward pass.
    fn max_pool2d_wide_backward(
        upstream: &[f32; dims.out()],
        pixels: &[i32; dims.out()],
        gradient: &mut [f32; dims.x()],
        dims: memory Pool2d,
    ) {
        max_pool2d::wide_backward(upstream, pixels, gradient, dims.dims())
    }

    /// A `divisor` of 0 is none.
    fn avg_pool2d(
        x: &[f32; dims.x()],
        out: &mut [f32; dims.out()],
        adaptive: bool,
        count_padding: bool,
        divisor: f32,
        dims: memory Pool2d,
    ) {
        avg_pool2d::forward(x, out, windows_of(adaptive, count_padding, divisor), dims.dims())
    }

    fn avg_pool2d_backward(
        upstream: &[f32; dims.out()],
        gradient: &mut [f32; dims.x()],
        adaptive: bool,
        count_padding: bool,
        divisor: f32,
        dims: memory Pool2d,
    ) {
        avg_pool2d::backward(upstream, gradient, windows_of(adaptive, count_padding, divisor), dims.dims())
    }
}
