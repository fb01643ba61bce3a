import './relaxed.js'
import '../kernels/inline/inlined.js'

export * from '../index.js'
export { default } from '../index.js'
