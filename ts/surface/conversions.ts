/** Conversion of tensors to numbers, JSON and console output. */
import { defineInspection } from '../base/inspect.js'
import { Tensor } from '../tensor/tensor.js'

/**
 * The number of a one-element tensor, for `Number(x)` and arithmetic. The printed form for template strings, and for `x[mask]`,
 * where `stray_names.ts` recognises it.
 *
 * @throws TypeError for other tensors, for which JavaScript's operators cannot work
 */
function toPrimitive(this: Tensor, hint: string): string | number {
  if (hint === 'string') return this.toString()
  if (this.numel() === 1) return this.item()
  throw new TypeError(
    `a Tensor with ${this.numel()} elements cannot be converted to a number: JavaScript's operators do not work on tensors, write x.add(y) for x + y, x.sub(y) for x - y, x.mul(2) for x * 2, x.div(2) for x / 2, x.neg() for -x, x.gt(0) for x > 0, x.eq(1) for x == 1`,
  )
}

/** For `JSON.stringify`: nested arrays, or a number. NaN and infinities become null, as JSON lacks them. */
function toJSON(this: Tensor) {
  return this.tolist()
}

for (const [name, value] of [
  [Symbol.toPrimitive, toPrimitive],
  ['toJSON', toJSON],
] as const) {
  Object.defineProperty(Tensor.prototype, name, { value, configurable: true })
}

// Makes the methods of the class read-only, as `addMethods` does: otherwise an assignment would create a property that hides the method.
for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(Tensor.prototype))) {
  if (typeof descriptor.value === 'function' && name !== 'constructor') {
    Object.defineProperty(Tensor.prototype, name, { writable: false })
  }
}

// Assigning to `data` is common in Python: the error says what to write instead.
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
    // Printing a disposed tensor must not throw, because it would interrupt debugging.
    return `tensor(<${(error as Error).message}>)`
  }
})
