/** Functions of one tensor and at most three numbers, by one kernel. */
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

type Parameters = readonly [a: number, b: number, c: number]

/** A function of x, and of numbers that it may have. */
type Work = (x: TensorLike, a?: number, b?: number, c?: number) => Tensor

/** The function of this name. Integers become float32, unless the rule refuses them. `saves` is what its gradient is computed from. */
export function unary(
  name: keyof typeof FunctionCode,
  operands: OperandRule<Parameters> = asFloat,
  saves: 'input' | 'result' = 'input',
): Work {
  const code = FunctionCode[name]
  const record = define<Parameters, { saved: Tensor }>({
    name,
    operands,
    shape: shapeOfInput,
    forward([x], out, parameters) {
      kernels.unary(code, x.pointer(), ...parameters, out.pointer(), out.numel())
      return { saved: saves === 'input' ? x : out }
    },
    backward(upstream, { saved }, parameters) {
      const gradient = empty('backward', upstream.shape)
      const [up, x] = [upstream.pointer(), saved.pointer()]
      kernels.unary_backward(code, up, x, ...parameters, gradient.pointer(), gradient.numel())
      return [gradient]
    },
  })
  return (x, a = 0, b = 0, c = 0) => apply(record, [x], [a, b, c])
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
