//! Scaled dot-product attention, `softmax(scale Q Kᵀ + mask) V`, and its gradients.
//!
//! One pair of matrices after the other, so that its weights stay in the cache between the two products.

use crate::kernels::elementwise::rows::{combine, map_in_place};
use crate::kernels::linear::gemm::{gemm, Dims, WORKSPACE_OF_THREAD};
use crate::kernels::reduce::max::maximum;
use crate::kernels::reduce::sum::{sum, sum_of_pairs};
use crate::math;
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::F32x4;

/// From so many pairs on each has one thread; fewer have all threads each.
const MANY: usize = 8;
/// The work of one weight's softmax, in elements of a simple map.
const COST: usize = 4;
/// Multiply-adds in the time of one element of a simple map.
const PER_ELEMENT: usize = 8;

/// Sizes: `count` times Q [queries, width], K [keys, width] and V [keys, values].
#[derive(Clone, Copy)]
pub struct Sizes {
    pub count: usize,
    pub queries: usize,
    pub keys: usize,
    pub width: usize,
    pub values: usize,
}

/// What is added to the scores: rows of `values`, for pair `i` from `starts[i]` on, `stride` apart.
#[derive(Clone, Copy)]
pub struct Mask<'a> {
    pub values: &'a [f32],
    pub starts: &'a [u32],
    pub stride: usize,
}

/// How scores become weights. With `causal`, query i sees keys 0 to i alone.
#[derive(Clone, Copy)]
pub struct Rule<'a> {
    pub scale: f32,
    pub mask: Option<Mask<'a>>,
    pub causal: bool,
}

/// Q, K and V, one after the other.
#[derive(Clone, Copy)]
pub struct Operands<'a> {
    pub query: &'a [f32],
    pub key: &'a [f32],
    pub value: &'a [f32],
}

/// Gradients that are wanted.
pub struct Gradients<'a> {
    pub query: Option<&'a mut [f32]>,
    pub key: Option<&'a mut [f32]>,
    pub value: Option<&'a mut [f32]>,
}

impl Sizes {
    /// How many pairs one job takes.
    fn pairs_per_job(self) -> usize {
        let products = self.keys.saturating_mul(self.width.saturating_add(self.values)) / PER_ELEMENT;
        let cost = self.queries.saturating_mul(products.saturating_add(self.keys.saturating_mul(COST)));
        items_per_job(self.count, cost)
    }

    /// Floats of workspace for each thread: that of [`gemm()`], and one pair's weights.
    pub fn workspace(self) -> usize {
        WORKSPACE_OF_THREAD.saturating_add(self.queries.saturating_mul(self.keys))
    }
}

/// Fills `weights` [count, queries, keys] and `out` [count, queries, values]. A query that sees no key has weights 0.
pub fn forward(
    operands: Operands,
    rule: Rule,
    weights: &mut [f32],
    out: &mut [f32],
    workspace: &mut [f32],
    sizes: Sizes,
) {
    let Sizes { count, queries, keys, width, values } = sizes;
    if out.is_empty() || keys == 0 {
        weights.fill(0.0);
        return out.fill(0.0);
    }
    let pair = |i: usize, weights: &mut [f32], out: &mut [f32], workspace: &mut [f32]| {
        let query = part(operands.query, i, queries * width);
        let key = part(operands.key, i, keys * width);
        let dims = Dims { m: queries, n: keys, k: width, a_transposed: false, b_transposed: true };
        gemm(query, key, None, weights, workspace, dims);
        soften(i, weights, keys, rule);
        let dims = Dims { m: queries, n: values, k: keys, a_transposed: false, b_transposed: false };
        gemm(weights, part(operands.value, i, keys * values), None, out, workspace, dims);
    };
    let (weights_size, out_size) = (queries * keys, queries * values);
    if count < MANY {
        let outs = out.chunks_exact_mut(out_size);
        for (i, (weights, out)) in weights.chunks_exact_mut(weights_size).zip(outs).enumerate() {
            pair(i, weights, out, workspace);
        }
        return;
    }
    let pairs = sizes.pairs_per_job();
    let parts = (chunks(weights, pairs * weights_size), chunks(out, pairs * out_size));
    parallel::for_each_with(parts, workspace, sizes.workspace(), |job, (weights, out), workspace| {
        let outs = out.chunks_exact_mut(out_size);
        for (i, (weights, out)) in weights.chunks_exact_mut(weights_size).zip(outs).enumerate() {
            pair(job * pairs + i, weights, out, workspace);
        }
    });
}

/// The gradients from `upstream` [count, queries, values]: with P the weights, `dV = Pᵀ dO`, `dP = dO Vᵀ`,
/// `dS = scale P (dP - Σ dP P)`, `dQ = dS K`, `dK = dSᵀ Q`.
pub fn backward(
    upstream: &[f32],
    operands: Operands,
    weights: &[f32],
    scale: f32,
    gradients: Gradients,
    workspace: &mut [f32],
    sizes: Sizes,
) {
    let Sizes { count, queries, keys, width, values } = sizes;
    let Gradients { query, key, value } = gradients;
    if queries == 0 || keys == 0 || values == 0 || count == 0 {
        [query, key, value].into_iter().flatten().for_each(|gradient| gradient.fill(0.0));
        return;
    }
    let towards_scores = query.is_some() || key.is_some();
    let pair = |i: usize, [query, key, value]: [Option<&mut [f32]>; 3], workspace: &mut [f32]| {
        let (scores, workspace) = workspace.split_at_mut(queries * keys);
        let upstream = part(upstream, i, queries * values);
        let weights = part(weights, i, queries * keys);
        if let Some(gradient) = value {
            let dims = Dims { m: keys, n: values, k: queries, a_transposed: true, b_transposed: false };
            gemm(weights, upstream, None, gradient, workspace, dims);
        }
        if towards_scores {
            let dims = Dims { m: queries, n: keys, k: values, a_transposed: false, b_transposed: true };
            gemm(upstream, part(operands.value, i, keys * values), None, scores, workspace, dims);
            soften_backward(weights, scores, keys, scale);
        }
        if let Some(gradient) = query {
            let dims = Dims { m: queries, n: width, k: keys, a_transposed: false, b_transposed: false };
            gemm(scores, part(operands.key, i, keys * width), None, gradient, workspace, dims);
        }
        if let Some(gradient) = key {
            let dims = Dims { m: keys, n: width, k: queries, a_transposed: true, b_transposed: false };
            gemm(scores, part(operands.query, i, queries * width), None, gradient, workspace, dims);
        }
    };
    let lengths = [queries * width, keys * width, keys * values];
    let gradients = [query, key, value];
    if count < MANY {
        let mut rest = gradients;
        for i in 0..count {
            let parts = std::array::from_fn(|k| take(&mut rest[k], lengths[k]));
            pair(i, parts, workspace);
        }
        return;
    }
    let pairs = sizes.pairs_per_job();
    let [query, key, value] = gradients.map(|gradient| gradient.filter(|elements| !elements.is_empty()));
    // Without any there are no parts that would say how many jobs there are.
    if query.is_none() && key.is_none() && value.is_none() {
        return;
    }
    let parts = (
        query.map(|gradient| chunks(gradient, pairs * lengths[0])),
        (
            key.map(|gradient| chunks(gradient, pairs * lengths[1])),
            value.map(|gradient| chunks(gradient, pairs * lengths[2])),
        ),
    );
    parallel::for_each_with(parts, workspace, sizes.workspace(), |job, (query, (key, value)), workspace| {
        let mut rest = [query, key, value];
        for i in job * pairs..count.min((job + 1) * pairs) {
            let parts = std::array::from_fn(|k| take(&mut rest[k], lengths[k]));
            pair(i, parts, workspace);
        }
    });
}

/// The `i`-th of matrices of so many elements.
fn part(x: &[f32], i: usize, size: usize) -> &[f32] {
    &x[i * size..][..size]
}

/// The first `length` elements; the rest stays.
fn take<'a>(x: &mut Option<&'a mut [f32]>, length: usize) -> Option<&'a mut [f32]> {
    let (first, rest) = x.take()?.split_at_mut(length);
    *x = Some(rest);
    Some(first)
}

/// Turns scores into weights, row by row, on all threads.
fn soften(i: usize, weights: &mut [f32], keys: usize, Rule { scale, mask, causal }: Rule) {
    let rows = items_per_job(weights.len() / keys, keys.saturating_mul(COST));
    parallel::for_each(chunks(weights, rows * keys), |job, weights| {
        for (row, weights) in (job * rows..).zip(weights.chunks_exact_mut(keys)) {
            let seen = if causal { keys.min(row + 1) } else { keys };
            let (seen, unseen) = weights.split_at_mut(seen);
            unseen.fill(0.0);
            match mask {
                None => map_in_place(seen, |score| score * F32x4::splat(scale)),
                Some(Mask { values, starts, stride }) => {
                    let bias = &values[starts[i] as usize + row * stride..][..seen.len()];
                    combine(seen, bias, |score, bias| score * F32x4::splat(scale) + bias);
                }
            }
            softmax(seen);
        }
    });
}

/// Softmax in place; 0 where all are -inf.
fn softmax(x: &mut [f32]) {
    let most = maximum(x);
    if most == f32::NEG_INFINITY && x.iter().all(|&x| x == most) {
        return x.fill(0.0);
    }
    let most = F32x4::splat(most);
    let exp_negative = math::exp_negative();
    map_in_place(x, |x| exp_negative(most - x));
    let total = F32x4::splat((1.0 / sum(x)) as f32);
    map_in_place(x, |e| e * total);
}

/// Turns the gradients of weights into those of scores before the scale, row by row, on all threads.
fn soften_backward(weights: &[f32], gradient: &mut [f32], keys: usize, scale: f32) {
    let rows = items_per_job(gradient.len() / keys, keys.saturating_mul(COST));
    parallel::for_each(chunks(gradient, rows * keys), |job, gradient| {
        let weights = &weights[job * rows * keys..];
        for (weights, gradient) in weights.chunks_exact(keys).zip(gradient.chunks_exact_mut(keys)) {
            let mean = F32x4::splat(sum_of_pairs(weights, gradient, |weight, up| weight * up) as f32);
            let scale = F32x4::splat(scale);
            combine(gradient, weights, |up, weight| weight * (up - mean) * scale);
        }
    });
}
