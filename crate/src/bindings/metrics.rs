use super::{input, output};
use crate::kernels::metrics::class_weights::{self, Scheme};
use crate::kernels::metrics::curves::{self, Curve};
use crate::kernels::metrics::ranking::{self, RankingMetric};
use crate::kernels::metrics::stat_scores::{self, Counts, Statistic};
use crate::kernels::metrics::{self, encode, thresholds, Average};
use wasm_bindgen::prelude::wasm_bindgen;

// The codes are those of `ts/metrics/codes.ts`.

fn average_of(code: u32) -> Average {
    match code {
        0 => Average::None,
        1 => Average::Micro,
        2 => Average::Macro,
        _ => Average::Weighted,
    }
}

fn statistic_of(code: u32, beta: f64) -> Statistic {
    match code {
        0 => Statistic::FBeta { beta },
        1 => Statistic::Precision,
        2 => Statistic::Recall,
        3 => Statistic::Accuracy,
        4 => Statistic::HammingDistance,
        _ => Statistic::BalancedAccuracy,
    }
}

fn curve_of(code: u32) -> Curve {
    match code {
        0 => Curve::PrecisionRecall,
        _ => Curve::Roc,
    }
}

/// One result, or one for each label.
fn results(average: Average, labels: usize) -> usize {
    if average == Average::None {
        labels
    } else {
        1
    }
}

/// # Safety
/// The contract of [`super`]; all `length` long.
#[wasm_bindgen]
pub unsafe fn encode_labels(targets: *const f32, ignore: f32, codes: *mut u8, length: usize) -> usize {
    // SAFETY: the function's contract.
    unsafe { encode::encode_labels(input(targets, length), ignore, output(codes, length)) }
}

/// # Safety
/// The contract of [`super`]; `scores` has `length` elements.
#[wasm_bindgen]
pub unsafe fn outside_unit_interval(scores: *const f32, length: usize) -> bool {
    // SAFETY: the function's contract.
    encode::outside_unit_interval(unsafe { input(scores, length) })
}

/// # Safety
/// The contract of [`super`]; both `length` long.
#[wasm_bindgen]
pub unsafe fn metrics_merge(total: *mut f64, part: *const f64, length: usize) {
    // SAFETY: the function's contract.
    unsafe { metrics::merge(output(total, length), input(part, length)) }
}

/// # Safety
/// The contract of [`super`]; `state` has two elements, `out` one.
#[wasm_bindgen]
pub unsafe fn metrics_mean(state: *const [f64; 2], empty: f64, out: *mut f32) {
    // SAFETY: the function's contract.
    unsafe { output(out, 1)[0] = metrics::mean(input(state, 1)[0], empty) }
}

/// # Safety
/// The contract of [`super`]; `scores` and `codes` have `rows * labels` elements, `thresholds` `labels`, `state` four
/// times as many.
#[wasm_bindgen]
pub unsafe fn stat_scores_update(
    scores: *const f32,
    codes: *const u8,
    thresholds: *const f32,
    state: *mut Counts,
    rows: usize,
    labels: usize,
) {
    let shape = [rows, labels];
    // SAFETY: the function's contract.
    unsafe {
        let state = output(state, labels);
        stat_scores::update(input(scores, shape), input(codes, shape), input(thresholds, labels), state);
    }
}

/// # Safety
/// The contract of [`super`]; `state` has `4 * labels` elements, `out` `labels` for average none, otherwise one.
#[wasm_bindgen]
pub unsafe fn stat_scores_reduce(
    state: *const Counts,
    labels: usize,
    statistic: u32,
    beta: f64,
    average: u32,
    zero_division: f64,
    out: *mut f32,
) {
    let (statistic, average) = (statistic_of(statistic, beta), average_of(average));
    // SAFETY: the function's contract.
    unsafe {
        let out = output(out, results(average, labels));
        stat_scores::reduce(input(state, labels), statistic, average, zero_division, out);
    }
}

/// # Safety
/// The contract of [`super`]; `scores` and `codes` have `rows * labels` elements, `thresholds` `labels`, `state` two.
#[wasm_bindgen]
pub unsafe fn exact_match_update(
    scores: *const f32,
    codes: *const u8,
    thresholds: *const f32,
    state: *mut [f64; 2],
    rows: usize,
    labels: usize,
) {
    let shape = [rows, labels];
    // SAFETY: the function's contract.
    unsafe {
        let (thresholds, state) = (input(thresholds, labels), &mut output(state, 1)[0]);
        stat_scores::exact_match_update(input(scores, shape), input(codes, shape), thresholds, state);
    }
}

/// # Safety
/// The contract of [`super`]; `scores` and `codes` have `rows * labels` elements, `workspace` `2 * rows`, `out`
/// `labels` for average none, otherwise one.
#[wasm_bindgen]
pub unsafe fn curve_area(
    curve: u32,
    scores: *const f32,
    codes: *const u8,
    rows: usize,
    labels: usize,
    average: u32,
    out: *mut f32,
    workspace: *mut u32,
) {
    let (shape, average) = ([rows, labels], average_of(average));
    // SAFETY: the function's contract.
    unsafe {
        let (scores, codes) = (input(scores, shape), input(codes, shape));
        let (out, workspace) = (output(out, results(average, labels)), output(workspace, [2, rows]));
        curves::exact(curve_of(curve), scores, codes, labels, average, out, workspace);
    }
}

/// # Safety
/// The contract of [`super`]; `scores` and `codes` have `rows * labels` elements, `thresholds` `bins - 1`, `state`
/// `labels * bins * 2`.
#[wasm_bindgen]
pub unsafe fn binned_curve_update(
    scores: *const f32,
    codes: *const u8,
    thresholds: *const f32,
    state: *mut [f64; 2],
    rows: usize,
    labels: usize,
    bins: usize,
) {
    let shape = [rows, labels];
    // SAFETY: the function's contract.
    unsafe {
        let (thresholds, state) = (input(thresholds, bins.saturating_sub(1)), output(state, [labels, bins]));
        curves::binned_update(input(scores, shape), input(codes, shape), thresholds, state, labels);
    }
}

/// # Safety
/// The contract of [`super`]; `state` has `labels * bins * 2` elements, `out` `labels` for average none, otherwise one.
#[wasm_bindgen]
pub unsafe fn binned_curve_area(
    curve: u32,
    state: *const [f64; 2],
    labels: usize,
    bins: usize,
    average: u32,
    out: *mut f32,
) {
    let average = average_of(average);
    // SAFETY: the function's contract.
    unsafe {
        let out = output(out, results(average, labels));
        curves::binned(curve_of(curve), input(state, [labels, bins]), bins, average, out);
    }
}

/// `metric`: 0 average precision, 1 loss, 2 coverage, 3 precision among the first `k`.
///
/// # Safety
/// The contract of [`super`]; `scores` and `codes` have `rows * labels` elements, `state` two, `workspace` `2 * labels`.
#[wasm_bindgen]
pub unsafe fn ranking_update(
    metric: u32,
    k: f64,
    scores: *const f32,
    codes: *const u8,
    state: *mut [f64; 2],
    rows: usize,
    labels: usize,
    workspace: *mut u32,
) {
    let metric = match metric {
        0 => RankingMetric::AveragePrecision,
        1 => RankingMetric::Loss,
        2 => RankingMetric::Coverage,
        _ => RankingMetric::Precision { k },
    };
    let shape = [rows, labels];
    // SAFETY: the function's contract.
    unsafe {
        let (state, workspace) = (&mut output(state, 1)[0], output(workspace, [2, labels]));
        ranking::update(metric, input(scores, shape), input(codes, shape), labels, state, workspace);
    }
}

/// False where a probability is NaN.
///
/// # Safety
/// The contract of [`super`]; `probabilities` and `codes` have `rows * labels` elements, `thresholds` and `best`
/// `labels`, `workspace` `2 * rows`.
#[wasm_bindgen]
pub unsafe fn tune_thresholds(
    probabilities: *const f32,
    codes: *const u8,
    rows: usize,
    labels: usize,
    statistic: u32,
    beta: f64,
    thresholds: *mut f32,
    best: *mut f32,
    workspace: *mut u32,
) -> bool {
    let shape = [rows, labels];
    // SAFETY: the function's contract.
    unsafe {
        let (probabilities, codes) = (input(probabilities, shape), input(codes, shape));
        let (thresholds, best) = (output(thresholds, labels), output(best, labels));
        let (statistic, workspace) = (statistic_of(statistic, beta), output(workspace, [2, rows]));
        thresholds::tune(probabilities, codes, statistic, thresholds, best, workspace)
    }
}

/// `scheme`: 0 balanced, 1 inverse, 2 inverse square root, 3 effective number, 4 negatives per positive.
///
/// # Safety
/// The contract of [`super`]; `codes` has `rows * labels` elements, `weights` `labels`, `counts` twice as many.
#[wasm_bindgen]
pub unsafe fn class_weights(
    codes: *const u8,
    rows: usize,
    labels: usize,
    scheme: u32,
    beta: f64,
    counts: *mut [f64; 2],
    weights: *mut f32,
) {
    let scheme = match scheme {
        0 => Scheme::Balanced,
        1 => Scheme::Inverse,
        2 => Scheme::InverseSqrt,
        3 => Scheme::EffectiveNumber { beta },
        _ => Scheme::PosWeight,
    };
    // SAFETY: the function's contract.
    unsafe {
        let (counts, weights) = (output(counts, labels), output(weights, labels));
        class_weights::class_weights(input(codes, [rows, labels]), scheme, counts, weights);
    }
}
