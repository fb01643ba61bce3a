/** Updates of parameters, and what bounds their gradients. */
import { flavours, isTrue, out, product, SIZES, tame, wild } from './inputs.js'
import type { Check } from './kernels.js'

const squares = (length: number, values: (length: number) => Float32Array) => values(length).map(Math.abs)
/** Decays nothing and minimises, which has a loop of its own; the others have another. */
const directions = [
  [0, false],
  [0, true],
  [0.01, false],
  [0.01, true],
] as const

export const optim: Record<string, (check: Check) => void> = {
  sgd(check) {
    const options = product(SIZES, flavours, [0, 0.9], [0, 0.1], isTrue, directions)
    for (const [n, values, momentum, dampening, nesterov, [decay, maximize]] of options) {
      const buffer = momentum === 0 ? 0 : values(n)
      check(values(n), values(n), buffer, n, 0.1, momentum, dampening, decay, nesterov, maximize)
    }
  },
  adam(check) {
    const options = product(SIZES, flavours, isTrue, [0, 0.9], [1, 0.99], directions)
    for (const [n, values, amsgrad, beta1, decayFactor, [decay, maximize]] of options) {
      const moments = [values(n), squares(n, values), amsgrad ? squares(n, values) : 0]
      check(values(n), values(n), ...moments, n, 1e-3, beta1, 0.999, 1e-8, decay, decayFactor, maximize)
    }
  },
  rmsprop(check) {
    const options = product(SIZES, flavours, isTrue, [0, 0.9], [0, 0.99], directions)
    for (const [n, values, centered, momentum, alpha, [decay, maximize]] of options) {
      const state = [squares(n, values), centered ? values(n) : 0, momentum === 0 ? 0 : values(n)]
      check(values(n), values(n), ...state, n, 1e-3, alpha, 1e-8, decay, momentum, maximize)
    }
  },
  adagrad(check) {
    for (const [n, values, [decay, maximize]] of product(SIZES, flavours, directions)) {
      check(values(n), values(n), squares(n, values), n, 1e-3, 1e-10, decay, maximize)
    }
  },

  optim_moments(check) {
    const factors = [
      [0.1, 0.2, 1, 1e-8],
      [0, 1e-3, 0, 1],
    ]
    const options = product(SIZES, flavours, [0, 0.9], factors, [1, 0.99], directions)
    for (const [n, values, beta1, [ofGradient, ofMean, ofRoot, eps], decayFactor, direction] of options) {
      const [decay, maximize] = direction
      const rates = [beta1, 0.999, ofGradient, ofMean, ofRoot, eps, decay, decayFactor]
      check(values(n), values(n), values(n), squares(n, values), n, ...rates, maximize)
    }
  },
  optim_adamax(check) {
    for (const [n, values, beta1, [decay, maximize]] of product(SIZES, flavours, [0, 0.9], directions)) {
      check(values(n), values(n), values(n), squares(n, values), n, 1e-3, beta1, 0.999, 1e-8, decay, maximize)
    }
  },
  optim_adadelta(check) {
    for (const [n, values, [decay, maximize]] of product(SIZES, flavours, directions)) {
      const state = [squares(n, values), squares(n, values)]
      check(values(n), values(n), ...state, n, 1, 0.9, 1e-6, decay, maximize)
    }
  },
  optim_asgd(check) {
    for (const [n, values, mu, [decay, maximize]] of product(SIZES, flavours, [1, 0.25], directions)) {
      check(values(n), values(n), values(n), n, 0.01, 0.999, mu, decay, maximize)
    }
  },
  optim_rprop(check) {
    for (const [n, values, maximize] of product(SIZES, flavours, isTrue)) {
      check(values(n), values(n), values(n), squares(n, values), n, 0.5, 1.2, 1e-6, 50, maximize)
    }
  },

  norm(check) {
    const types = [2, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 3, 0.5, -1, Number.NaN]
    for (const [n, values, type] of product(SIZES, [...flavours, out], types)) check(values(n), type, n)
    // One special value at each place of a vector.
    for (const [n, i, type] of product([1, 5, 8], [0, 1, 2, 3, 4, 5, 6, 7], types)) {
      for (const special of [Number.NaN, Number.NEGATIVE_INFINITY, 0]) {
        const x = tame(n)
        x[i % n] = special
        check(x, type, n)
      }
    }
  },
  clamp_in_place(check) {
    for (const [n, values, limit] of product(
      SIZES,
      [tame, wild],
      [1, 0, -1, Number.POSITIVE_INFINITY, Number.NaN],
    )) {
      check(values(n), limit, n)
    }
  },
}
