import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'

/** Decays of the running means of the gradient and of its square. */
export type Betas = readonly [number, number]

/** Throws torch's error unless it is a pair of decays. */
export function checkBetas(betas: unknown, isNew: boolean): void {
  if (!Array.isArray(betas) || betas.length !== 2) {
    throw new ValueError(`Invalid betas: they must be an array of two numbers, but got ${describe(betas)}`)
  }
  for (const [index, beta] of betas.entries()) {
    const isValid = typeof beta === 'number' && (isNew ? beta >= 0 && beta < 1 : beta < 1 || beta > 1)
    if (!isValid) throw new ValueError(`Invalid beta parameter at index ${index}: ${describe(beta)}`)
  }
}
