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

const searching =
  (flavours: readonly ((length: number) => Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>)[]) =>
  (check: Check) => {
    for (const [length, rows, values, right] of product(FEW, EXTENTS, flavours, isTrue))
      for (const sequences of [1, rows]) {
        const sequence = values(sequences * length).sort()
        check(sequence, values(rows * 3), outIntegers(rows * 3), right, sequences, length, rows, 3)
      }
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
        check(values(outer * axis * inner), largest, ...results, k, 1, outer, axis, inner)
      }
    }
  },
  sort(check) {
    for (const [outer, axis, inner, values, descending] of product(EXTENTS, SIZES, EXTENTS, keys, isTrue)) {
      const n = outer * axis * inner
      check(values(n), descending, outIntegers(n), { workspace: 16 * axis }, 1, outer, axis, inner)
    }
  },
  rank(check) {
    for (const [outer, axis, inner, values, wanted] of product(EXTENTS, SIZES, EXTENTS, keys, [0, 1, 2, 3])) {
      if (axis === 0) continue
      const [x, places] = [values(outer * axis * inner), outIntegers(outer * inner)]
      for (const floats of isTrue)
        check(x, wanted, axis >> 1, floats, places, { workspace: 16 * axis }, outer, axis, inner)
    }
  },
  cumulative_extreme(check) {
    for (const [outer, axis, inner, values, least] of product(EXTENTS, FEW, [1, 2, 5, 70], keys, isTrue)) {
      const n = outer * axis * inner
      for (const floats of isTrue) check(values(n), outIntegers(n), least, floats, outer, axis, inner)
    }
  },
  order_rows(check) {
    for (const [rows, width, values] of product(SIZES, [0, 1, 3], keys))
      check(values(rows * width), outIntegers(rows), rows, width)
  },
  runs(check) {
    for (const [rows, width, values, floats] of product(SIZES, [1, 2], keys, isTrue)) {
      const order = Int32Array.from({ length: rows }, (_, i) => rows - 1 - i)
      const results = [outIntegers(rows), outIntegers(rows), outIntegers(rows)] as const
      check(values(rows * width), order, floats, ...results, rows, width)
      check(values(rows * width), 0, floats, ...results, rows, width)
    }
  },
  search_f32: searching([tame, wild]),
  search_i32: searching(integers),
  count(check) {
    for (const [n, bins] of product(SIZES, FEW)) check(indices(n, 5), outIntegers(bins), n, bins)
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
  add_positions(check) {
    for (const [n, size, negative] of product(SIZES, [4, 3], isTrue))
      check(indices(n, 4), size, 5, negative, outIntegers(n), n)
  },
  index_select(check) {
    const inners = [0, 1, 2, 3, 4, 5, 17]
    for (const [outer, axis, inner, count, width] of product(EXTENTS, [1, 5, 33], inners, FEW, [1, 4])) {
      const x = bytes(outer * axis * inner * width)
      const result = (length: number) => outBytes(outer * length * inner * width)
      check(x, width, indices(count, axis), result(count), count, outer, axis, inner)
      check(x, width, 0, result(axis), axis, outer, axis, inner)
    }
  },
  index_add(check) {
    const inners = [0, 1, 2, 5, 17]
    for (const [outer, axis, inner, count, values] of product(EXTENTS, [1, 5], inners, FEW, [tame, wild])) {
      const result = values(outer * axis * inner)
      check(values(outer * count * inner), indices(count, axis), result, count, outer, axis, inner)
    }
  },
  scatter(check) {
    for (const [outer, axis, inner, count, width] of product(EXTENTS, [1, 5], EXTENTS, FEW, [1, 4])) {
      const [all, written] = [outer * axis * inner * width, outer * count * inner]
      const src = bytes(written * width)
      check(src, width, indices(written, axis), outBytes(all), count, outer, axis, inner)
    }
  },
  combine_floats(check) {
    const each = product([0, 1, 2, 3], EXTENTS, [1, 5], [1, 2], FEW, [tame, wild])
    for (const [combine, outer, axis, inner, count, values] of each) {
      const written = outer * count * inner
      const result = values(outer * axis * inner)
      check(combine, values(written), indices(written, axis), result, count, outer, axis, inner)
    }
  },
  combine_integers(check) {
    const each = product([0, 1, 2, 3], EXTENTS, [1, 5], [1, 2], FEW, integers)
    for (const [combine, outer, axis, inner, count, values] of each) {
      const written = outer * count * inner
      const result = outIntegers(outer * axis * inner)
      check(combine, values(written), indices(written, axis), result, count, outer, axis, inner)
    }
  },
  count_true(check) {
    for (const n of SIZES) check(bytes(n), n)
  },
  true_positions(check) {
    for (const n of SIZES) {
      const mask = bytes(n)
      const count = mask.filter((x) => x !== 0).length
      check(mask, outIntegers(count), count, n)
    }
  },
  coordinates(check) {
    for (const [n, size, stride] of product(SIZES, [1, 3], [1, 4]))
      check(indices(n, 12), size, stride, outIntegers(n), n)
  },
}
