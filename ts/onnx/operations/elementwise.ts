/** Functions of single elements. */
import type { DType } from '../../tensor/dtype.js'
import type { Converters } from '../convert.js'
import type { Site } from '../site.js'
import { isFixed } from '../sizes.js'

/** A single node. */
const node = (type: string) => (site: Site) => site.add(type, [site.in(0)])

/** The greatest float32. */
const MOST = 3.4028234663852886e38

const constant = (site: Site, value: number) => site.numbers([value])

/** `x` times a number. */
const scaled = (site: Site, x: string, factor: number): string =>
  factor === 1 ? x : site.add('Mul', [x, constant(site, factor)])

const shifted = (site: Site, x: string, by: number): string => site.add('Add', [x, constant(site, by)])

/** A number of the options as a constant of `dtype`, which may follow from a dynamic size, as a factor of a mean does. */
function numberOf(site: Site, name: string, dtype: DType): string {
  const values = site.given.options.map((options) => (options as Record<string, number>)[name])
  return varyingNumber(site, values, dtype)
}

/** A number that may be a dynamic size, or 1 divided by one. */
export function varyingNumber(site: Site, values: readonly number[], dtype: DType): string {
  if (values.every((value) => Object.is(value, values[0]))) return site.numbers([values[0]], [], dtype)
  const asSize = (sizes: readonly number[]): string | null => {
    const vector = sizes.every(Number.isSafeInteger) ? site.sizes.vector(sizes) : null
    return vector && site.cast(site.add('Squeeze', [vector]), dtype)
  }
  const size = asSize(values)
  if (size !== null) return size
  const reciprocal = asSize(values.map((value) => Math.round(1 / value)))
  const isReciprocal = values.every((value) => Math.fround(1 / Math.round(1 / value)) === Math.fround(value))
  if (reciprocal !== null && isReciprocal) return site.add('Reciprocal', [reciprocal])
  return site.fail('has a number that a dynamic dimension changes')
}

/** Work on bytes as int32, which runtimes have kernels for, and back. */
export function onIntegers(site: Site, operands: string[], work: (operands: string[]) => string): string {
  if (site.dtype() !== 'uint8') return work(operands)
  const result = work(operands.map((x) => site.cast(x, 'int32')))
  return site.result.dtype === 'uint8' ? site.cast(result, 'uint8') : result
}

/** Both operands; the second may be a number among the options. */
const operandsOf = (site: Site): string[] => [
  site.in(0),
  site.count > 1 ? site.in(1) : numberOf(site, 'other', site.dtype()),
]

/** Arithmetic, which for bool is logic. */
const arithmetic = (type: string, logic: string) => (site: Site) => {
  if (site.dtype() === 'bool') return site.add(logic, operandsOf(site))
  return onIntegers(site, operandsOf(site), ([a, b]) => {
    const alpha = site.option<number>('alpha')
    const dtype = site.dtype() === 'uint8' ? 'int32' : site.dtype()
    return site.add(type, [a, alpha === 1 ? b : site.add('Mul', [b, site.numbers([alpha], [], dtype)])])
  })
}

const comparison =
  (type: string, negate = false) =>
  (site: Site) => {
    let operands = operandsOf(site)
    const isOrder = type !== 'Equal'
    if (site.dtype() === 'uint8' || (site.dtype() === 'bool' && isOrder))
      operands = operands.map((x) => site.cast(x, 'int32'))
    const result = site.add(type, operands)
    return negate ? site.add('Not', [result]) : result
  }

const logic = (type: string) => (site: Site) =>
  site.dtype() === 'bool'
    ? site.add(type, [site.in(0), site.in(1)])
    : site.fail('has no form in ONNX here for integers')

/** From the nearer end. */
function lerp(site: Site): string {
  const weight = site.option<number>('weight')
  const [a, b] = [site.in(0), site.in(1)]
  const [end, factor] = Math.abs(weight) < 0.5 ? [a, weight] : [b, weight - 1]
  return site.add('Add', [end, scaled(site, site.add('Sub', [b, a]), factor)])
}

const pair = (type: string) => (site: Site) => {
  if (site.dtype() === 'bool') return site.add(type === 'Max' ? 'Or' : 'And', [site.in(0), site.in(1)])
  return onIntegers(site, [site.in(0), site.in(1)], (operands) => site.add(type, operands))
}

/** An attribute that is one of the two numbers of a unary function. */
const parameter = (site: Site, i: number): number =>
  site.agreed('a number', (run) => (site.given.options[run] as readonly number[])[i])

const where = (site: Site, condition: string, a: string, b: string) => site.add('Where', [condition, a, b])

function pow(site: Site): string {
  const exponent = site.option<number>('exponent')
  const x = site.in(0)
  if (exponent === 2) return site.add('Mul', [x, x])
  if (exponent === 1) return x
  if (exponent === 0.5) return site.add('Sqrt', [x])
  if (exponent === -1) return site.add('Reciprocal', [x])
  if (exponent === -0.5) return site.add('Reciprocal', [site.add('Sqrt', [x])])
  return site.add('Pow', [x, constant(site, exponent)])
}

/** `x P(X < x)`, by the error function, or approximately by tanh. */
function gelu(site: Site): string {
  const x = site.in(0)
  if (site.option<string>('approximate') === 'none') {
    const erf = site.add('Erf', [site.add('Div', [x, constant(site, Math.SQRT2)])])
    return scaled(site, site.add('Mul', [x, shifted(site, erf, 1)]), 0.5)
  }
  const cube = scaled(site, site.add('Mul', [site.add('Mul', [x, x]), x]), 0.044715)
  const inner = scaled(site, site.add('Add', [x, cube]), Math.sqrt(2 / Math.PI))
  return site.add('Mul', [scaled(site, x, 0.5), shifted(site, site.add('Tanh', [inner]), 1)])
}

function clamp(site: Site): string {
  const [min, max] = [site.option<number>('min'), site.option<number>('max')]
  const dtype = site.option<DType>('dtype')
  // JSON has no NaN, and no infinity.
  const bounds = site.given.options[0] as { min: number; max: number }
  if (Number.isNaN(bounds.min) || Number.isNaN(bounds.max)) return site.fail('has a bound that is NaN')
  const inner = dtype === 'uint8' ? 'int32' : dtype
  return onIntegers(site, [site.in(0)], ([x]) => {
    const end = (given: number | null, value: number) =>
      given === null ? '' : site.numbers([value], [], inner)
    if (bounds.min > bounds.max)
      return site.add('Min', [site.add('Max', [x, end(min, bounds.min)]), end(max, bounds.max)])
    return site.add('Clip', [x, end(min, bounds.min), end(max, bounds.max)])
  })
}

/** Rounds towards 0. */
const truncated = (site: Site, x: string): string =>
  site.add('Mul', [site.add('Sign', [x]), site.add('Floor', [site.add('Abs', [x])])])

/** `log(1 + e^x)`, `x` itself where beta x exceeds the threshold. */
function softplus(site: Site): string {
  const [beta, threshold] = [parameter(site, 0), parameter(site, 1)]
  const x = site.in(0)
  const product = scaled(site, x, beta)
  const soft = scaled(site, site.add('Softplus', [product]), 1 / beta)
  const isLinear = site.add('Greater', [product, constant(site, threshold)])
  return where(site, isLinear, x, soft)
}

const ofTrunc = (site: Site, work: (x: string, whole: string) => string): string => {
  const x = site.in(0)
  return work(x, truncated(site, x))
}

function remainder(site: Site): string {
  const operands = [site.in(0), site.in(1)]
  if (site.dtype() !== 'float32') return onIntegers(site, operands, (both) => site.add('Mod', both))
  const [a, b] = operands
  const quotient = site.add('Floor', [site.add('Div', [a, b])])
  return site.add('Sub', [a, site.add('Mul', [quotient, b])])
}

function floorDivide(site: Site): string {
  const operands = [site.in(0), site.in(1)]
  if (site.dtype() === 'float32') return site.add('Floor', [site.add('Div', operands)])
  // Division of integers rounds towards 0, but is exact without the remainder.
  return onIntegers(site, operands, ([a, b]) =>
    site.add('Div', [site.add('Sub', [a, site.add('Mod', [a, b])]), b]),
  )
}

export const elementwise: Converters = {
  add: arithmetic('Add', 'Or'),
  sub: arithmetic('Sub', 'Xor'),
  mul: arithmetic('Mul', 'And'),
  div: arithmetic('Div', 'And'),
  scale: (site) => site.add('Mul', [site.in(0), numberOf(site, 'factor', 'float32')]),
  gt: comparison('Greater'),
  ge: comparison('GreaterOrEqual'),
  lt: comparison('Less'),
  le: comparison('LessOrEqual'),
  eq: comparison('Equal'),
  ne: comparison('Equal', true),
  bitwise_and: logic('And'),
  bitwise_or: logic('Or'),
  bitwise_xor: logic('Xor'),
  lerp,
  maximum: pair('Max'),
  minimum: pair('Min'),
  clamp_min: pair('Max'),
  clamp_max: pair('Min'),
  pow_tensor: (site) => site.add('Pow', [site.in(0), site.in(1)]),
  remainder,
  fmod: (site) => onIntegers(site, [site.in(0), site.in(1)], (both) => site.add('Mod', both, { fmod: 1 })),
  floor_divide: floorDivide,
  trunc_divide: (site) =>
    site.dtype() === 'float32'
      ? truncated(site, site.add('Div', [site.in(0), site.in(1)]))
      : onIntegers(site, [site.in(0), site.in(1)], (both) => site.add('Div', both)),
  where: (site) => {
    if (site.dtype(1) !== 'bool') return where(site, site.in(0), site.in(1), site.in(2))
    const [condition, a, b] = [site.in(0), site.in(1), site.in(2)]
    const other = site.add('And', [site.add('Not', [condition]), b])
    return site.add('Or', [site.add('And', [condition, a]), other])
  },
  to: (site) => site.cast(site.in(0), site.result.dtype),
  clone: (site) => site.in(0),
  neg: (site) => onIntegers(site, [site.in(0)], ([x]) => site.add('Neg', [x])),
  abs: (site) => onIntegers(site, [site.in(0)], ([x]) => site.add('Abs', [x])),
  exp: node('Exp'),
  log: node('Log'),
  sqrt: node('Sqrt'),
  pow,
  clamp,
  relu: node('Relu'),
  sigmoid: node('Sigmoid'),
  logsigmoid: (site) => site.add('Neg', [site.add('Softplus', [site.add('Neg', [site.in(0)])])]),
  tanh: node('Tanh'),
  silu: (site) => site.add('Mul', [site.in(0), site.add('Sigmoid', [site.in(0)])]),
  gelu,
  leaky_relu: (site) => site.add('LeakyRelu', [site.in(0)], { alpha: { float: site.option('slope') } }),
  softsign: node('Softsign'),
  selu: node('Selu'),
  elu: (site) => {
    const [alpha, inner] = [parameter(site, 0), parameter(site, 1)]
    return site.add(inner === 1 ? 'Elu' : 'Celu', [site.in(0)], { alpha: { float: alpha } })
  },
  softplus,
  mish: (site) => site.add('Mul', [site.in(0), site.add('Tanh', [site.add('Softplus', [site.in(0)])])]),
  hardswish: node('HardSwish'),
  hardsigmoid: (site) =>
    site.add('HardSigmoid', [site.in(0)], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  hardtanh: (site) =>
    site.add('Clip', [site.in(0), constant(site, parameter(site, 0)), constant(site, parameter(site, 1))]),
  hardshrink: (site) =>
    site.add('Shrink', [site.in(0)], { lambd: { float: parameter(site, 0) }, bias: { float: 0 } }),
  softshrink: (site) => {
    const lambd = { float: parameter(site, 0) }
    return site.add('Shrink', [site.in(0)], { lambd, bias: lambd })
  },
  threshold: (site) => {
    const x = site.in(0)
    const isAbove = site.add('Greater', [x, constant(site, parameter(site, 0))])
    return where(site, isAbove, x, constant(site, parameter(site, 1)))
  },
  floor: node('Floor'),
  ceil: node('Ceil'),
  round: node('Round'),
  trunc: (site) => truncated(site, site.in(0)),
  frac: (site) => ofTrunc(site, (x, whole) => site.add('Sub', [x, whole])),
  sign: node('Sign'),
  nan_to_num: (site) => {
    const x = site.in(0)
    const [nan, above, below] = [0, 1, 2].map((i) => constant(site, parameter(site, i)))
    const known = where(site, site.add('IsNaN', [x]), nan, x)
    const raised = where(site, site.add('Less', [x, constant(site, -MOST)]), below, known)
    return where(site, site.add('Greater', [x, constant(site, MOST)]), above, raised)
  },
  exp2: (site) => site.add('Pow', [constant(site, 2), site.in(0)]),
  expm1: (site) => shifted(site, site.add('Exp', [site.in(0)]), -1),
  log1p: (site) => site.add('Log', [shifted(site, site.in(0), 1)]),
  log2: (site) => scaled(site, site.add('Log', [site.in(0)]), Math.LOG2E),
  log10: (site) => scaled(site, site.add('Log', [site.in(0)]), Math.LOG10E),
  sin: node('Sin'),
  cos: node('Cos'),
  tan: node('Tan'),
  asin: node('Asin'),
  acos: node('Acos'),
  atan: node('Atan'),
  sinh: node('Sinh'),
  cosh: node('Cosh'),
  asinh: node('Asinh'),
  acosh: node('Acosh'),
  atanh: node('Atanh'),
  erf: node('Erf'),
  erfc: (site) => site.add('Sub', [constant(site, 1), site.add('Erf', [site.in(0)])]),
}

/** Whether all sizes are fixed. */
export const allFixed = (site: Site, i = 0): boolean =>
  site.shapes(i)[0].every((_, dim) => isFixed(site.size(dim, i)))
