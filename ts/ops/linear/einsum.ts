/** Sums of products by named dimensions: Einstein's notation. */

import { describe } from '../../base/check.js'
import { RuntimeError } from '../../base/errors.js'
import { to } from '../../tensor/convert.js'
import { numelOf } from '../../tensor/shape.js'
import { Tensor } from '../../tensor/tensor.js'
import { mul } from '../elementwise/binary.js'
import { sum } from '../reduce/reduce.js'
import { diagonal } from '../shape/diagonal.js'
import { permute } from '../shape/permute.js'
import { reshape, squeeze } from '../shape/view.js'
import { matmul } from './matmul.js'

/** A tensor whose dimensions have names: letters, and '.0', '.1', … for those of an ellipsis, the last one first. */
interface Named {
  readonly x: Tensor
  readonly labels: readonly string[]
}

const refuse = (message: string) => new RuntimeError(`einsum(): ${message}`)

/**
 * The sum of products that `equation` names, such as 'ij,jk->ik'.
 *
 * @throws RuntimeError if the equation is none, or does not fit the operands
 */
export function einsum(equation: string, operands: readonly Tensor[]): Tensor {
  const [left, right, ...more] = equation.replaceAll(' ', '').split('->')
  if (more.length > 0) throw refuse('the equation has more than one arrow')
  const terms = left.split(',')
  if (operands.length === 0) throw refuse('must provide at least one operand')
  if (terms.length !== operands.length) {
    const which = terms.length > operands.length ? 'fewer' : 'more'
    throw refuse(`${which} operands were provided than specified in the equation`)
  }
  const named = operands.map((x, i) => operandOf(terms[i], x, i))
  checkSizes(named)
  const out = right === undefined ? implied(named) : outputOf(right, named)
  const known = new Set(named.flatMap(({ labels }) => labels))
  for (const label of out) {
    if (!known.has(label)) {
      throw refuse(`output subscript ${label} does not appear in the equation for any input operand`)
    }
    if (out.indexOf(label) !== out.lastIndexOf(label))
      throw refuse(`output subscript ${label} appears more than once in the output`)
  }
  const [first, ...rest] = named.map(withoutRepeats)
  const total = rest.reduce((so, next, i) => {
    const needed = new Set([...out, ...rest.slice(i + 1).flatMap(({ labels }) => labels)])
    return contracted(so, next, needed)
  }, first)
  const { x, labels } = without(total, (label) => !out.includes(label))
  return permute(
    x,
    out.map((label) => labels.indexOf(label)),
  )
}

/** The labels of a term, whose ellipsis stands for `dots` dimensions. */
function labelsOf(term: string, dots: number): string[] {
  const labels: string[] = []
  let rest = term
  while (rest !== '') {
    if (rest.startsWith('...')) {
      for (let i = dots - 1; i >= 0; i--) labels.push(`.${i}`)
      rest = rest.slice(3)
    } else {
      if (!/^[a-zA-Z]/.test(rest))
        throw refuse(`invalid subscript given at ${describe(rest[0])}, subscripts must be in [a-zA-Z]`)
      labels.push(rest[0])
      rest = rest.slice(1)
    }
  }
  return labels
}

function operandOf(term: string, x: Tensor, i: number): Named {
  const [before, ...others] = term.split('...')
  if (others.length > 1) throw refuse(`found two ellipses for operand ${i}`)
  const given = before.length + others.join('').length
  const fits = others.length === 0 ? given === x.dim() : given <= x.dim()
  if (!fits) {
    throw refuse(
      `the number of subscripts in the equation (${given}) ${others.length === 0 ? 'does not match' : 'is more than'} the number of dimensions (${x.dim()}) for operand ${i}${others.length === 0 ? ' and no ellipsis was given' : ''}`,
    )
  }
  return { x, labels: labelsOf(term, x.dim() - given) }
}

/** Throws unless dimensions of one name have one size, or 1. */
function checkSizes(named: readonly Named[]): void {
  const sizes = new Map<string, number>()
  for (const [i, { x, labels }] of named.entries()) {
    for (const [dim, label] of labels.entries()) {
      const size = x.shape[dim]
      const own = labels.indexOf(label)
      if (x.shape[own] !== size) {
        throw refuse(
          `subscript ${label} is repeated for operand ${i} but the sizes don't match, ${size} != ${x.shape[own]}`,
        )
      }
      const seen = sizes.get(label) ?? 1
      if (seen !== 1 && size !== 1 && seen !== size) {
        throw refuse(
          `subscript ${label} has size ${size} for operand ${i} which does not broadcast with previously seen size ${seen}`,
        )
      }
      sizes.set(label, size === 1 ? seen : size)
    }
  }
}

/** Without an arrow: the dimensions of the ellipsis, and what is named once, in the order of the alphabet. */
function implied(named: readonly Named[]): string[] {
  const all = named.flatMap(({ labels }) => labels)
  const once = all.filter((label) => !label.startsWith('.') && all.indexOf(label) === all.lastIndexOf(label))
  return [...labelsOf('...', dotsOf(named)), ...once.sort()]
}

const dotsOf = (named: readonly Named[]): number =>
  Math.max(...named.map(({ labels }) => labels.filter((label) => label.startsWith('.')).length))

const outputOf = (term: string, named: readonly Named[]): string[] => labelsOf(term, dotsOf(named))

/** A dimension that is named twice is the diagonal. */
function withoutRepeats({ x, labels }: Named): Named {
  const at = labels.findIndex((label, i) => labels.indexOf(label, i + 1) >= 0)
  if (at < 0) return { x, labels }
  const again = labels.indexOf(labels[at], at + 1)
  const others = labels.filter((_, i) => i !== at && i !== again)
  return withoutRepeats({ x: diagonal(x, 0, at, again), labels: [...others, labels[at]] })
}

/** Sums over what `isSummed`. */
function without({ x, labels }: Named, isSummed: (label: string, dim: number) => boolean): Named {
  const dims = labels.flatMap((label, dim) => (isSummed(label, dim) ? [dim] : []))
  if (dims.length === 0) return { x, labels }
  const rest = labels.filter((_, dim) => !dims.includes(dim))
  const single = dims.every((dim) => x.shape[dim] === 1)
  return { x: single ? squeeze(x, dims) : to(sum(x, { dim: dims }), x.dtype), labels: rest }
}

/** The product of two, summed over what is not `needed` any more. */
function contracted(a: Named, b: Named, needed: ReadonlySet<string>): Named {
  const sizeIn = ({ x, labels }: Named, label: string) => x.shape[labels.indexOf(label)]
  const isBroadcast = (own: Named, other: Named) => (label: string) =>
    other.labels.includes(label) ? sizeIn(own, label) === 1 && sizeIn(other, label) !== 1 : !needed.has(label)
  const left = without(a, isBroadcast(a, b))
  const right = without(b, isBroadcast(b, a))
  const shared = left.labels.filter((label) => right.labels.includes(label))
  const [batch, summed] = [shared.filter((l) => needed.has(l)), shared.filter((l) => !needed.has(l))]
  const [rows, columns] = [left, right].map(({ labels }) => labels.filter((l) => !shared.includes(l)))
  const labels = [...batch, ...rows, ...columns]
  const sizes = (of: Named, names: readonly string[]) => names.map((name) => sizeIn(of, name))
  const ordered = (of: Named, names: readonly string[]) =>
    permute(
      of.x,
      names.map((name) => of.labels.indexOf(name)),
    )
  const [many, m, k, n] = [sizes(left, batch), sizes(left, rows), sizes(left, summed), sizes(right, columns)]
  if (summed.length === 0) {
    const wide = reshape(ordered(left, [...batch, ...rows]), [...many, ...m, ...n.map(() => 1)])
    const tall = reshape(ordered(right, [...batch, ...columns]), [...many, ...m.map(() => 1), ...n])
    return { x: mul(wide, tall), labels }
  }
  const outer = batch.length === 0 ? [] : [numelOf(many)]
  const wide = reshape(ordered(left, [...batch, ...rows, ...summed]), [...outer, numelOf(m), numelOf(k)])
  const tall = reshape(ordered(right, [...batch, ...summed, ...columns]), [...outer, numelOf(k), numelOf(n)])
  return { x: reshape(matmul(wide, tall), [...many, ...m, ...n]), labels }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** The equation and the operands of torch's other form: each tensor followed by the numbers of its dimensions, at the end those of the result. */
export function fromSublists(given: readonly unknown[]): [string, Tensor[]] {
  const termOf = (list: unknown) => {
    if (!Array.isArray(list)) throw refuse(`expected a list of subscripts, but got ${describe(list)}`)
    return list
      .map((number) => {
        if (number === '...') return '...'
        if (!Number.isInteger(number) || number < 0 || number >= LETTERS.length)
          throw refuse(`subscripts must be in the range [0, 52), but got ${describe(number)}`)
        return LETTERS[number as number]
      })
      .join('')
  }
  const operands: Tensor[] = []
  const terms: string[] = []
  const pairs = given.length - (given.length % 2)
  for (let i = 0; i < pairs; i += 2) {
    const x = given[i]
    if (!(x instanceof Tensor))
      throw new TypeError(`einsum: operands must be Tensors, but got ${describe(x)}`)
    operands.push(x)
    terms.push(termOf(given[i + 1]))
  }
  const out = given.length % 2 === 1 ? `->${termOf(given.at(-1))}` : ''
  return [terms.join(',') + out, operands]
}
