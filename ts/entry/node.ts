import './relaxed.js'
import '../kernels/inline/inlined.js'

export * from './inlined/index.js'
export { default } from './inlined/index.js'
