/** How the kernels of metrics are called. */
import { bytes, FEW, flavours, indices, out, outBytes, outIntegers, product, SIZES, tame } from './inputs.js'
import type { Check } from './kernels.js'

/** A state of float64 zeros, as bytes: what is compared are bits. */
const state = (length: number) => new Uint8Array(8 * length)
/** Codes 0, 1 and 2. */
const codes = bytes
const probabilities = (length: number) => tame(length).map((x) => Math.abs(x) / 4)
const shapes = () => product(FEW, [1, 2, 3, 5, 17], [...flavours, probabilities])
const averages = [0, 1, 2, 3]
const results = (average: number, labels: number) => out(average === 0 ? labels : 1)
const ascending = (length: number) => Float32Array.from({ length }, (_, i) => (i + 1) / (length + 1))

/** Kernels that compare scores with a threshold for each label. */
function decisions(stateLength: (labels: number) => number) {
  return (check: Check) => {
    for (const [rows, labels, values] of shapes()) {
      const [n, sums] = [rows * labels, state(stateLength(labels))]
      check(values(n), codes(n), values(labels), sums, rows, labels)
    }
  }
}

export const metrics: Record<string, (check: Check) => void> = {
  encode_labels(check) {
    for (const [n, ignore] of product(SIZES, [Number.NaN, 0, 2, Number.POSITIVE_INFINITY])) {
      check(Float32Array.from(bytes(n)), ignore, outBytes(n), n)
      check(
        Float32Array.from(bytes(n), (byte) => (byte === 2 ? ignore : byte % 2)),
        ignore,
        outBytes(n),
        n,
      )
    }
  },
  metrics_merge(check) {
    for (const n of SIZES) {
      const [total, part] = [tame(n), tame(n)].map((x) => new Uint8Array(Float64Array.from(x).buffer))
      check(total, part, n)
    }
  },
  metrics_mean(check) {
    for (const sums of [Float64Array.of(0, 0), Float64Array.of(2, 3)]) {
      check(new Uint8Array(sums.buffer), 1, out(1))
    }
  },

  stat_scores_update: decisions((labels) => 4 * labels),
  exact_match_update: decisions(() => 2),
  stat_scores_reduce(check) {
    const counts = (labels: number) => Float64Array.from({ length: 4 * labels }, (_, i) => (i * 7) % 5)
    for (const [labels, statistic, average] of product([1, 2, 5], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], averages)) {
      const sums = new Uint8Array(counts(labels).buffer)
      check(sums, labels, statistic, 0.7, average, 1, results(average, labels))
    }
  },

  stat_scores_columns(check) {
    for (const [labels, average, isInteger] of product([1, 2, 5], averages, [true, false])) {
      const counts = Float64Array.from({ length: 4 * labels }, (_, i) => (i * 7) % 5)
      const results = out(average === 0 ? 5 * labels : 5)
      const ways = isInteger ? [0, new Int32Array(results.length)] : [results, 0]
      check(new Uint8Array(counts.buffer), labels, average, ...ways)
    }
  },
  stat_scores_matrix(check) {
    for (const [labels, normalize, isInteger] of product([1, 2, 5], [0, 1, 2, 3], [true, false])) {
      const counts = Float64Array.from({ length: 4 * labels }, (_, i) => (i * 7) % 5)
      const ways = isInteger ? [0, new Int32Array(4 * labels)] : [out(4 * labels), 0]
      check(new Uint8Array(counts.buffer), labels, normalize, ...ways)
    }
  },

  curve_rank(check) {
    for (const [rows, labels, values] of product(FEW, [1, 3], [...flavours, probabilities])) {
      const [n, together] = [rows * labels, rows % 2 === 0 ? 2 : 1]
      const order = Int32Array.from({ length: n }, (_, i) => rows - 1 - Math.floor(i / labels))
      const [ranked, lengths] = [outIntegers(n), outIntegers(labels)]
      check(values(n), codes(n), order, rows, labels, together, ranked, lengths)
    }
  },
  curve_area_resampled(check) {
    for (const [rows, labels, curve, average] of product([0, 1, 5, 33], [1, 3], [0, 1], averages)) {
      // Positive ones have the highest bit, the last of a tie the next.
      const ranked = Int32Array.from({ length: rows * labels }, (_, i) => (i % rows) | ((i % 4) << 30))
      const lengths = new Int32Array(labels).fill(rows)
      const result = results(average, labels)
      check(
        curve,
        ranked,
        lengths,
        rows,
        labels,
        indices(9, rows),
        rows && 9,
        average,
        result,
        outIntegers(rows),
        rows,
      )
    }
  },
  curve_points(check) {
    for (const [[rows, labels, values], curve] of product([...shapes()], [0, 1])) {
      const n = rows * labels
      const results = [out(rows + 1), out(rows + 1), out(rows + 1)]
      const workspace = { workspace: 8 * rows }
      check(curve, values(n), codes(n), rows, labels, labels - 1, ...results, workspace)
    }
  },
  binned_curve_points(check) {
    for (const [bins, curve] of product([2, 3, 9], [0, 1])) {
      const counts = Float64Array.from({ length: 2 * bins }, (_, i) => (i * 7) % 5)
      check(curve, new Uint8Array(counts.buffer), bins, out(bins), out(bins))
    }
  },
  curve_area(check) {
    for (const [[rows, labels, values], curve, average] of product([...shapes()], [0, 1], averages)) {
      const [n, workspace] = [rows * labels, { workspace: 8 * rows }]
      check(curve, values(n), codes(n), rows, labels, average, results(average, labels), workspace)
    }
    // So many are sorted byte by byte.
    for (const values of flavours)
      check(1, values(999), codes(999), 333, 3, 0, out(3), { workspace: 8 * 333 })
  },
  binned_curve_update(check) {
    for (const [rows, labels, values] of shapes()) {
      const n = rows * labels
      check(values(n), codes(n), ascending(4), state(10 * labels), rows, labels, 5)
    }
  },
  binned_curve_area(check) {
    for (const [labels, bins, curve, average] of product([1, 2, 5], [2, 3, 9], [0, 1], averages)) {
      const counts = Float64Array.from({ length: 2 * labels * bins }, (_, i) => (i * 7) % 5)
      check(curve, new Uint8Array(counts.buffer), labels, bins, average, results(average, labels))
    }
  },

  calibration_update(check) {
    const edges = Float32Array.of(0, 0.25, 0.5, 0.75, 1)
    for (const [rows, labels, values] of shapes()) {
      const n = rows * labels
      check(values(n), codes(n), edges, state(3 * labels * 5), rows, labels, 5)
    }
  },
  calibration_reduce(check) {
    for (const [labels, bins, norm, average] of product([1, 2, 5], [1, 2, 9], [0, 1, 2], averages)) {
      const sums = Float64Array.from({ length: 3 * labels * bins }, (_, i) => (i * 7) % 5)
      check(new Uint8Array(sums.buffer), labels, bins, norm, average, results(average, labels))
    }
  },

  ranking_update(check) {
    for (const [[rows, labels, values], metric] of product([...shapes()], [0, 1, 2, 3])) {
      const n = rows * labels
      check(metric, 3, values(n), codes(n), state(2), rows, labels, { workspace: 8 * labels })
    }
  },
  tune_thresholds(check) {
    for (const [[rows, labels], statistic] of product([...shapes()], [0, 1, 2, 7, 9])) {
      const [n, workspace] = [rows * labels, { workspace: 8 * rows }]
      check(probabilities(n), codes(n), rows, labels, statistic, 0.7, out(labels), out(labels), workspace)
    }
  },
  class_weights(check) {
    for (const [rows, labels, scheme] of product(FEW, [1, 2, 5], [0, 1, 2, 3, 4])) {
      check(codes(rows * labels), rows, labels, scheme, 0.99, state(2 * labels), out(labels))
    }
  },
  label_issues(check) {
    for (const [rows, labels, filter, least] of product(FEW, [1, 3], [0, 1, 2, 3, 4, 5, 6], [0, 2])) {
      const [n, removed] = [rows * labels, filter < 3 && least === 0 ? new Int32Array(labels).fill(2) : 0]
      const [mask, workspace] = [outBytes(n), outBytes(12 * rows)]
      check(probabilities(n), codes(n), rows, labels, filter, 0.7, least, removed, mask, workspace)
    }
  },
  label_issues_of_rows(check) {
    for (const [rows, labels, filter] of product(FEW, [1, 3, 17], [0, 6])) {
      const [n, workspace] = [rows * labels, outBytes(16 * rows)]
      const mask = codes(n).map((code) => code % 2)
      check(probabilities(n), codes(n), rows, labels, filter, mask, outBytes(rows), workspace, state(labels))
    }
  },
  label_issues_ranked(check) {
    for (const [rows, labels, score, whole] of product(FEW, [1, 3, 17], [0, 1, 2], [0, 1])) {
      const [n, columns] = [rows * labels, whole === 1 ? 1 : labels]
      const issues = codes(rows * columns).map((code) => code % 2)
      const [order, workspace] = [outIntegers(rows), outBytes(16 * rows)]
      const column = columns - 1
      check(
        probabilities(n),
        codes(n),
        rows,
        labels,
        score,
        issues,
        column,
        columns,
        order,
        workspace,
        state(labels),
      )
    }
  },
}
