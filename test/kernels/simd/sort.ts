/** How the kernels are called that order elements, or find them by index along an axis. */
import {
  bytes,
  FEW,
  indices,
  isTrue,
  out,
  outBytes,
  outIntegers,
  product,
  SIZES,
  tame,
  wild,
} from './inputs.js'
import type { Check } from './kernels.js'

const EXTENTS = [0, 1, 2, 5]
/** Of so few values that many are equal, or of any size. */
const integers = [(length: number) => indices(length, 4), (length: number) => indices(length, 2 ** 32)]
const keys = integers.map((values) => (length: number) => Uint32Array.from(values(length)))
const outKeys = (length: number) => new Uint32Array(length).fill(7)

type Values = (length: number) => Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

const extremes = (result: Values, flavours: readonly Values[]) => (check: Check) => {
  const sizes = product(EXTENTS, [1, 2, 5, 33], EXTENTS, flavours, isTrue)
  for (const [outer, axis, inner, values, least] of sizes)
    check(values(outer * axis * inner), result(outer * inner), least, outer, axis, inner)
}

export const sorting: Record<string, (check: Check) => void> = {
  keys_of_f32(check) {
    for (const [n, values] of product(SIZES, [tame, wild])) check(values(n), outKeys(n), n)
  },
  keys_of_i32(check) {
    for (const [n, values] of product(SIZES, integers)) check(values(n), outKeys(n), n)
  },
  keys_of_u8(check) {
    for (const n of SIZES) check(bytes(n), outKeys(n), n)
  },
  topk(check) {
    for (const [outer, axis, inner, values, largest] of product(EXTENTS, FEW, EXTENTS, keys, isTrue)) {
      for (const k of FEW.filter((n) => n <= axis)) {
        const results = [outIntegers(outer * k * inner), { workspace: 8 * k }] as const
        check(values(outer * axis * inner), largest, ...results, k, outer, axis, inner)
      }
    }
  },
  sort(check) {
    for (const [outer, axis, inner, values, descending] of product(EXTENTS, SIZES, EXTENTS, keys, isTrue)) {
      const n = outer * axis * inner
      check(values(n), descending, outIntegers(n), { workspace: 16 * axis }, outer, axis, inner)
    }
  },
  max_axis_of_i32: extremes(outIntegers, integers),
  max_axis_of_u8: extremes(outBytes, [bytes]),
  argmax_axis_of_i32: extremes(outIntegers, integers),
  argmax_axis_of_u8: extremes(outIntegers, [bytes]),
  gather(check) {
    for (const [outer, axis, inner, count, width] of product(EXTENTS, [1, 5], EXTENTS, FEW, [1, 4])) {
      const taken = outer * count * inner
      const x = bytes(outer * axis * inner * width)
      check(x, width, indices(taken, axis), outBytes(taken * width), count, outer, axis, inner)
    }
  },
  scatter_add(check) {
    for (const [outer, axis, inner, count, values] of product(EXTENTS, [1, 5], EXTENTS, FEW, [tame, wild])) {
      const taken = outer * count * inner
      check(values(taken), indices(taken, axis), out(outer * axis * inner), count, outer, axis, inner)
    }
  },
}
