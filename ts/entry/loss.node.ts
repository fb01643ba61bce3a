import './relaxed.js'
import '../wasm/inline.js'

export * from '../loss.js'
