import './relaxed.js'
import '../kernels/inline/inlined.js'

export * from '../loss.js'
