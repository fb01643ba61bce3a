import { install } from '../kernels/instance.js'
import { set_budget } from '../surface/wasm.js'
import module from './softmargin.wasm?module'

install(module)
// A worker has 128 MB in all.
set_budget(48 * 2 ** 20)

export * from '../index.js'
export { default } from '../index.js'
