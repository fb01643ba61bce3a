//! A convolution and the pooling of its output: one image's and group's part, and its strips.

use super::conv2d_dims::Dims;
use super::conv2d_direct;
use super::conv2d_sparse::Sparse;
use super::pool2d;
use crate::size::product;
use std::ops::Range;

/// Number of floats of the map that fit the cache.
const STRIP: usize = 1 << 17;
/// The most elements of a window, and of the map of all images, for which gradients are faster by tiles: with larger windows
/// there are few maxima to visit, and larger maps need not be in memory.
const MAX_WINDOW: u64 = 4;
const MAX_WHOLE: u64 = 1 << 24;

/// A convolution and the pooling of its output.
#[derive(Clone, Copy, Debug)]
pub struct Chain {
    pub convolution: Dims,
    pub pool: pool2d::Dims,
}

impl Chain {
    /// Whether gradients are faster by tiles, from the gradient of the whole map.
    pub fn is_faster_whole(&self) -> bool {
        let window = product([self.pool.rows.kernel, self.pool.columns.kernel]);
        window <= MAX_WINDOW
            && product([self.pool.planes, self.pool.input()]) <= MAX_WHOLE
            && self.convolution.winograd().is_some()
    }
    pub fn is_fused(&self) -> bool {
        self.convolution.is_fused()
    }
    /// Number of elements of one image's and group's map.
    pub fn map(&self) -> usize {
        self.convolution.outputs * self.pool.input()
    }
    /// Number of elements of its pooled map.
    pub fn pooled(&self) -> usize {
        self.convolution.outputs * self.pool.output()
    }
    /// The input of one map: empty without channels.
    pub fn image<'a>(&self, x: &'a [f32], map: usize) -> &'a [f32] {
        &x[map * self.convolution.input()..][..self.convolution.input()]
    }
    pub fn part(&self, map: usize) -> Part {
        let Dims { groups, outputs, .. } = self.convolution;
        let first = map % groups * outputs;
        let patch = self.convolution.patch();
        Part {
            weight: first * patch..(first + outputs) * patch,
            bias: first..first + outputs,
            convolution: Dims { images: 1, groups: 1, ..self.convolution },
            pool: pool2d::Dims { planes: outputs, ..self.pool },
        }
    }
}

/// One image and group, with its parts of the weight and the bias.
pub struct Part {
    pub weight: Range<usize>,
    pub bias: Range<usize>,
    pub convolution: Dims,
    pub pool: pool2d::Dims,
}

impl Part {
    pub fn sparse(&self) -> Option<Sparse> {
        Some(Sparse { convolution: self.convolution.direct()?, pool: self.pool })
    }
    /// The strips: rows of windows that are processed together.
    pub fn strips(&self) -> impl Iterator<Item = Rows> {
        let pool2d::Dims { planes, rows, columns } = self.pool;
        let at_once = (STRIP / (planes * rows.stride * columns.size)).clamp(1, rows.output);
        (0..rows.output).step_by(at_once).map(move |first| {
            let output = at_once.min(rows.output - first);
            let rows = pool2d::Axis { size: output * rows.stride, output, ..rows };
            Rows { first, pool: pool2d::Dims { planes: 1, rows, columns } }
        })
    }
}

/// Some rows of windows, from `first` on, and the rows of the map under them.
pub struct Rows {
    first: usize,
    /// The pooling of these rows in one plane.
    pub pool: pool2d::Dims,
}

impl Rows {
    /// Number of elements of the map in one plane.
    pub fn plane(&self) -> usize {
        self.pool.input()
    }
    /// Number of elements of the map in all planes.
    pub fn map(&self, whole: &pool2d::Dims) -> usize {
        whole.planes * self.plane()
    }
    /// The same rows of a convolution's output.
    pub fn of_convolution(&self, whole: &conv2d_direct::Dims) -> conv2d_direct::Dims {
        let [above, left] = whole.padding;
        let first = self.first * self.pool.rows.stride;
        let padding = [above - first.cast_signed(), left];
        conv2d_direct::Dims { output_height: self.pool.rows.size, padding, ..*whole }
    }
    /// The range of these rows of a plane in the pooled map.
    pub fn within(&self, plane: usize, whole: &pool2d::Dims) -> Range<usize> {
        let start = plane * whole.output() + self.first * whole.columns.output;
        start..start + self.pool.output()
    }
}
