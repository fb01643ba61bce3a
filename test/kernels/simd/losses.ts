/** How the kernels of the losses are called, but for the main one. */
import { bytes, flavours, indices, isTrue, out, product, SIZES, tame } from './inputs.js'
import type { Check } from './kernels.js'

/** No target is ignored. */
const NONE = Number.POSITIVE_INFINITY

/** Targets of each type, and numbers that are no labels. */
const targetsOf = (n: number, values: typeof tame) => [
  bytes(n),
  values(n),
  Float32Array.from(bytes(n), (byte) => byte % 2),
]

/** Every size and target; then every way to weight, to reduce and to want a gradient. */
function elementwise(...parameters: number[][]) {
  return (check: Check) => {
    const run = (
      n: number,
      values: typeof tame,
      weights: number[],
      reduction: number,
      hasGradient: boolean,
      ignored = NONE,
    ) => {
      for (const targets of targetsOf(n, values)) {
        const [weight, posWeight] = weights.map((length) => (length === 0 ? 0 : values(length)))
        const results = [hasGradient ? out(n) : 0, out(reduction === 0 ? n : 1)] as const
        const isBytes = targets instanceof Uint8Array
        for (const numbers of parameters) {
          check(
            values(n),
            targets,
            isBytes,
            weight,
            weights[0],
            posWeight,
            weights[1],
            ignored,
            ...results,
            n,
            reduction,
            ...numbers,
          )
        }
      }
    }
    for (const [n, values] of product([...SIZES, 1300], flavours)) run(n, values, [0, 0], 0, true)
    const weights = [
      [1, 0],
      [20, 1],
      [300, 20],
      [600, 0],
      [1200, 600],
    ]
    for (const [lengths, reduction, hasGradient] of product(weights, [0, 1, 2], isTrue)) {
      run(1200, tame, lengths, reduction, hasGradient)
    }
    for (const [n, ignored, reduction] of product([...SIZES, 1300], [0, 1, Number.NaN], [0, 1, 2])) {
      for (const values of flavours) run(n, values, [0, 0], reduction, true, ignored)
    }
  }
}

const shapes = [...product([0, 1, 3], [1, 2, 3, 4, 5, 8, 15, 16, 17, 33, 300]), [17, 5]]

export const losses: Record<string, (check: Check) => void> = {
  binary_cross_entropy: elementwise([]),
  binary_cross_entropy_with_logits: elementwise([]),
  mse_loss: elementwise([]),
  smooth_l1_loss: elementwise([0, 1], [1, 1], [0.25, 0.25]),
  soft_margin_loss: elementwise([]),
  sigmoid_focal_loss: elementwise([0.25, 2], [-1, 0], [0.5, 1.75]),
  asymmetric_loss: elementwise([4, 1, 0.05], [0, 0, 0], [2.5, 0.5, 0.3], [1, 2, 0]),

  nll_loss(check) {
    const reductions = product([...shapes, [2, 0]], isTrue, isTrue, [0, 1, 2])
    for (const [[rows, classes], isWeighted, hasGradient, reduction] of reductions) {
      const n = rows * classes
      // With the ignored index -1 among them; of no classes nothing else is in range.
      const targets = indices(rows, classes + 1).map((index) => index - 1)
      const results = [hasGradient ? out(n) : 0, out(reduction === 0 ? rows : 1)] as const
      check(tame(n), targets, -1, isWeighted ? tame(classes) : 0, ...results, rows, classes, reduction)
    }
  },
  multi_margin_loss(check) {
    const reductions = product(shapes, flavours, isTrue, isTrue, isTrue, [0, 1, 2])
    for (const [[rows, classes], values, isSquared, isWeighted, hasGradient, reduction] of reductions) {
      const n = rows * classes
      const weight = isWeighted ? values(classes) : 0
      const results = [hasGradient ? out(n) : 0, out(reduction === 0 ? rows : 1)] as const
      check(values(n), indices(rows, classes), isSquared, 1, weight, ...results, rows, classes, reduction)
    }
  },
  multilabel_margin(check) {
    for (const [[rows, classes], values, reduction, hasGradient] of product(
      shapes,
      flavours,
      [0, 1, 2],
      isTrue,
    )) {
      const n = rows * classes
      const targets = indices(n, classes + 1).map((index) => index - 1)
      const results = out(reduction === 0 ? rows : 1)
      const gradient = hasGradient ? out(n) : 0
      const workspace = { workspace: 12 * classes }
      check(values(n), targets, gradient, results, workspace, rows, classes, reduction)
    }
  },
  cross_entropy(check) {
    for (const [[rows, classes], values, isIndices, isWeighted, smoothing, reduction] of product(
      [...shapes, [2, 0]],
      flavours,
      isTrue,
      isTrue,
      [0, 0.1],
      [0, 1, 2],
    )) {
      const n = rows * classes
      // With the ignored index -1 among them; of no classes nothing else is in range.
      const classNumbers = indices(rows, classes + 1).map((index) => index - 1)
      const targets = isIndices ? classNumbers : values(n)
      const weight = isWeighted ? values(classes) : 0
      for (const hasGradient of isTrue) {
        const gradient = hasGradient ? out(n) : 0
        const results = out(reduction === 0 ? rows : 1)
        const workspace = { workspace: 8 * classes }
        const dims = [rows, classes, reduction]
        check(values(n), targets, isIndices, -1, weight, smoothing, gradient, results, workspace, ...dims)
      }
    }
  },

  fused_loss_backward(check) {
    for (const [n, values, upstream] of product(SIZES, flavours, [1, -3, Number.NaN])) {
      check(values(n), Float32Array.of(upstream), 1, n)
    }
    for (const [rows, columns, values] of product([0, 1, 5], SIZES, flavours)) {
      check(values(rows * columns), values(rows), rows, columns)
    }
    for (const [n, values] of product(SIZES, flavours)) check(values(n), values(n), n, 1)
  },

  known_labels_keep(check) {
    for (const [n, values, ignored] of product(SIZES, flavours, [0, Number.NaN, NONE])) {
      for (const targets of targetsOf(n, values)) {
        check(values(n), targets, targets instanceof Uint8Array, ignored, n)
      }
    }
  },
  known_labels_within_unit(check) {
    for (const [n, values, ignored] of product(SIZES, flavours, [0, Number.NaN, NONE])) {
      for (const targets of targetsOf(n, values)) {
        const isBytes = targets instanceof Uint8Array
        check(values(n), targets, isBytes, ignored, n)
        check(
          values(n).map((x) => Math.abs(x) / 8),
          targets,
          isBytes,
          ignored,
          n,
        )
      }
    }
  },

  within_unit(check) {
    for (const n of SIZES) {
      const inside = tame(n).map((x) => Math.abs(x) / 8)
      check(inside, n)
      for (const outside of [-1e-45, 1 + 2 ** -23, Number.NaN]) {
        if (n > 0) check(Float32Array.of(...inside.subarray(1), outside), n)
      }
    }
  },
  first_outside(check) {
    for (const n of SIZES) {
      check(indices(n, 5), n, 0, 5, -100)
      check(
        indices(n, 5).map((index) => index - 1),
        n,
        0,
        4,
        -1,
      )
    }
  },
}
