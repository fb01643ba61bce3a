/** How the kernels of integers are called. */
import { bytes, FEW, indices, isTrue, outBytes, outIntegers, product, SIZES } from './inputs.js'
import type { Check } from './kernels.js'

/** Of any size, so that products and some sums do not fit. */
const integers = (length: number) => indices(length, 2 ** 32)
/** Of so few values that many are equal. */
const small = (length: number) => indices(length, 4)

/** Strides of two operands: whole, one row, one column, one element for all. */
const LAYOUTS = ['whole', 'row', 'column', 'element'] as const

function pairs(result: typeof outBytes | typeof outIntegers, extra: readonly (readonly number[])[]) {
  return (check: Check) => {
    for (const [rows, columns, values, a, b, rest] of product(
      [0, 1, 3],
      FEW,
      [integers, small],
      LAYOUTS,
      LAYOUTS,
      extra,
    )) {
      const operand = (layout: (typeof LAYOUTS)[number]) => {
        const row = layout === 'whole' ? columns : layout === 'column' ? 1 : 0
        const column = layout === 'whole' || layout === 'row' ? 1 : 0
        const reach = rows * columns === 0 ? 0 : (rows - 1) * row + (columns - 1) * column + 1
        return { array: values(reach), strides: [row, column] }
      }
      const [left, right] = [operand(a), operand(b)]
      const dims = [rows, columns, ...left.strides, ...right.strides]
      check(left.array, right.array, ...rest, result(rows * columns), ...dims)
    }
  }
}

const EXTENTS = [0, 1, 2, 5]

export const integerKernels: Record<string, (check: Check) => void> = {
  integer_add: pairs(outIntegers, [[1], [-1], [3]]),
  integer_mul: pairs(outIntegers, [[]]),
  integer_compare: pairs(
    outBytes,
    Array.from({ length: 8 }, (_, truths) => [truths]),
  ),
  integer_abs(check) {
    for (const n of SIZES) check(integers(n), outIntegers(n), n)
  },
  integer_clamp(check) {
    for (const n of SIZES) check(integers(n), -5, 2 ** 30, outIntegers(n), n)
  },
  integer_sum(check) {
    for (const [outer, axis, inner, values] of product(EXTENTS, EXTENTS, EXTENTS, [integers, small]))
      check(values(outer * axis * inner), outIntegers(outer * inner), outer, axis, inner)
  },
  integer_product(check) {
    for (const [outer, axis, inner, values] of product(EXTENTS, EXTENTS, EXTENTS, [integers, small]))
      check(values(outer * axis * inner), outIntegers(outer * inner), outer, axis, inner)
  },
  integer_scan(check) {
    for (const [outer, axis, inner, values, isProduct] of product(
      EXTENTS,
      EXTENTS,
      EXTENTS,
      [integers, small],
      isTrue,
    )) {
      const n = outer * axis * inner
      check(values(n), outIntegers(n), isProduct, outer, axis, inner)
    }
  },
  integer_matmul(check) {
    for (const [m, n, k, values, transposed] of product(EXTENTS, EXTENTS, EXTENTS, [integers, small], isTrue))
      check(values(m * k), values(k * n), outIntegers(m * n), m, n, k, transposed)
  },
  u8_to_i32(check) {
    for (const n of SIZES) check(bytes(n), outIntegers(n), n)
  },
  i32_to_u8(check) {
    for (const n of SIZES) check(integers(n), outBytes(n), n)
  },
  i32_to_bool(check) {
    for (const n of SIZES) check(small(n), outBytes(n), n)
  },
}
