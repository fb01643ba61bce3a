import './relaxed.js'
import '../wasm/inline.js'

export * from '../index.js'
export { default } from '../index.js'
