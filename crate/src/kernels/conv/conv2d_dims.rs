//! The sizes of a convolution.

use super::conv2d_direct;
use super::winograd;
use super::winograd_tiles::Images;
use crate::kernels::linear::gemm_tile::is_fused;
use crate::size::elements;

/// Images [images, groups * channels, height, width], weight [groups * outputs, channels, kernel_height, kernel_width].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub images: usize,
    pub groups: usize,
    /// Input and output channels of one group.
    pub channels: usize,
    pub outputs: usize,
    pub height: usize,
    pub width: usize,
    pub kernel_height: usize,
    pub kernel_width: usize,
    pub output_height: usize,
    pub output_width: usize,
    pub stride: [usize; 2],
    /// Padding above and to the left; that below and to the right follows from the output's size.
    pub padding: [usize; 2],
    pub dilation: [usize; 2],
}

impl Dims {
    pub fn positions(&self) -> usize {
        elements([self.output_height, self.output_width])
    }
    pub fn patch(&self) -> usize {
        // Cannot overflow: a weight has elements, or no channels.
        self.channels * self.kernel_height * self.kernel_width
    }
    pub fn input(&self) -> usize {
        elements([self.channels, self.height, self.width])
    }
    /// Whether the convolution and its gradients fuse their multiply-adds.
    pub fn is_fused(&self) -> bool {
        is_fused([self.images, self.groups, self.outputs, self.positions(), self.patch()])
    }
    /// The sizes of one image and group for [`winograd`], if it is faster for this number of images.
    pub fn winograd(&self) -> Option<conv2d_direct::Dims> {
        self.direct().filter(|dims| winograd::fit(dims, self.images))
    }
    /// The same for the gradient of the input.
    pub fn winograd_backward(&self) -> Option<conv2d_direct::Dims> {
        self.direct_backward().filter(|dims| winograd::fit(dims, self.images))
    }
    /// Where the images of one group lie, from input to output.
    pub fn image_strides(&self) -> Images {
        let [input_stride, output_stride] =
            [self.input(), self.outputs * self.positions()].map(|length| self.groups * length);
        Images { count: self.images, input_stride, output_stride }
    }
    /// The sizes of one image and group for [`conv2d_direct`], if it supports them.
    pub fn direct(&self) -> Option<conv2d_direct::Dims> {
        if self.stride != [1, 1] || self.dilation[1] != 1 || self.input() == 0 {
            return None;
        }
        Some(conv2d_direct::Dims {
            channels: self.channels,
            outputs: self.outputs,
            height: self.height,
            width: self.width,
            output_height: self.output_height,
            output_width: self.output_width,
            kernel: [self.kernel_height, self.kernel_width],
            dilation: self.dilation[0],
            padding: self.padding.map(usize::cast_signed),
        })
    }
    /// The same from output to input, for the gradient of the input.
    pub fn direct_backward(&self) -> Option<conv2d_direct::Dims> {
        let reach = [(self.kernel_height - 1) * self.dilation[0], self.kernel_width - 1];
        self.direct().map(|dims| conv2d_direct::Dims {
            channels: dims.outputs,
            outputs: dims.channels,
            height: dims.output_height,
            width: dims.output_width,
            output_height: dims.height,
            output_width: dims.width,
            padding: [0, 1].map(|i| reach[i].cast_signed() - dims.padding[i]),
            ..dims
        })
    }
}
