/** How the kernels of activations, softmax, layer normalisation, embeddings and initialisation are called. */
import {
  bytes,
  FEW,
  flavours,
  indices,
  isTrue,
  out,
  outIntegers,
  product,
  SIZES,
  SPECIAL,
  tame,
} from './inputs.js'
import { simd } from './instance.js'
import type { Check } from './kernels.js'

function unary(...scalars: number[]) {
  return (check: Check) => {
    for (const [n, values] of product(SIZES, flavours)) check(values(n), ...scalars, out(n), n)
  }
}

function unaryBackward(...scalars: number[]) {
  return (check: Check) => {
    for (const [n, values] of product(SIZES, flavours)) check(values(n), values(n), ...scalars, out(n), n)
  }
}

const axes = () => product([0, 1, 3], [0, 1, 2, 4, 5, 17, 65, 300], [0, 1, 2, 4, 5, 17], flavours)

function alongAxis(check: Check): void {
  for (const [outer, axis, inner, values] of axes()) {
    const n = outer * axis * inner
    check(values(n), out(n), outer, axis, inner)
  }
}

function alongAxisBackward(check: Check): void {
  for (const [outer, axis, inner, values] of axes()) {
    const n = outer * axis * inner
    check(values(n), values(n), out(n), outer, axis, inner)
  }
}

const fields = simd.call('layer_norm_fields', []).returned as number
const normalizations = () => product([0, 1, 3, 66], SIZES, flavours)

/** Tables with bags of their rows, some empty, with and without padding. */
function* bags() {
  for (const [width, values, padding] of product(FEW, flavours, [-1, 2])) {
    const [rows, offsets] = [4, Int32Array.of(0, 3, 3, 8, 9)]
    yield { table: values(rows * width), rows, width, indices: indices(9, rows), offsets, padding, values }
  }
}
const COUNT = 4

function bagSum(isBackward: boolean) {
  return (check: Check) => {
    for (const { table, rows, width, indices, offsets, padding, values } of bags()) {
      for (const [mean, hasFactors] of product(isTrue, isTrue)) {
        const given = isBackward ? values(COUNT * width) : table
        const result = isBackward ? new Float32Array(rows * width) : out(COUNT * width)
        const factors = hasFactors ? values(9) : 0
        check(given, rows, width, indices, 9, offsets, COUNT, padding, mean, factors, result)
      }
    }
  }
}

/** Rows of 2, 0 and 3 elements of 5 columns, and the elements by column: column, row and value of each. */
const CROW = Int32Array.of(0, 2, 2, 5)
const COLUMNS = Int32Array.of(1, 4, 0, 1, 4)
function elementsOf(given: Float32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const values = new Int32Array(given.buffer)
  const places = [
    [0, 2],
    [1, 0],
    [1, 2],
    [4, 0],
    [4, 2],
  ]
  return Int32Array.from(places.flatMap(([column, row], i) => [column, row, values[i]]))
}

export const nn: Record<string, (check: Check) => void> = {
  csr_by_column(check) {
    for (const values of flavours) check(CROW, COLUMNS, values(5), 3, 5, 5, outIntegers(15), outIntegers(15))
  },
  csr_linear(check) {
    for (const [outputs, values, hasBias] of product([0, 1, 7, 33, 70], flavours, isTrue)) {
      const bias = hasBias ? values(outputs) : 0
      check(elementsOf(values(5)), 5, CROW, values(5 * outputs), bias, 3, 5, outputs, out(3 * outputs))
    }
  },
  csr_linear_weight_backward(check) {
    for (const [outputs, values] of product([0, 1, 7, 33, 70], flavours)) {
      check(elementsOf(values(5)), 5, CROW, values(3 * outputs), 3, 5, outputs, out(5 * outputs))
    }
  },
  label_rarity_weights(check) {
    check(CROW, COLUMNS, 3, 5, 5, outIntegers(5), out(3))
  },
  stratify(check) {
    const order = Int32Array.of(2, 0, 1)
    for (const shares of [
      [0.5, 0.5],
      [0.1, 0.9],
    ]) {
      const workspace = outIntegers(5 + 4 * 5 + 3 + 2)
      const capacity = Int32Array.of(1, 2)
      const lacking = new Float64Array(10)
      check(
        CROW,
        COLUMNS,
        order,
        3,
        5,
        5,
        capacity,
        Float64Array.from(shares),
        2,
        7,
        outIntegers(3),
        lacking,
        workspace,
      )
    }
  },

  tanh: unary(),
  silu: unary(),
  gelu: unary(),
  gelu_tanh: unary(),
  leaky_relu: unary(0.2),
  tanh_backward: unaryBackward(),
  silu_backward: unaryBackward(),
  gelu_backward: unaryBackward(),
  gelu_tanh_backward: unaryBackward(),
  leaky_relu_backward: unaryBackward(0.2),

  softmax: alongAxis,
  log_softmax: alongAxis,
  softmax_backward: alongAxisBackward,
  log_softmax_backward: alongAxisBackward,

  layer_norm_fields: (check) => check(),
  layer_norm(check) {
    for (const [rows, length, values] of normalizations()) {
      for (const [hasWeight, hasBias] of product(isTrue, isTrue)) {
        const [weight, bias] = [hasWeight ? values(length) : 0, hasBias ? values(length) : 0]
        const n = rows * length
        check(values(n), weight, bias, 1e-5, out(n), out(rows * fields), rows, length)
      }
    }
  },
  layer_norm_backward(check) {
    for (const [rows, length, values] of normalizations()) {
      for (const hasWeight of isTrue) {
        const [n, weight] = [rows * length, hasWeight ? values(length) : 0]
        check(values(n), values(n), weight, values(rows * fields), out(n), rows, length)
      }
    }
  },
  layer_norm_backward_affine(check) {
    for (const [rows, length, values] of normalizations()) {
      const n = rows * length
      check(values(n), values(n), tame(rows * fields), out(length), out(length), rows, length)
    }
  },

  embedding_bag_sum: bagSum(false),
  embedding_bag_sum_backward: bagSum(true),
  embedding_bag_per_sample_backward(check) {
    for (const { table, rows, width, indices, offsets, padding, values } of bags()) {
      check(values(COUNT * width), table, rows, width, indices, 9, offsets, COUNT, padding, out(9))
    }
  },
  embedding_bag_max(check) {
    for (const { table, rows, width, indices, offsets, padding } of bags()) {
      const results = [out(COUNT * width), outIntegers(COUNT * width)]
      check(table, rows, width, indices, 9, offsets, COUNT, padding, ...results)
    }
  },
  embedding_bag_max_backward(check) {
    for (const { rows, width, values } of bags()) {
      const chosen = indices(COUNT * width, rows + 1).map((row) => row - 1)
      check(values(COUNT * width), chosen, new Float32Array(rows * width), rows, width, COUNT)
    }
  },

  count_outside(check) {
    for (const [n, values] of product(SIZES, flavours)) check(values(n), -1, 1, n)
  },
  replace_outside(check) {
    for (const [n, values] of product(SIZES, flavours)) check(values(n), values(n), -1, 1, n)
  },
  accept_normal(check) {
    for (const [n, values] of product(SIZES, flavours)) {
      const uniforms = values(n).map(Math.abs)
      check(values(n), values(n), uniforms, bytes(n), 0.5, 2, -0.1, n)
    }
  },
  orthonormal_rows(check) {
    for (const [rows, length] of product(FEW, FEW))
      if (rows <= length) check(tame(rows * length), rows, length)
  },
  normal_cdf(check) {
    for (const x of [...SPECIAL, 3, -8.9, 9.1]) check(x)
  },
}
