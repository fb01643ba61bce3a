/** How each kernel is called: by name, in every way that matters. */

import { functionKernels } from './functions.js'
import {
  bytes,
  doubles,
  FEW,
  flavours,
  indices,
  isTrue,
  out,
  outBytes,
  outIntegers,
  product,
  SIZES,
  SPECIAL,
  tame,
  wild,
  words,
} from './inputs.js'
import { type Argument, type Elements, simd } from './instance.js'

export type Check = (...args: Argument[]) => Elements[]

function unary(...scalars: number[][]) {
  return (check: Check) => {
    for (const [length, values, ...rest] of product(SIZES, flavours, ...scalars)) {
      check(values(length), ...(rest as number[]), out(length), length)
    }
  }
}

function unaryBackward(...scalars: number[][]) {
  return (check: Check) => {
    for (const [length, values, ...rest] of product(SIZES, flavours, ...scalars)) {
      check(values(length), values(length), ...(rest as number[]), out(length), length)
    }
  }
}

/** Strides of an operand: whole, a row for all, a column for all, one element for all. */
const layouts = (columns: number) =>
  [
    [columns, 1],
    [0, 1],
    [1, 0],
    [0, 0],
  ] as const

/** A kernel that changes its first operand by its second. */
function pairInPlace(check: Check): void {
  for (const [length, values] of product(SIZES, flavours)) check(values(length), values(length), length)
}

/** The same with a number. */
function numberInPlace(check: Check): void {
  for (const [length, values, number] of product(SIZES, flavours, [0, 1, -2.5]))
    check(values(length), number, length)
}

function binary(check: Check): void {
  for (const [rows, columns, values, a, b] of product(
    [0, 1, 3],
    SIZES,
    flavours,
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  )) {
    const operand = (layout: number) => {
      const [row, column] = layouts(columns)[layout]
      return {
        array: values(rows * columns === 0 ? 0 : (rows - 1) * row + (columns - 1) * column + 1),
        row,
        column,
      }
    }
    const [left, right] = [operand(a), operand(b)]
    check(
      left.array,
      right.array,
      out(rows * columns),
      rows,
      columns,
      left.row,
      left.column,
      right.row,
      right.column,
    )
  }
}

const axes = (shortest: number) =>
  product(
    [0, 1, 3],
    [0, 1, 2, 3, 5, 16, 17, 65, 300].filter((n) => n >= shortest),
    [0, 1, 2, 15, 16, 17, 33],
    flavours,
  )

/** A generator's state, some way into its stream. */
function seeded(seed: number): Elements {
  const state = new Uint32Array((simd.call('random_state_bytes', []).returned as number) / 4)
  return simd.call('random_seed', [state, seed]).arrays[0]
}

/** Draws in several lengths, the state going from one draw to the next. */
function drawing(result: (length: number) => Elements, ...scalars: number[]) {
  return (check: Check) => {
    for (const seed of [0, 1, 2 ** 32 - 1]) {
      let state = seeded(seed)
      for (const length of [...SIZES, 1300]) state = check(state, result(length), length, ...scalars)[0]
    }
  }
}

/** Integers that int32 holds, but for one near the end of every other length. */
function narrowing(array: (integers: number[]) => Elements, beyond: number | null) {
  return (check: Check) => {
    for (const n of SIZES) {
      const integers = Array.from(indices(n, 100))
      if (beyond !== null && n % 2 === 1) integers[n - 1 - (n >> 2)] = beyond
      check(array(integers), outIntegers(n), n)
    }
  }
}

/** Shapes with strides: transpositions, repetitions, every second element, no elements, 0-d. */
const stridedViews = [
  [[], []],
  [
    [0, 3],
    [3, 1],
  ],
  [[17], [2]],
  [
    [5, 17],
    [1, 5],
  ],
  [
    [4, 3, 5],
    [5, 20, 1],
  ],
  [
    [3, 4, 33],
    [0, 1, 4],
  ],
  [
    [6, 7],
    [1, 0],
  ],
  [
    [2, 1, 2, 3, 1, 2, 2, 5],
    [5, 0, 10, 20, 0, 60, 120, 1],
  ],
] as const

/** Strides of rows that lie one after another. */
const rowMajor = (shape: readonly number[]): number[] =>
  shape.map((_, i) => shape.slice(i + 1).reduce((total, size) => total * size, 1))

/** Elements from the first to the last one of a strided shape. */
const reachOf = (shape: readonly number[], strides: readonly number[]): number =>
  shape.includes(0) ? 0 : shape.reduce((last, size, i) => last + (size - 1) * strides[i], 1)

export const kernels: Record<string, (check: Check) => void> = {
  neg: unary(),
  abs: unary(),
  exp: unary(),
  log: unary(),
  sqrt: unary(),
  relu: unary(),
  sigmoid: unary(),
  logsigmoid: unary(),
  scale: unary([0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY]),
  pow: unary([0, 1, 2, 3, -1, 0.5, -0.5, 1.7, Number.NaN, Number.NEGATIVE_INFINITY]),
  clamp: unary([-1, Number.NEGATIVE_INFINITY, Number.NaN], [1, -2, Number.POSITIVE_INFINITY]),

  abs_backward: unaryBackward(),
  sqrt_backward: unaryBackward(),
  relu_backward: unaryBackward(),
  sigmoid_backward: unaryBackward(),
  logsigmoid_backward: unaryBackward(),
  pow_backward: unaryBackward([0, 1, 2, 3, -1, 0.5, 1.7]),
  clamp_backward: unaryBackward([-1, Number.NEGATIVE_INFINITY], [1, Number.POSITIVE_INFINITY]),

  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  gt: binary,
  ge: binary,
  lt: binary,
  le: binary,
  eq: binary,
  ne: binary,

  accumulate: pairInPlace,
  relu_backward_in_place: pairInPlace,
  mul_in_place: pairInPlace,
  div_in_place: pairInPlace,
  add_scaled_in_place(check) {
    for (const [length, values, factor] of product(SIZES, flavours, [0, 1, -2.5]))
      check(values(length), values(length), factor, length)
  },
  scale_in_place: numberInPlace,
  shift_in_place: numberInPlace,
  divide_in_place: numberInPlace,
  fill(check) {
    for (const [length, value] of product(SIZES, SPECIAL)) check(out(length), value, length)
  },
  select(check) {
    for (const [n, values] of product(SIZES, flavours)) check(bytes(n), values(n), values(n), out(n), n)
  },
  select_backward(check) {
    for (const [n, values, wanted] of product(SIZES, flavours, isTrue))
      check(values(n), bytes(n), wanted, out(n), n)
  },

  u8_to_f32(check) {
    for (const n of SIZES) check(bytes(n), out(n), n)
  },
  i32_to_f32(check) {
    for (const n of SIZES) check(indices(n, 2 ** 31), out(n), n)
  },
  f32_to_i32(check) {
    for (const [n, values] of product(SIZES, flavours)) check(values(n), outIntegers(n), n)
  },
  ...functionKernels,

  f32_to_u8(check) {
    for (const [n, values] of product(SIZES, flavours)) check(values(n), outBytes(n), n)
  },
  f32_to_bool(check) {
    for (const [n, values] of product(SIZES, flavours)) check(values(n), outBytes(n), n)
  },

  f16_to_f32(check) {
    for (const n of SIZES) check(words(n), out(n), n)
  },
  bf16_to_f32(check) {
    for (const n of SIZES) check(words(n), out(n), n)
  },
  f8_e4m3_to_f32(check) {
    for (const n of SIZES) check(bytes(n), out(n), n)
  },
  f8_e5m2_to_f32(check) {
    for (const n of SIZES) check(bytes(n), out(n), n)
  },
  f8_e4m3fnuz_to_f32(check) {
    for (const n of SIZES) check(bytes(n), out(n), n)
  },
  f8_e5m2fnuz_to_f32(check) {
    for (const n of SIZES) check(bytes(n), out(n), n)
  },
  f8_e8m0_to_f32(check) {
    for (const n of SIZES) check(bytes(n), out(n), n)
  },
  f64_to_f32(check) {
    for (const n of SIZES) check(doubles(n), out(n), n)
  },
  u8_to_bool(check) {
    for (const n of SIZES) check(bytes(n), outBytes(n), n)
  },
  i8_to_i32: narrowing((integers) => Int8Array.from(integers), null),
  i16_to_i32: narrowing((integers) => Int16Array.from(integers), null),
  u16_to_i32: narrowing((integers) => Uint16Array.from(integers), null),
  u32_to_i32: narrowing((integers) => Uint32Array.from(integers), 2 ** 31),
  i64_to_i32: narrowing((integers) => BigInt64Array.from(integers, BigInt), -(2 ** 31) - 1),
  u64_to_i32: narrowing((integers) => BigUint64Array.from(integers, BigInt), 2 ** 40),

  sum_axis(check) {
    for (const [outer, axis, inner, values] of axes(0)) {
      check(values(outer * axis * inner), axis === 0 ? 1 : 1 / axis, out(outer * inner), outer, axis, inner)
    }
    check(wild(5000), 1, out(1), 1, 5000, 1)
  },
  logsumexp(check) {
    for (const [outer, axis, inner, values] of axes(0))
      check(values(outer * axis * inner), out(outer * inner), outer, axis, inner)
    check(tame(3000), out(2), 2, 1500, 1)
  },
  sum_of_u8(check) {
    for (const [outer, axis, inner] of axes(0))
      check(bytes(outer * axis * inner), outIntegers(outer * inner), outer, axis, inner)
  },
  svd(check) {
    for (const [count, m, n] of product([0, 1, 2], [0, 1, 3, 5], [0, 1, 2, 5])) {
      const k = Math.min(m, n)
      const results = [out(count * m * k), out(count * k), out(count * n * k)] as const
      for (const values of [tame, wild, (length: number) => new Float32Array(length)])
        check(values(count * m * n), ...results, { workspace: 8 * k * (Math.max(m, n) + k) }, count, m, n)
    }
  },
  squares_axis(check) {
    for (const [outer, axis, inner, values] of axes(0)) {
      const [x, center] = [values(outer * axis * inner), values(outer * inner)]
      check(x, center, 0.5, out(outer * inner), outer, axis, inner)
      check(x, 0, 1, out(outer * inner), outer, axis, inner)
    }
  },
  product_axis(check) {
    for (const [outer, axis, inner, values] of axes(0))
      check(values(outer * axis * inner), out(outer * inner), outer, axis, inner)
  },
  product_backward(check) {
    for (const [outer, axis, inner, values] of axes(0)) {
      const x = values(outer * axis * inner)
      for (const whole of isTrue) {
        const upstream = values(outer * inner * (whole ? 1 : axis))
        check(upstream, x, whole, out(x.length), { workspace: 8 * axis }, outer, axis, inner)
      }
    }
  },
  scan(check) {
    for (const [outer, axis, inner, values] of axes(0)) {
      const n = outer * axis * inner
      for (const [kind, reverse] of product([0, 1, 2], isTrue))
        check(values(n), out(n), kind, reverse, outer, axis, inner)
    }
  },
  any_axis(check) {
    for (const [outer, axis, inner] of axes(0)) {
      const x = bytes(outer * axis * inner).map((byte) => Number(byte > 0))
      for (const all of isTrue) check(x, outBytes(outer * inner), all, outer, axis, inner)
    }
  },
  max_axis(check) {
    for (const [outer, axis, inner, values] of axes(1)) {
      for (const least of isTrue)
        check(values(outer * axis * inner), out(outer * inner), least, outer, axis, inner)
    }
  },
  argmax_axis(check) {
    for (const [outer, axis, inner, values] of axes(1)) {
      for (const least of isTrue)
        check(values(outer * axis * inner), outIntegers(outer * inner), least, outer, axis, inner)
    }
  },
  max_axis_backward(check) {
    for (const [outer, axis, inner, values] of axes(1)) {
      const x = values(outer * axis * inner)
      const [, maximum] = simd.call('max_axis', [x, out(outer * inner), false, outer, axis, inner]).arrays
      check(values(outer * inner), x, maximum, out(x.length), outer, axis, inner)
    }
  },

  gemm_workspace_bytes: (check) => check(),
  gemm(check) {
    const workspace = { workspace: simd.call('gemm_workspace_bytes', []).returned as number }
    const multiply = (m: number, n: number, k: number, values: typeof tame) => {
      for (const [hasBias, aTransposed, bTransposed] of product(isTrue, isTrue, isTrue)) {
        const bias = hasBias ? values(n) : 0
        check(values(m * k), values(k * n), bias, out(m * n), workspace, 1, m, n, k, aTransposed, bTransposed)
      }
    }
    for (const [m, n, k] of product(FEW, FEW, FEW)) multiply(m, n, k, tame)
    for (const size of FEW) multiply(size, size, size, wild)
    // Past the blocks: 96 rows, 256 columns, a depth of 512.
    multiply(101, 263, 515, tame)
  },

  gemm_batch(check) {
    const workspace = { workspace: simd.call('gemm_workspace_bytes', []).returned as number }
    for (const [count, aCount, bCount] of [
      [0, 0, 0],
      [3, 1, 3],
      [12, 12, 4],
    ]) {
      for (const [m, n, k, aTransposed, bTransposed] of product(FEW, FEW, FEW, isTrue, isTrue)) {
        const [a, b] = [tame(aCount * m * k), tame(bCount * k * n)]
        const counts = [count, aCount, bCount]
        check(a, b, out(count * m * n), workspace, 1, ...counts, m, n, k, aTransposed, bTransposed)
      }
    }
  },

  multilabel_soft_margin(check) {
    const shapes = [...product([0, 1, 2, 17], SIZES), [100, 20], [3, 1100]]
    for (const [[rows, classes], values] of product(shapes, flavours)) {
      const n = rows * classes
      const labels = [bytes(n), values(n), Float32Array.from(bytes(n), (byte) => byte % 2)]
      for (const [targets, weights, reduction, hasGradient] of product(
        labels,
        [0, 1, 2],
        [0, 1, 2],
        isTrue,
      )) {
        const weight = [0, values(classes), values(n)][weights]
        const gradient = hasGradient ? out(n) : 0
        const results = out(reduction === 0 ? rows : 1)
        const isBytes = targets instanceof Uint8Array
        const weightRows = weights === 1 ? 1 : rows
        const operands = [values(n), targets, isBytes, weight, weightRows, gradient, results] as const
        check(...operands, rows, classes, reduction, 0, 0, 0, Number.POSITIVE_INFINITY)
        const positive = [0, values(n), values(classes)][weights]
        for (const [smoothing, ignored] of [
          [0, 1],
          [0.1, Number.NaN],
          [0, Number.POSITIVE_INFINITY],
        ]) {
          const adjustment = [positive, weights === 2 ? 1 : rows, smoothing, ignored] as const
          check(...operands, rows, classes, reduction, ...adjustment)
        }
      }
    }
  },
  multilabel_soft_margin_positives(check) {
    const shapes = [...product([0, 1, 2, 17], SIZES.slice(1)), [100, 20], [3, 1100]]
    for (const [[rows, classes], values] of product(shapes, flavours)) {
      const n = rows * classes
      const isPositive = bytes(n).map((byte) => byte % 3)
      const columns: number[] = []
      const starts = [0]
      for (let row = 0; row < rows; row++) {
        for (let c = 0; c < classes; c++) if (isPositive[row * classes + c] === 1) columns.push(c)
        starts.push(columns.length)
      }
      const labels = [Int32Array.from(starts), Int32Array.from(columns), columns.length] as const
      for (const [weights, reduction, hasGradient] of product([0, 1, 2], [0, 1, 2], isTrue)) {
        const weight = [0, values(classes), values(n)][weights]
        const gradient = hasGradient ? out(n) : 0
        const results = out(reduction === 0 ? rows : 1)
        const weightRows = weights === 1 ? 1 : rows
        const rest = [weight, weightRows, gradient, results, rows, classes, reduction] as const
        check(values(n), ...labels, ...rest, 0, 0, 0)
        check(values(n), ...labels, ...rest, values(classes), 1, 0.1)
      }
    }
  },

  random_state_bytes: (check) => check(),
  random_seed(check) {
    for (const seed of [0, 1, 5489, 2 ** 32 - 1]) check(new Uint32Array(seeded(0).length), seed)
  },
  random_53_bits(check) {
    let state = seeded(3)
    for (let draw = 0; draw < 700; draw++) state = check(state)[0]
  },
  random_uniform: drawing(out, -2, 3),
  random_normal: drawing(out, 1, 2),
  random_integers(check) {
    for (const [low, range, wide] of [
      [-5, 12, false],
      [-(2 ** 31), 2 ** 32, true],
      [0, 2 ** 31, false],
    ] as const) {
      drawing(outIntegers, low, range, Number(wide))(check)
    }
  },
  random_bernoulli_each(check) {
    const state = seeded(0)
    for (const n of SIZES) check(state, tame(n), out(n), n)
  },
  random_permutation: drawing(outIntegers),
  random_bernoulli: drawing(out, 0.3),

  strided_copy(check) {
    for (const [[shape, strides], width] of product(stridedViews, [1, 4])) {
      const [rows, sizes, steps] = [rowMajor(shape), shape, strides].map((list) => Uint32Array.from(list))
      const [length, reach] = [reachOf(shape, rowMajor(shape)), reachOf(shape, strides)]
      const rank = shape.length
      check(bytes(reach * width), outBytes(length * width), width, reach, length, sizes, steps, rows, rank)
      check(bytes(length * width), bytes(reach * width), width, length, reach, sizes, rows, steps, rank)
    }
  },
  strided_add(check) {
    for (const [shape, strides] of stridedViews) {
      const [rows, sizes, steps] = [rowMajor(shape), shape, strides].map((list) => Uint32Array.from(list))
      const [length, reach] = [reachOf(shape, rowMajor(shape)), reachOf(shape, strides)]
      check(tame(length), tame(reach), length, reach, sizes, rows, steps, shape.length)
    }
  },
  rectangle_copy(check) {
    for (const [rows, length] of product([0, 1, 3], SIZES)) {
      const reach = (stride: number) => (rows === 0 ? 0 : (rows - 1) * stride + length)
      const [from, into] = [length + 3, length + 5]
      check(bytes(reach(from)), outBytes(reach(into)), rows, length, from, into)
    }
  },
}
