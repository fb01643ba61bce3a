//! Losses of single elements, fused with their gradients: everything except the arithmetic.
//!
//! A loss defines the arithmetic of four elements ([`ElementLoss`]). Target types, weights, tails and
//! reductions are shared by all losses here, and work on spans that fit the first-level cache.

use super::fused_loss::Reduction;
use super::known::Ignored;
use crate::kernels::elementwise::convert;
use crate::kernels::elementwise::rows::{combine, zip};
use crate::kernels::reduce::sum::sum;
use crate::math::exp_negative;
use crate::parallel::{self, chunks, items_per_job, MAX_JOBS};
use crate::simd::{F32x4, LANES};
use std::ops::Range;

/// Number of elements whose intermediate values stay in the cache between the loops.
const SPAN: usize = 512;
/// The work of one element, in elements of a simple map.
const COST: usize = 8;
type Lanes = [f32; LANES];
type Span = [Lanes; SPAN / LANES];

/// Four elements of the operands.
#[derive(Clone, Copy)]
pub struct Elements {
    pub x: F32x4,
    pub y: F32x4,
    /// The result of [`ElementLoss::prepare`] for `x`.
    pub prepared: [F32x4; 2],
    pub pos_weight: F32x4,
}

/// The arithmetic of a loss.
pub trait ElementLoss: Sync {
    /// Whether the second prepared value is used.
    const PREPARES_TWO: bool = false;

    /// The long chains of dependent steps that need only the input, mostly just `exp(-|x|)`. They have their own loop, for
    /// the reason given in `multilabel_soft_margin`.
    #[inline(always)]
    fn prepare(&self) -> impl Fn(F32x4) -> [F32x4; 2] {
        let exp_negative = exp_negative();
        move |x| [exp_negative(x.abs()), x]
    }

    /// Four losses and their derivatives by x.
    fn element(&self) -> impl Fn(Elements) -> (F32x4, F32x4);
}

/// A loss behind a pointer, with one call for each span, so that all losses share one driver.
pub trait SpanLoss: Sync {
    /// Losses and derivatives of whole vectors; all slices have the same length, at most a span's.
    fn span(
        &self,
        x: &[Lanes],
        y: &[Lanes],
        pos_weight: &[Lanes],
        losses: &mut [Lanes],
        gradients: &mut [Lanes],
    );
}

impl<L: ElementLoss> SpanLoss for L {
    fn span(
        &self,
        x: &[Lanes],
        y: &[Lanes],
        pos_weight: &[Lanes],
        losses: &mut [Lanes],
        gradients: &mut [Lanes],
    ) {
        let (prepare, element) = (self.prepare(), self.element());
        // The prepared values are stored in the results' buffers meanwhile.
        for (x, (first, second)) in x.iter().zip(losses.iter_mut().zip(gradients.iter_mut())) {
            let prepared = prepare(F32x4::load(x));
            prepared[0].store(first);
            if L::PREPARES_TWO {
                prepared[1].store(second);
            }
        }
        let operands = x.iter().zip(y).zip(pos_weight);
        for (((x, y), pos_weight), (loss, gradient)) in operands.zip(losses.iter_mut().zip(gradients)) {
            let [x, y, pos_weight] = [x, y, pos_weight].map(F32x4::load);
            let prepared = [F32x4::load(loss), if L::PREPARES_TWO { F32x4::load(gradient) } else { x }];
            let (value, derivative) = element(Elements { x, y, prepared, pos_weight });
            value.store(loss);
            derivative.store(gradient);
        }
    }
}

/// Targets: float32, or bytes.
#[derive(Clone, Copy)]
pub enum Targets<'a> {
    Floats(&'a [f32]),
    Bytes(&'a [u8]),
}

impl Targets<'_> {
    fn at(self, i: usize) -> f32 {
        match self {
            Targets::Floats(y) => y[i],
            Targets::Bytes(y) => f32::from(y[i]),
        }
    }

    fn known(self, ignored: Ignored, part: Range<usize>) -> usize {
        match self {
            Targets::Floats(y) => ignored.known_floats(&y[part]),
            Targets::Bytes(y) => ignored.known_bytes(&y[part]),
        }
    }
}

/// Targets are as long as `x`. Weights are repeated: element `i` has `weights[i % weights.len()]`, or 1
/// if there are none. Ignored targets have a loss and a gradient of 0.
#[derive(Clone, Copy)]
pub struct Operands<'a> {
    pub x: &'a [f32],
    pub y: Targets<'a>,
    pub weight: &'a [f32],
    pub pos_weight: &'a [f32],
    pub ignored: Option<Ignored>,
}

/// `weight * loss` of every element, reduced. `out` has one value, or one for each element with
/// [`Reduction::None`]. Without elements the mean is NaN and the sum 0, as in torch. If some may be ignored, the mean is that of
/// the others, 0 if there are none.
///
/// `gradient`, if given, gets d(result)/d(x); for `None`, d(element's loss)/d(x).
pub fn forward(
    loss: &dyn SpanLoss,
    operands: Operands,
    gradient: Option<&mut [f32]>,
    out: &mut [f32],
    reduction: Reduction,
) {
    let length = operands.x.len();
    let size = items_per_job(length, COST);
    let count = match (operands.ignored, reduction) {
        (Some(ignored), Reduction::Mean) => known(operands.y, ignored, length).max(1),
        _ => length,
    };
    let mut sums = [0.0; MAX_JOBS];
    let sums = &mut sums[..length.div_ceil(size)];
    let each = (reduction == Reduction::None).then(|| chunks(&mut *out, size));
    let parts = (chunks(sums, 1), (gradient.map(|gradient| chunks(gradient, size)), each));
    let scale = F32x4::splat(if reduction == Reduction::Mean { (1.0 / count as f64) as f32 } else { 1.0 });
    parallel::for_each(parts, |job, (sum, (gradient, losses))| {
        let part = job * size..(job * size + size).min(length);
        sum[0] = of_part(loss, operands, part, gradient, losses, scale);
    });
    // From 0: the sum of an empty iterator is -0.
    let total = sums.iter().fold(0.0, |total, sum| total + sum);
    match reduction {
        Reduction::None => {}
        Reduction::Mean => out[0] = (total / count as f64) as f32,
        Reduction::Sum => out[0] = total as f32,
    }
}

/// Sets values of ignored targets to 0. Returns how many are known.
pub fn keep_known(values: &mut [f32], y: Targets, ignored: Ignored) -> usize {
    let mut count = 0;
    for (i, value) in values.iter_mut().enumerate() {
        if ignored.is_known(y.at(i)) {
            count += 1;
        } else {
            *value = 0.0;
        }
    }
    count
}

/// Whether all `x` of known targets are from 0 to 1.
pub fn are_known_within_unit(x: &[f32], y: Targets, ignored: Ignored) -> bool {
    x.iter().enumerate().all(|(i, x)| (0.0..=1.0).contains(x) || !ignored.is_known(y.at(i)))
}

/// How many of the targets are known.
fn known(y: Targets, ignored: Ignored, length: usize) -> usize {
    // Counting is one comparison.
    let size = items_per_job(length, 1);
    let mut counts = [0; MAX_JOBS];
    let counts = &mut counts[..length.div_ceil(size)];
    parallel::for_each(chunks(counts, 1), |job, count| {
        count[0] = y.known(ignored, job * size..(job * size + size).min(length));
    });
    counts.iter().sum()
}

/// The sum of the losses of some elements, and each of them and each derivative, as far as they are wanted.
fn of_part(
    loss: &dyn SpanLoss,
    operands: Operands,
    part: Range<usize>,
    mut gradient: Option<&mut [f32]>,
    mut each: Option<&mut [f32]>,
    scale: F32x4,
) -> f64 {
    let mut tiles = [[0.0; SPAN]; 2];
    let [weight_tile, pos_weight_tile] = &mut tiles;
    let weights = repeated(operands.weight, weight_tile);
    let pos_weights = repeated(operands.pos_weight, pos_weight_tile);

    let [mut x_span, mut y_span, mut pos_weight_span]: [Span; 3] = [[[0.0; LANES]; SPAN / LANES]; 3];
    let [mut losses, mut gradients]: [Span; 2] = [[[0.0; LANES]; SPAN / LANES]; 2];
    let mut total = 0.0;
    let mut start = part.start;
    while start < part.end {
        let weight = &weights[start % weights.len()..];
        let pos_weight = &pos_weights[start % pos_weights.len()..];
        let count = SPAN.min(part.end - start).min(weight.len()).min(pos_weight.len());
        let span = start..start + count;
        let y = match operands.y {
            Targets::Floats(y) => vectors(&y[span.clone()], &mut y_span),
            Targets::Bytes(y) => {
                convert::u8_to_f32(&y[span.clone()], &mut y_span.as_flattened_mut()[..count]);
                &y_span[..count.div_ceil(LANES)]
            }
        };
        let x = vectors(&operands.x[span.clone()], &mut x_span);
        let pos_weight = vectors(&pos_weight[..count], &mut pos_weight_span);
        loss.span(x, y, pos_weight, &mut losses, &mut gradients);

        let within = start - part.start..start - part.start + count;
        let losses = &mut losses.as_flattened_mut()[..count];
        if let Some(ignored) = operands.ignored {
            ignored.keep(&y.as_flattened()[..count], losses, &mut gradients.as_flattened_mut()[..count]);
        }
        let weight = &weight[..count];
        combine(losses, weight, |loss, weight| loss * weight);
        if let Some(gradient) = gradient.as_deref_mut() {
            let derivatives = &gradients.as_flattened()[..count];
            zip(derivatives, weight, &mut gradient[within.clone()], |derivative, weight| {
                derivative * (weight * scale)
            });
        }
        match each.as_deref_mut() {
            Some(each) => each[within].copy_from_slice(losses),
            None => total += sum(losses),
        }
        start += count;
    }
    total
}

/// Weights as one long run: few weights are repeated in the tile, and no weights become ones.
fn repeated<'a>(weights: &'a [f32], tile: &'a mut [f32; SPAN]) -> &'a [f32] {
    if weights.is_empty() {
        tile.fill(1.0);
        return tile;
    }
    if weights.len() > SPAN {
        return weights;
    }
    for part in tile.chunks_exact_mut(weights.len()) {
        part.copy_from_slice(weights);
    }
    &tile[..SPAN - SPAN % weights.len()]
}

/// At most a span of values as whole vectors, copied into `span` if necessary; values past the end are arbitrary.
fn vectors<'a>(values: &'a [f32], span: &'a mut Span) -> &'a [Lanes] {
    let (whole, rest) = values.as_chunks::<LANES>();
    if rest.is_empty() {
        return whole;
    }
    span.as_flattened_mut()[..values.len()].copy_from_slice(values);
    &span[..values.len().div_ceil(LANES)]
}
