/** How the kernels of elementwise functions are called: each function, by its code. */
import { BitwiseCode, EverydayPairCode, FunctionCode, IntegerPairCode, PairCode } from '#kernels'
import { bytes, FEW, flavours, indices, out, outBytes, outIntegers, product } from './inputs.js'
import type { Check } from './kernels.js'

const codesOf = (codes: object): number[] => Object.values(codes).filter((code) => typeof code === 'number')

const PARAMETERS = [
  [0.5, 2, -1],
  [3, 20, 1.5],
] as const

/** Operands that are whole, or a row, or one element. */
const layouts = (rows: number, columns: number) =>
  [
    [rows * columns, columns, 1],
    [columns, 0, 1],
    [1, 0, 0],
  ] as const

const pairs =
  (codes: typeof PairCode | typeof EverydayPairCode) =>
  (check: Check): void => {
    for (const [code, n, values] of product(codesOf(codes), FEW, flavours)) {
      for (const [[a, ...strides], [b, ...others]] of product(layouts(2, n), layouts(2, n)))
        check(code, values(a), values(b), out(2 * n), 2, n, ...strides, ...others)
    }
  }

export const functionKernels: Record<string, (check: Check) => void> = {
  unary(check) {
    for (const [code, n, values, parameters] of product(codesOf(FunctionCode), FEW, flavours, PARAMETERS))
      check(code, values(n), ...parameters, out(n), n)
  },
  unary_backward(check) {
    for (const [code, n, values, parameters] of product(codesOf(FunctionCode), FEW, flavours, PARAMETERS))
      check(code, values(n), values(n), ...parameters, out(n), n)
  },
  pair: pairs(PairCode),
  everyday_pair: pairs(EverydayPairCode),
  integer_pair(check) {
    for (const [code, n, range] of product(codesOf(IntegerPairCode), FEW, [2 ** 32, 12])) {
      for (const [[a, ...strides], [b, ...others]] of product(layouts(2, n), layouts(2, n)))
        check(code, indices(a, range), indices(b, range), outIntegers(2 * n), 2, n, ...strides, ...others)
    }
  },
  bitwise(check) {
    for (const [code, n] of product(codesOf(BitwiseCode), [...FEW, 100])) {
      for (const [[a, ...strides], [b, ...others]] of product(layouts(2, n), layouts(2, n)))
        check(code, indices(a, 2 ** 32), indices(b, 2 ** 32), outIntegers(2 * n), 2, n, ...strides, ...others)
    }
  },
  bitwise_of_bytes(check) {
    for (const [code, n] of product(codesOf(BitwiseCode), [...FEW, 65, 200])) {
      for (const [[a, ...strides], [b, ...others]] of product(layouts(2, n), layouts(2, n)))
        check(code, bytes(a), bytes(b), outBytes(2 * n), 2, n, ...strides, ...others)
    }
  },
  lerp(check) {
    for (const [n, values, weight] of product(FEW, flavours, [0.3, 0.7, -2])) {
      for (const [[a, ...strides], [b, ...others]] of product(layouts(2, n), layouts(2, n)))
        check(values(a), values(b), weight, out(2 * n), 2, n, ...strides, ...others)
    }
  },
}
