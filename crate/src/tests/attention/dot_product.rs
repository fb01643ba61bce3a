//! Attention against its definition in float64, and its gradients against the definition of theirs.

use crate::kernels::attention::dot_product::{backward, forward, Gradients, Mask, Operands, Rule, Sizes};

/// Reproducible values in [-1, 1).
fn values(length: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..length).map(|_| next()).collect()
}

fn close(got: &[f32], want: &[f64], what: &str) {
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        assert!(
            (f64::from(*got) - want).abs() < 2e-6 * (1.0 + want.abs()),
            "{what}[{i}] is {got}, not {want}"
        );
    }
}

fn check(sizes: Sizes, causal: bool, has_mask: bool) {
    let Sizes { count, queries, keys, width, values: columns } = sizes;
    let query = values(count * queries * width, 1);
    let key = values(count * keys * width, 2);
    let value = values(count * keys * columns, 3);
    let upstream = values(count * queries * columns, 4);
    // One mask for every two pairs; the first query sees nothing.
    let mut bias = values(count.div_ceil(2) * queries * keys, 5);
    bias.iter_mut().take(keys).for_each(|bias| *bias = f32::NEG_INFINITY);
    let starts: Vec<u32> = (0..count).map(|i| (i / 2 * queries * keys) as u32).collect();
    let mask = has_mask.then_some(Mask { values: &bias, starts: &starts, stride: keys });
    let scale = 0.7;

    let mut workspace = vec![f32::NAN; 3 * sizes.workspace()];
    let mut weights = vec![f32::NAN; count * queries * keys];
    let mut scores = vec![0.0; weights.len()];
    let mut out = vec![f32::NAN; upstream.len()];
    let operands = Operands { query: &query, key: &key, value: &value };
    forward(operands, Rule { scale, mask, causal }, &mut weights, &mut out, &mut workspace, sizes);
    let mut gradients = [query.len(), key.len(), value.len()].map(|length| vec![f32::NAN; length]);
    let [query_gradient, key_gradient, value_gradient] = &mut gradients;
    let wanted =
        Gradients { query: Some(query_gradient), key: Some(key_gradient), value: Some(value_gradient) };
    backward(&upstream, operands, &weights, scale, wanted, &mut workspace, sizes);

    let at = |x: &[f32], i: usize, row: usize, column: usize, [rows, columns]: [usize; 2]| {
        f64::from(x[(i * rows + row) * columns + column])
    };
    let mut want = vec![0.0; out.len()];
    let mut towards = [query.len(), key.len(), value.len()].map(|length| vec![0.0; length]);
    for i in 0..count {
        for q in 0..queries {
            let score = |k: usize| {
                let product: f64 = (0..width)
                    .map(|e| at(&query, i, q, e, [queries, width]) * at(&key, i, k, e, [keys, width]))
                    .sum();
                let bias =
                    if has_mask { f64::from(bias[i / 2 * queries * keys + q * keys + k]) } else { 0.0 };
                if causal && k > q {
                    f64::NEG_INFINITY
                } else {
                    product * f64::from(scale) + bias
                }
            };
            let row: Vec<f64> = (0..keys).map(score).collect();
            let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let exps: Vec<f64> =
                row.iter().map(|s| if most.is_finite() { (s - most).exp() } else { 0.0 }).collect();
            let total = exps.iter().sum::<f64>().max(f64::MIN_POSITIVE);
            let weight = |k: usize| exps[k] / total;
            let slope = |k: usize| -> f64 {
                (0..columns)
                    .map(|v| {
                        at(&upstream, i, q, v, [queries, columns]) * at(&value, i, k, v, [keys, columns])
                    })
                    .sum()
            };
            let mean: f64 = (0..keys).map(|k| weight(k) * slope(k)).sum();
            for k in 0..keys {
                scores[(i * queries + q) * keys + k] = weight(k);
                for v in 0..columns {
                    want[(i * queries + q) * columns + v] += weight(k) * at(&value, i, k, v, [keys, columns]);
                    towards[2][(i * keys + k) * columns + v] +=
                        weight(k) * at(&upstream, i, q, v, [queries, columns]);
                }
                let slope = weight(k) * (slope(k) - mean) * f64::from(scale);
                for e in 0..width {
                    towards[0][(i * queries + q) * width + e] += slope * at(&key, i, k, e, [keys, width]);
                    towards[1][(i * keys + k) * width + e] += slope * at(&query, i, q, e, [queries, width]);
                }
            }
        }
    }
    if columns > 0 {
        close(&weights, &scores, "weights");
    }
    close(&out, &want, "out");
    for (got, want) in gradients.iter().zip(&towards) {
        close(got, want, "gradient");
    }
}

#[test]
fn of_every_shape() {
    for (count, queries, keys, width, values) in [
        (1, 1, 1, 1, 1),
        (3, 5, 7, 9, 2),
        (11, 17, 6, 5, 8),
        (9, 33, 65, 8, 3),
        (2, 3, 0, 4, 5),
        (2, 0, 3, 4, 5),
        (0, 2, 3, 4, 5),
        (2, 4, 3, 0, 5),
        (2, 4, 3, 5, 0),
        (20, 70, 70, 16, 16),
    ] {
        for (causal, has_mask) in [(false, false), (true, false), (false, true), (true, true)] {
            check(Sizes { count, queries, keys, width, values }, causal, has_mask);
        }
    }
}
