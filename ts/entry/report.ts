import family from '#metrics.wasm?inlined'
import { unpack } from '../kernels/inline/unpack.js'
import { installFamily, kernels } from '../kernels/instance.js'
import { report as render } from '../report/index.js'

/** Where kernels are inlined, an app may be without those of metrics: they are added by the first call. */
export const report: typeof render = (...args: unknown[]) => {
  if (kernels !== undefined && kernels.metrics_mean === undefined) installFamily(unpack(family))
  return Reflect.apply(render, undefined, args)
}
