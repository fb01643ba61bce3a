/** Functions of one tensor and at most two numbers, by one kernel. */
import { FunctionCode } from '#kernels'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { asFloat, type OperandRule } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import type { TensorLike } from '../../tensor/convert.js'
import { empty, Tensor } from '../../tensor/tensor.js'
import { clone } from '../shape/clone.js'
import { checkNotBool } from './integer.js'
import { shapeOfInput } from './math.js'

type Parameters = readonly [a: number, b: number]

/** A function of x, and of numbers that it may have. */
type Work = (x: TensorLike, a?: number, b?: number) => Tensor

/** The function of this name. Integers become float32, unless the rule refuses them. */
export function unary(name: keyof typeof FunctionCode, operands: OperandRule<Parameters> = asFloat): Work {
  const code = FunctionCode[name]
  const record = define<Parameters, { x: Tensor }>({
    name,
    operands,
    shape: shapeOfInput,
    forward([x], out, [a, b]) {
      kernels.unary(code, x.pointer(), a, b, out.pointer(), out.numel())
      return { x }
    },
    backward(upstream, { x }, [a, b]) {
      const gradient = empty('backward', upstream.shape)
      const length = gradient.numel()
      kernels.unary_backward(code, upstream.pointer(), x.pointer(), a, b, gradient.pointer(), length)
      return [gradient]
    },
  })
  return (x, a = 0, b = 0) => apply(record, [x], [a, b])
}

/** A function that gives integers as they are. */
export function rounding(name: keyof typeof FunctionCode): Work {
  const ofFloats = unary(name)
  return (x, a, b) => {
    if (!(x instanceof Tensor) || x.dtype === 'float32') return ofFloats(x, a, b)
    checkNotBool(name, x.dtype)
    return clone(x)
  }
}
