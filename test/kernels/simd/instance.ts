/** Instances of the kernels, without the TypeScript layer, and the comparison of what they give. */
import { existsSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { RELAXED_PROBE } from '../../../ts/kernels/instance.js'
import { instantiate } from '../../support/kernels.js'

type Kernel = (...args: number[]) => number | undefined
export type Elements =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>

/** An argument that is an array, which the kernel may change, or bytes that it may use as it likes. */
export type Argument = number | boolean | Elements | { workspace: number }

class Instance {
  private readonly exports: Record<string, Kernel> & { memory: WebAssembly.Memory }
  readonly names: string[]

  constructor(folder: string) {
    const file = `build/${folder}/softmargin_bg.wasm`
    if (!existsSync(file))
      throw new Error(`${file} is missing: build it with node scripts/build.mjs --for-tests`)
    this.exports = instantiate(readFileSync(file)) as typeof this.exports
    this.names = Object.keys(this.exports)
  }

  /** Calls a kernel; the arrays as it leaves them, and what it returns. */
  call(name: string, args: readonly Argument[]): { arrays: Elements[]; returned: number | undefined } {
    const allocations: [pointer: number, bytes: number][] = []
    const allocate = (bytes: number) => {
      const pointer = this.exports.allocate(bytes) as number
      allocations.push([pointer, bytes])
      return pointer
    }
    const places = args.map((value) => {
      if (typeof value === 'number' || typeof value === 'boolean') return Number(value)
      if ('workspace' in value) return allocate(value.workspace)
      const pointer = allocate(value.byteLength + GUARD.length)
      const bytes = new Uint8Array(this.exports.memory.buffer, pointer)
      bytes.set(new Uint8Array(value.buffer))
      bytes.set(GUARD, value.byteLength)
      return pointer
    })
    const returned = this.exports[name](...places)
    const arrays: Elements[] = []
    for (const [i, value] of args.entries()) {
      if (!ArrayBuffer.isView(value)) continue
      const bytes = new Uint8Array(this.exports.memory.buffer, places[i], value.byteLength + GUARD.length)
      if (GUARD.some((byte, at) => byte !== bytes[value.byteLength + at])) {
        expect.fail(`${name} wrote behind argument ${i}, of ${value.length} elements`)
      }
      const result = value.slice() as Elements
      new Uint8Array(result.buffer).set(bytes.subarray(0, value.byteLength))
      arrays.push(result)
    }
    for (const [pointer, bytes] of allocations) this.exports.free(pointer, bytes)
    return { arrays, returned }
  }
}

/** Behind every array, to notice a kernel that writes past its end. */
const GUARD = new Uint8Array(16).fill(0xa5)

export const [simd, scalar] = [new Instance('wasm'), new Instance('wasm-scalar')]
/** Where the runtime has relaxed SIMD. */
export const relaxed = WebAssembly.validate(RELAXED_PROBE) ? new Instance('wasm-relaxed') : null
/** Traps where an integer overflows. */
const checked = new Instance('wasm-checked')
const others = { scalar, checked, ...(relaxed && { relaxed }) }

/** The bits, every NaN being the same. */
function bitsOf(elements: Elements): Elements {
  if (!(elements instanceof Float32Array)) return elements
  const bits = new Uint32Array(elements.buffer, 0, elements.length).slice()
  elements.forEach((x, i) => {
    if (Number.isNaN(x)) bits[i] = 0x7fc0_0000
  })
  return bits
}

/** Runs a kernel in all instances and compares; the arrays as they are then. */
export function compare(name: string, args: readonly Argument[]): Elements[] {
  const want = simd.call(name, args)
  for (const [build, instance] of Object.entries(others)) {
    const got = instance.call(name, args)
    if (!Object.is(got.returned, want.returned)) {
      expect.fail(`${name} returned ${want.returned}, ${build} ${got.returned}`)
    }
    for (const [k, array] of want.arrays.entries()) {
      const [left, right] = [bitsOf(array), bitsOf(got.arrays[k])]
      const i = left.findIndex((bits, at) => bits !== right[at])
      if (i < 0) continue
      const sizes = args.map((value) =>
        ArrayBuffer.isView(value) ? `[${value.length}]` : JSON.stringify(value),
      )
      const call = `${name}(${sizes.join(', ')})`
      expect.fail(`${call}: array ${k} at ${i} is ${array[i]}, ${build} ${got.arrays[k][i]}`)
    }
  }
  return want.arrays
}
