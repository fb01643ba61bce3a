//! How a convolution is divided among threads. Jobs are some images each, whatever the number of threads.

use super::conv2d_dims::Dims;
use super::job_sizes::{even, least_items};
use crate::kernels::elementwise::in_place::accumulate;
use crate::parallel::{self, chunks};
use std::ops::Range;

/// The most sums of a weight's gradient, which are added up at the end, and their floats.
const MAX_SUMS: usize = 8;
const SUMS: usize = 1 << 19;

/// Images of one job.
pub fn images_per_job(dims: &Dims) -> usize {
    even(dims.images, least_items(dims.images, [dims.groups, dims.outputs, dims.positions(), dims.patch()]))
}

fn images_per_sum(dims: &Dims) -> usize {
    let most = (SUMS / weight(dims).max(1)).clamp(1, MAX_SUMS);
    images_per_job(dims).max(dims.images.div_ceil(most))
}

fn weight(dims: &Dims) -> usize {
    dims.groups * dims.outputs * dims.patch()
}

/// Floats of the sums of [`sum_over_images`].
pub fn sums(dims: &Dims) -> usize {
    weight(dims) * dims.images.div_ceil(images_per_sum(dims))
}

/// The gradient of a weight: `add` adds that of some images, with a workspace of `room` floats.
pub fn sum_over_images(
    gradient: &mut [f32],
    workspace: &mut [f32],
    room: usize,
    dims: &Dims,
    add: impl Fn(Range<usize>, &mut [f32], &mut [f32]) + Sync,
) {
    gradient.fill(0.0);
    let per_sum = images_per_sum(dims);
    let images = |job: usize| job * per_sum..dims.images.min((job + 1) * per_sum);
    if per_sum >= dims.images || gradient.is_empty() {
        return add(0..dims.images, gradient, workspace);
    }
    let (sums, rooms) = workspace.split_at_mut(sums(dims));
    parallel::for_each_with(chunks(sums, gradient.len()), rooms, room, |job, sums, room| {
        sums.fill(0.0);
        add(images(job), sums, room);
    });
    for sum in sums.chunks_exact(gradient.len()) {
        accumulate(gradient, sum);
    }
}
