/** Errors for `x[mask]`, `x['1:3']`, `x.requiresGrad` and other unknown properties, with what to write instead. */

import { IndexError } from '../base/errors.js'
import { nearest } from '../call/nearest.js'
import { Tensor } from '../tensor/tensor.js'

/** An identifier, or a name that libraries probe for: `then`, `$$typeof`, `@@__IMMUTABLE_SET__@@`. */
const NAME = /^[\p{L}_$@][\p{L}\p{N}_$@/.-]*$/u

/** The keys of `x[undefined]`, `x[null]`, `x[true]`, `x[NaN]`. */
const CONSTANTS = ['undefined', 'null', 'true', 'false', 'NaN', 'Infinity']

/**
 * Undefined for a name that libraries may probe for.
 *
 * @throws IndexError for an intended index, TypeError for the camelCase form of a tensor's property
 */
export function refuseRead(key: string): undefined {
  if (isIndex(key)) throw badIndex(key, false)
  if (Object.hasOwn(ABSENT, key)) throw new TypeError(`Tensor.${key}: ${ABSENT[key]}`)
  const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  if (snake !== key && Object.hasOwn(Tensor.prototype, snake)) {
    throw new TypeError(`Tensor has no property '${key}': it is called '${snake}'`)
  }
  return undefined
}

/** @throws IndexError for an intended index, TypeError for every other name, because the assignment would have no effect */
export function refuseWrite(key: string): never {
  if (isIndex(key)) throw badIndex(key, true)
  const meant = nearest(key, Object.getOwnPropertyNames(Tensor.prototype))
  const hint =
    meant === undefined ? 'keep what belongs to it in a variable or a Map' : `did you mean '${meant}'?`
  throw new TypeError(`Tensor has no property '${key.slice(0, 80)}' to assign to; ${hint}`)
}

const isIndex = (key: string) => !NAME.test(key) || CONSTANTS.includes(key)

function badIndex(key: string, isWrite: boolean): IndexError {
  const shown = key.length > 40 ? `${key.slice(0, 37)}...` : key
  const write = isWrite ? ' = value' : ''
  return new IndexError(`x[${shown.replaceAll('\n', ' ')}]${write}: ${advice(key, isWrite)}`)
}

/** What torch has and this package does not, and why. */
const ABSENT: Readonly<Record<string, string>> = {
  double: 'there is no float64 here: float32 is the only floating-point type',
  half: 'there is no float16 here: float32 is the only floating-point type',
  bfloat16: 'there is no bfloat16 here: float32 is the only floating-point type',
  short: 'there is no int16 here: write x.int()',
  char: 'there is no int8 here: write x.int()',
  cuda: 'there is no GPU here: tensors are on the CPU',
  data_ptr: 'addresses of elements are not for use: they move; x.data() copies the elements',
  resize_: 'a tensor keeps its size: write x.reshape(size) or torch.empty(size)',
  resize_as_: 'a tensor keeps its size: write x.reshape_as(other) or torch.empty_like(other)',
}

function advice(key: string, isWrite: boolean): string {
  if (/^(Parameter containing:\n)?tensor\(/.test(key)) {
    return isWrite
      ? 'a tensor in brackets is no index in JavaScript: write x.index_put_([mask], value), or x.index_put_([rows, columns], value)'
      : 'a tensor in brackets is no index in JavaScript: write x.index([mask]), or x.index([rows, columns])'
  }
  if (key.includes(':'))
    return "slices are written as in Python, in quotes: x['1:3, ::2'], with whole numbers and steps above 0"
  if (key === '' || (/\d/.test(key) && /^[-\d.,\s]*$/.test(key))) {
    return isWrite
      ? "an array in brackets is no index in JavaScript: write x['1, 2'] = value, with a space, for one element, x.index_put_([[1, 2]], value) for rows"
      : "an array in brackets is no index in JavaScript: write x['1, 2'], with a space, for one element, x.index([[1, 2]]) for rows"
  }
  if (key === 'null')
    return `write x['None, ...']${isWrite ? ' = value' : ''} or x.unsqueeze(dim) for a dimension more`
  return `indices are whole numbers, or as in Python in quotes: x['1:3, 0'], x['..., -1'], x['None, :']; tensors and arrays are for x.${isWrite ? 'index_put_([mask], value)' : 'index([mask])'}`
}
