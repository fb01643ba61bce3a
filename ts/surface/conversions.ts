/** A tensor as a number, as JSON and on the console. */
import { defineInspection } from '../base/inspect.js'
import { Tensor } from '../tensor/tensor.js'

/**
 * The number of a tensor of one element, for `Number(x)` and arithmetic; its printed form for template strings, and for `x[mask]`,
 * which `stray_names.ts` knows by it.
 *
 * @throws TypeError for other tensors: JavaScript's operators cannot work on them
 */
function toPrimitive(this: Tensor, hint: string): string | number {
  if (hint === 'string') return this.toString()
  if (this.numel() === 1) return this.item()
  throw new TypeError(
    `a Tensor with ${this.numel()} elements cannot be converted to a number: JavaScript's operators do not work on tensors, write x.add(y) for x + y, x.sub(y) for x - y, x.mul(2) for x * 2, x.div(2) for x / 2, x.neg() for -x, x.gt(0) for x > 0, x.eq(1) for x == 1`,
  )
}

/** For `JSON.stringify`: nested arrays, or a number; NaN and infinities, which JSON lacks, become null there. */
function toJSON(this: Tensor) {
  return this.tolist()
}

for (const [name, value] of [
  [Symbol.toPrimitive, toPrimitive],
  ['toJSON', toJSON],
] as const) {
  Object.defineProperty(Tensor.prototype, name, { value, configurable: true })
}

// An assignment to a method's name would store a property that hides the method: it is an error instead.
for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(Tensor.prototype))) {
  if (typeof descriptor.value === 'function' && name !== 'constructor') {
    Object.defineProperty(Tensor.prototype, name, { writable: false })
  }
}

// With a sentence for what is written in Python.
const { data } = Tensor.prototype
Object.defineProperty(Tensor.prototype, 'data', {
  get: () => data,
  set() {
    throw new TypeError(
      'Tensor: data is a method and cannot be assigned to; write torch.no_grad(() => x.copy_(y)) for x.data = y',
    )
  },
})

defineInspection(Tensor.prototype, (x) => {
  try {
    return String(x)
  } catch (error) {
    // Where a tensor is printed, something is looked into: that it was disposed must not end that.
    return `tensor(<${(error as Error).message}>)`
  }
})
