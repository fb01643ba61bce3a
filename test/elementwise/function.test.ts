import torch from '../../ts/index.js'
import { testOperations } from '../support/operations.js'

const { floor, ceil, trunc, round, frac, sign, exp2, expm1, log1p, log2, log10, sinc, erfc, erfinv } = torch
const { tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh, lgamma, digamma, i0, logit } = torch
const exact = { floor, ceil, trunc, round, frac, sign, exp2, expm1, log1p, log2, log10, sinc, erfc, erfinv }
const others = { tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh, lgamma, digamma, i0, logit }

testOperations('elementwise/function', {
  ...Object.fromEntries(
    Object.entries({ ...exact, ...others }).map(([name, run]) => [name, ([x]: torch.Tensor[]) => run(x)]),
  ),
  // Four lanes in float32.
  sin: [([x]) => torch.sin(x), { absolute: 1e-7 }],
  cos: [([x]) => torch.cos(x), { absolute: 1e-7 }],
  erf: ([x]) => torch.erf(x),
  // Its argument is rounded by torch: not 0 at integers.
  sinc: [([x]) => torch.sinc(x), { absolute: 1e-7 }],
  // The gradient is rounded where torch's float32 is.
  acosh: [([x]) => torch.acosh(x), { relative: 3e-5 }],
})
