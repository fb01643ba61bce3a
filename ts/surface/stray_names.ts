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

function advice(key: string, isWrite: boolean): string {
  if (/^(Parameter containing:\n)?tensor\(/.test(key)) {
    return isWrite
      ? 'a tensor in brackets is no index in JavaScript: write x.masked_fill_(mask, value) for a mask, x.select(dim, i).copy_(value) for rows'
      : 'a tensor in brackets is no index in JavaScript: write x.index_select(dim, indices) for indices, x.masked_fill(mask, value) or x.where(mask, other) for a mask, x.at(...) for a single element'
  }
  if (key.includes(':')) {
    return `slices are a method: write x.slice(dim, start, end, step)${isWrite ? '.copy_(value)' : ''}`
  }
  if (key === '' || (/\d/.test(key) && /^[-\d.,\s]*$/.test(key))) {
    return isWrite
      ? 'an array in brackets is no index in JavaScript: write x.at(i, j).copy_(value) or x[i][j] = value for one element, x.select(dim, i).copy_(value) for each of several rows'
      : 'an array in brackets is no index in JavaScript: write x.at(i, j) or x[i][j] for one element, x.index_select(dim, torch.tensor([i, j], { dtype: "int32" })) for several rows'
  }
  if (key === 'null') return `write x.unsqueeze(dim)${isWrite ? '.copy_(value)' : ''} for a dimension more`
  return `only a whole number is an index; write x.at(...), x.select(dim, i), x.slice(dim, start, end) or x.index_select(dim, indices)${isWrite ? ', with .copy_(value) where the part is a view' : ''}`
}
