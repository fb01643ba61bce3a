//! The multi-label soft margin loss and its gradient, fused in one pass over logits and targets.
//!
//! Per element, with a = |x| and u = exp(-a):
//!
//! ```text
//! c    = x >= 0 ? 1 - y : y
//! loss = w (a c + log1p(u))                = -w (y log σ(x) + (1 - y) log σ(-x))
//! grad = w (x >= 0 ? c - q : q - c)        = w (σ(x) - y),   q = u / (1 + u)
//! ```
//!
//! No term cancels, so both stay right at any logit. `a c` counts as 0 where c is 0: an infinite
//! logit that agrees with its label costs nothing. A row's loss is the mean over its classes.

use super::fused_loss::Reduction;
use super::labels::{Dense, Labels, Positives, Target, SPAN};
use crate::math::{exp_negative, log1p_unit};
use crate::simd::{held, load_partial, store_partial, F32x4, BLOCK, LANES};

/// Shape of one call: logits and targets are `rows * classes`, row-major.
#[derive(Clone, Copy)]
pub struct Dims {
    pub rows: usize,
    pub classes: usize,
    pub reduction: Reduction,
}

/// Weights of the classes (`classes` long, the same for every row) or of each element.
#[derive(Clone, Copy)]
pub enum Weight<'a> {
    None,
    PerClass(&'a [f32]),
    PerElement(&'a [f32]),
}

/// Vectors of losses that are summed in float32 before the sum goes to float64: few enough that
/// equal losses, whose roundings all point one way, keep seven digits.
const FLOAT_TERMS: usize = 16;
/// A span's worth of lanes.
type Vectors = [[f32; LANES]; SPAN / LANES];
/// Rows up to this long are taken 16 at a time, as one run of `16 * classes` consecutive elements.
const SHORT_ROW: usize = SPAN / BLOCK;

/// The loss; `out` takes one value, or `rows` of them for [`Reduction::None`]. Returns the total
/// that `out` rounds (0 for `None`).
///
/// Where `gradient` is given it takes d(result)/d(logit); for `None`, d(row's loss)/d(logit).
pub fn forward<T: Target>(
    logits: &[f32],
    targets: &[T],
    weight: Weight,
    gradient: Option<&mut [f32]>,
    out: &mut [f32],
    dims: Dims,
) -> f64 {
    with_labels(logits, Dense(targets), weight, gradient, out, dims)
}

/// The same, bit for bit, with 1 as the target at the positives and 0 elsewhere.
pub fn forward_positives(
    logits: &[f32],
    positives: Positives,
    weight: Weight,
    gradient: Option<&mut [f32]>,
    out: &mut [f32],
    dims: Dims,
) -> f64 {
    with_labels(logits, positives, weight, gradient, out, dims)
}

fn with_labels<Y: Labels>(
    logits: &[f32],
    targets: Y,
    weight: Weight,
    gradient: Option<&mut [f32]>,
    out: &mut [f32],
    dims: Dims,
) -> f64 {
    let total = match (weight, gradient) {
        (Weight::None, None) => over_rows::<Y, false, false>(logits, targets, weight, &mut [], out, dims),
        (Weight::None, Some(g)) => over_rows::<Y, false, true>(logits, targets, weight, g, out, dims),
        (_, None) => over_rows::<Y, true, false>(logits, targets, weight, &mut [], out, dims),
        (_, Some(g)) => over_rows::<Y, true, true>(logits, targets, weight, g, out, dims),
    };
    // As torch: the empty mean is NaN, the empty sum is 0, and a row without classes is NaN.
    let result = match dims.reduction {
        Reduction::None => return 0.0,
        _ if dims.rows > 0 && dims.classes == 0 => f64::NAN,
        Reduction::Mean => total / dims.classes as f64 / dims.rows as f64,
        Reduction::Sum => total / dims.classes.max(1) as f64,
    };
    out[0] = result as f32;
    result
}

/// Walks the rows in the largest runs that the weights and the reduction allow; the sum of all
/// weighted element losses, or with `Reduction::None` the rows' means in `out`.
fn over_rows<Y: Labels, const WEIGHTED: bool, const GRADIENT: bool>(
    logits: &[f32],
    mut targets: Y,
    weight: Weight,
    gradient: &mut [f32],
    out: &mut [f32],
    dims: Dims,
) -> f64 {
    let Dims { rows, classes, reduction } = dims;
    if classes == 0 {
        out[..if reduction == Reduction::None { rows } else { 0 }].fill(f32::NAN);
        return 0.0;
    }
    let divisor = classes as f64 * if reduction == Reduction::Mean { rows as f64 } else { 1.0 };
    let scale = F32x4::splat((1.0 / divisor) as f32);
    let by_row = reduction == Reduction::None;
    let per_class = matches!(weight, Weight::PerClass(_));

    // The class weights of a whole run, repeated once here instead of row by row.
    let mut tiled = [0.0; SPAN];
    let run_rows = match (by_row || per_class, classes <= SHORT_ROW) {
        (false, _) => rows,
        (true, true) => BLOCK,
        (true, false) => 1,
    };
    if let (Weight::PerClass(weights), true) = (weight, classes <= SHORT_ROW) {
        for row in tiled.chunks_exact_mut(classes) {
            row.copy_from_slice(weights);
        }
    }

    let mut losses = [[0.0; LANES]; SPAN / LANES];
    let mut exponentials = [[0.0; LANES]; SPAN / LANES];
    let mut total = 0.0;
    for first in (0..rows).step_by(run_rows.max(1)) {
        let last = (first + run_rows).min(rows);
        let run = first * classes..last * classes;
        let x = &logits[run.clone()];
        let w = match weight {
            Weight::None => &[][..],
            Weight::PerClass(weights) if run_rows == 1 => weights,
            Weight::PerClass(_) => &tiled[..x.len()],
            Weight::PerElement(weights) => &weights[run.clone()],
        };
        let g = if GRADIENT { &mut gradient[run.clone()] } else { &mut [][..] };
        if by_row && run_rows > 1 {
            let y = targets.span(run.start, x.len());
            elements::<Y::Element, WEIGHTED, GRADIENT>(x, y, w, g, scale, &mut exponentials, &mut losses);
            let losses = &losses.as_flattened()[..x.len()];
            for (row, mean) in losses.chunks_exact(classes).zip(&mut out[first..last]) {
                let sum: f64 = row.iter().map(|&loss| f64::from(loss)).sum();
                *mean = (sum / classes as f64) as f32;
            }
        } else {
            let y = (&mut targets, run.start);
            let sum = sum_of_elements::<Y, WEIGHTED, GRADIENT>(x, y, w, g, scale, &mut exponentials);
            if by_row {
                out[first] = (sum / classes as f64) as f32;
            }
            total += sum;
        }
    }
    total
}

/// The next `length` weights of a run, or none where there are none.
#[inline(always)]
fn weights_at<const WEIGHTED: bool>(w: &[f32], start: usize, length: usize) -> &[f32] {
    if WEIGHTED {
        &w[start..start + length]
    } else {
        &[]
    }
}

/// Gradients of a run, and the float64 sum of its losses, in spans of 512. With the targets comes
/// where the run starts among them.
// Not inlined: one function per inner loop gives the engine's register allocator a fair chance.
#[inline(never)]
fn sum_of_elements<Y: Labels, const WEIGHTED: bool, const GRADIENT: bool>(
    x: &[f32],
    (targets, first): (&mut Y, usize),
    w: &[f32],
    g: &mut [f32],
    scale: F32x4,
    exponentials: &mut Vectors,
) -> f64 {
    let mut total = 0.0;
    let mut sums = F32x4::splat(0.0);
    for start in (0..x.len()).step_by(SPAN) {
        let length = SPAN.min(x.len() - start);
        span::<Y::Element, WEIGHTED, GRADIENT>(
            &x[start..start + length],
            targets.span(first + start, length),
            weights_at::<WEIGHTED>(w, start, length),
            if GRADIENT { &mut g[start..start + length] } else { &mut [] },
            scale,
            exponentials,
            |at, loss| {
                sums = sums + loss;
                if at % FLOAT_TERMS == FLOAT_TERMS - 1 {
                    total += sums.sum_f64();
                    sums = F32x4::splat(0.0);
                }
            },
        );
    }
    total + sums.sum_f64()
}

/// Gradients and losses of a run of at most [`SPAN`] elements, each loss on its own.
#[inline(never)]
fn elements<T: Target, const WEIGHTED: bool, const GRADIENT: bool>(
    x: &[f32],
    y: &[T],
    w: &[f32],
    g: &mut [f32],
    scale: F32x4,
    exponentials: &mut Vectors,
    losses: &mut Vectors,
) {
    span::<T, WEIGHTED, GRADIENT>(x, y, w, g, scale, exponentials, |at, loss| loss.store(&mut losses[at]));
}

/// The arithmetic: hands the losses of lanes `4 at .. 4 at + 4` to `sink`, 0 in lanes past the end.
#[inline(always)]
fn span<T: Target, const WEIGHTED: bool, const GRADIENT: bool>(
    x: &[f32],
    y: &[T],
    w: &[f32],
    g: &mut [f32],
    scale: F32x4,
    exponentials: &mut Vectors,
    mut sink: impl FnMut(usize, F32x4),
) {
    let (x_vectors, x_rest) = x.as_chunks::<LANES>();
    let (y_vectors, y_rest) = y.as_chunks::<LANES>();
    let (w_vectors, w_rest) = w.as_chunks::<LANES>();
    let (g_vectors, g_rest) = g.as_chunks_mut::<LANES>();

    // Two loops, the exponentials waiting in the first-level cache between them: each has half of
    // the dependency chain, and its constants fit the 15 vector registers that V8 has.
    let exp_negative = exp_negative();
    for (x, u) in x_vectors.iter().zip(exponentials.iter_mut()) {
        exp_negative(F32x4::load(x).abs()).store(u);
    }
    let element = element();
    for (i, ((x, y), u)) in x_vectors.iter().zip(y_vectors).zip(exponentials.iter()).enumerate() {
        let (loss, gradient) = element(F32x4::load(x), T::load(y), F32x4::load(u));
        let factor = if WEIGHTED { F32x4::load(&w_vectors[i]) } else { F32x4::splat(1.0) };
        sink(i, if WEIGHTED { loss * factor } else { loss });
        if GRADIENT {
            (gradient * if WEIGHTED { factor * scale } else { scale }).store(&mut g_vectors[i]);
        }
    }
    if !x_rest.is_empty() {
        // Padded so that a missing lane costs exactly 0: logit -inf, label 0.
        let x = load_partial(x_rest, f32::NEG_INFINITY);
        let y = std::array::from_fn(|i| y_rest.get(i).copied().unwrap_or_default());
        let factor = if WEIGHTED { load_partial(w_rest, 1.0) } else { F32x4::splat(1.0) };
        let (loss, gradient) = element(x, T::load(&y), exp_negative(x.abs()));
        sink(x_vectors.len(), if WEIGHTED { loss * factor } else { loss });
        if GRADIENT {
            store_partial(gradient * if WEIGHTED { factor * scale } else { scale }, g_rest);
        }
    }
}

/// Loss and gradient of four elements, before weight and scale; `u = exp(-|x|)`.
#[inline(always)]
fn element() -> impl Fn(F32x4, F32x4, F32x4) -> (F32x4, F32x4) {
    let [one, sign_bit, all_bits] = held([1.0, -0.0, f32::from_bits(u32::MAX)]);
    let log1p_unit = log1p_unit();
    move |x, y, u| {
        let sign = x & sign_bit;
        // (1 or 0) minus ±y: c without a branch. As int32, all bits are -1.
        let c = (one & x.bits_greater(all_bits)) - (y ^ sign);
        let margin = x.abs() & c.ne(F32x4::splat(0.0));
        let loss = margin.mul_add(c, log1p_unit(u));
        let gradient = (c - u / (one + u)) ^ sign;
        (loss, gradient)
    }
}
