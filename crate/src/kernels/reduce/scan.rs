//! Cumulative sums, products and logarithms of sums of exponentials along one axis of `[outer, axis, inner]`, in float64.

use super::axis::Axis;
use super::product::times;
use super::strips::STRIP;
use crate::kernels::elementwise::integer::store;

/// What is accumulated.
#[derive(Clone, Copy)]
pub enum Scan {
    Sum,
    Product,
    LogSumExp,
}

/// `out[k] = x[0] ∘ … ∘ x[k]` along the axis, or `x[k] ∘ … ∘ x[axis - 1]` if `reverse`.
pub fn scan(x: &[f32], out: &mut [f32], kind: Scan, reverse: bool, dims: Axis) {
    let write = |total: f64, out: &mut f32| *out = total as f32;
    match kind {
        Scan::Sum => lines(x, out, 0.0, reverse, dims, |sum, x| sum + f64::from(x), write),
        Scan::Product => lines(x, out, 1.0, reverse, dims, |product, x| product * f64::from(x), write),
        Scan::LogSumExp => {
            let start = f64::NEG_INFINITY;
            lines(x, out, start, reverse, dims, |total, x| log_add_exp(total, f64::from(x)), write)
        }
    }
}

/// `log(exp(a) + exp(b))`.
fn log_add_exp(a: f64, b: f64) -> f64 {
    let (least, most) = if a < b { (a, b) } else { (b, a) };
    if least == most && least.is_infinite() {
        return least;
    }
    most + libm::log1p(libm::exp(least - most))
}

/// Cumulative sums or products of int32; false if one does not fit.
pub fn integer_scan(x: &[i32], out: &mut [i32], product: bool, dims: Axis) -> bool {
    let mut fits = true;
    let write = |total, out: &mut i32| store(total, out, &mut fits);
    if product {
        lines(x, out, 1, false, dims, times, write);
    } else {
        // No more elements than fit memory: far from the bounds of int64.
        lines(x, out, 0, false, dims, |total, x| total + i64::from(x), write);
    }
    fits
}

/// The index of the last of the greatest keys so far, or of the least if `least`. Among keys of floats NaN, the greatest, comes
/// before all others in both.
pub fn cumulative_extreme(keys: &[u32], indices: &mut [i32], least: bool, floats: bool, dims: Axis) {
    // No key is less than the first state's.
    let step = |(best, at, k): (u32, i32, i32), key| {
        if key >= best {
            (key, k, k + 1)
        } else {
            (best, at, k + 1)
        }
    };
    let write = |(_, at, _), index: &mut i32| *index = at;
    if least {
        let rank = |key: u32| if floats && key == u32::MAX { key } else { !key };
        lines(keys, indices, (0, 0, 0), false, dims, |state, key| step(state, rank(key)), write);
    } else {
        lines(keys, indices, (0, 0, 0), false, dims, step, write);
    }
}

/// Walks each line with a state of its own, which starts at `start`: `write(state = step(state, x), out)`.
fn lines<T: Copy, State: Copy, R>(
    x: &[T],
    out: &mut [R],
    start: State,
    reverse: bool,
    Axis { axis, inner, .. }: Axis,
    step: impl Fn(State, T) -> State,
    mut write: impl FnMut(State, &mut R),
) {
    if x.is_empty() {
        return;
    }
    let row = |k: usize| if reverse { axis - 1 - k } else { k };
    for (x, out) in x.chunks_exact(axis * inner).zip(out.chunks_exact_mut(axis * inner)) {
        if inner == 1 {
            let mut state = start;
            for k in 0..axis {
                state = step(state, x[row(k)]);
                write(state, &mut out[row(k)]);
            }
            continue;
        }
        for column in (0..inner).step_by(STRIP) {
            let width = STRIP.min(inner - column);
            let mut states = [start; STRIP];
            for k in 0..axis {
                let at = row(k) * inner + column;
                let pairs = x[at..][..width].iter().zip(&mut out[at..][..width]);
                for (state, (&x, out)) in states.iter_mut().zip(pairs) {
                    *state = step(*state, x);
                    write(*state, out);
                }
            }
        }
    }
}

/// The gradient of cumulative products: `gradient[i] = Σ_{k >= i} upstream[k] Π_{j <= k, j != i} x[j]`. If `whole`, of the
/// last product alone, so that the axis of `upstream` has one element. `later` has room for one line.
pub fn product_backward(
    upstream: &[f32],
    x: &[f32],
    whole: bool,
    gradient: &mut [f32],
    later: &mut [f64],
    dims: Axis,
) {
    if gradient.is_empty() {
        return;
    }
    let Axis { outer, axis, inner } = dims;
    for line in 0..outer * inner {
        let (block, column) = (line / inner, line % inner);
        let at = |k: usize| (block * axis + k) * inner + column;
        let up = |k: usize| match (whole, k + 1 == axis) {
            (true, true) => f64::from(upstream[line]),
            (true, false) => 0.0,
            _ => f64::from(upstream[at(k)]),
        };
        // later[i] = Σ_{k >= i} upstream[k] Π_{i < j <= k} x[j]
        let mut sum = 0.0;
        for k in (0..axis).rev() {
            sum += up(k);
            later[k] = sum;
            sum *= f64::from(x[at(k)]);
        }
        let mut before = 1.0;
        for (k, later) in later[..axis].iter().enumerate() {
            gradient[at(k)] = (before * later) as f32;
            before *= f64::from(x[at(k)]);
        }
    }
}
