//! The transformed weight of Winograd's convolution, as panels of GEMM.

use super::conv2d_direct::Dims;
use super::job_sizes::{even, least_items};
use super::winograd_transform::{of_weight, PRODUCTS};
use crate::kernels::linear::gemm_tile::{rows_in_tall, SHORT, TALL};
use crate::parallel::{chunks, for_each};
use crate::simd::{F32x4, LANES};
use std::ops::Range;

/// Floats of the transformed weight; more outputs are computed in several turns.
const WEIGHT: usize = 1 << 21;

/// Outputs whose transformed weight is there at a time: whole tiles of both heights.
fn outputs_at_once(dims: &Dims) -> usize {
    let least = TALL * SHORT;
    (WEIGHT / (PRODUCTS * dims.channels) / least * least).clamp(least, dims.outputs.next_multiple_of(least))
}

/// Floats of a packed weight.
pub fn weight_floats(dims: &Dims) -> usize {
    PRODUCTS * dims.channels * outputs_at_once(dims)
}

/// The outputs that are computed at a time.
pub fn turns(dims: &Dims) -> impl Iterator<Item = Range<usize>> {
    let (outputs, at_once) = (dims.outputs, outputs_at_once(dims));
    (0..outputs).step_by(at_once).map(move |first| first..outputs.min(first + at_once))
}

/// The transformed weight of some outputs.
pub struct Packed<'a> {
    /// Those in tall tiles, like rows of GEMM, and those in short ones.
    pub outputs: [Range<usize>; 2],
    pub weight: [&'a [f32]; 2],
}

/// Packs the weight of some outputs. Also returns the rest of the workspace, for [`correlate_packed`].
pub fn pack_weight<'a, const FUSED: bool>(
    workspace: &'a mut [f32],
    outputs: Range<usize>,
    weight: &(impl Fn(usize, usize, usize, usize) -> f32 + Sync),
    dims: &Dims,
) -> (Packed<'a>, &'a mut [f32]) {
    let (packed, scratch) = workspace.split_at_mut(weight_floats(dims));
    let in_tall = rows_in_tall::<FUSED>(outputs.len());
    let middle = outputs.end.min(outputs.start + in_tall);
    let (tall, short) = packed.split_at_mut(PRODUCTS * dims.channels * in_tall.next_multiple_of(TALL));
    let outputs = [outputs.start..middle, middle..outputs.end];
    pack_panels::<TALL>(tall, outputs[0].clone(), dims.channels, weight);
    pack_panels::<SHORT>(short, outputs[1].clone(), dims.channels, weight);
    (Packed { outputs, weight: [tall, short] }, scratch)
}

/// Packs the transformed weight of some outputs as `[panel][product][channel][output]`.
fn pack_panels<const ROWS: usize>(
    packed: &mut [f32],
    outputs: Range<usize>,
    channels: usize,
    weight: &(impl Fn(usize, usize, usize, usize) -> f32 + Sync),
) {
    let length = PRODUCTS * channels * ROWS;
    let count = outputs.len().div_ceil(ROWS);
    let per_job = even(count, least_items(count, [64, length]));
    for_each(chunks(&mut packed[..count * length], per_job * length), |job, panels| {
        let first = outputs.start + job * per_job * ROWS;
        for (first, panel) in (first..outputs.end).step_by(ROWS).zip(panels.chunks_exact_mut(length)) {
            pack_panel::<ROWS>(panel, first..outputs.end, channels, weight);
        }
    });
}

/// Packs one panel, of the first outputs.
fn pack_panel<const ROWS: usize>(
    panel: &mut [f32],
    outputs: Range<usize>,
    channels: usize,
    weight: &impl Fn(usize, usize, usize, usize) -> f32,
) {
    for channel in 0..channels {
        for row in (0..ROWS).step_by(LANES) {
            // Padding repeats the last output; its sums are not used.
            let of = |lane: usize| (outputs.start + row + lane).min(outputs.end - 1);
            let g = std::array::from_fn(|y| {
                std::array::from_fn(|x| {
                    F32x4::load(&std::array::from_fn(|lane| weight(of(lane), channel, y, x)))
                })
            });
            let rows = LANES.min(ROWS - row);
            of_weight(g, |product, values| {
                let out = &mut panel[(product * channels + channel) * ROWS + row..][..rows];
                match out.first_chunk_mut() {
                    Some(whole) => values.store(whole),
                    None => out.copy_from_slice(&values.to_array()[..rows]),
                }
            });
        }
    }
}
