/** Special functions that are no methods of tensors: bundlers drop those that are not used. */
import type { TensorLike } from '../../tensor/convert.js'
import type { Tensor } from '../../tensor/tensor.js'
import { add, div, eq, le, mul } from './binary.js'
import { unary } from './function.js'
import { log1p } from './functions.js'
import { pair } from './pair.js'
import { masked_fill } from './where.js'

export const entr = /* @__PURE__ */ unary('entr')
export const erfcx = /* @__PURE__ */ unary('erfcx')
export const ndtr = /* @__PURE__ */ unary('ndtr')
export const ndtri = /* @__PURE__ */ unary('ndtri')
export const log_ndtr = /* @__PURE__ */ unary('log_ndtr')
export const i0e = /* @__PURE__ */ unary('i0e')
export const i1 = /* @__PURE__ */ unary('i1')
export const i1e = /* @__PURE__ */ unary('i1e')
export const zeta = /* @__PURE__ */ pair('zeta', { elements: 'as floats' })

export const xlog1py: (a: TensorLike, b: TensorLike) => Tensor = /* @__PURE__ */ pair('xlog1py', {
  elements: 'as floats',
  gradients: [
    (upstream, { a, b }) => masked_fill(mul(upstream, log1p(b)), mul(eq(a, 0), le(b, -1)), 0),
    (upstream, { a, b }) => mul(upstream, div(a, add(b, 1))),
  ],
})
