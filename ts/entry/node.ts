// Goes first: kernels are installed for a memory that threads may share.
import './node_threads.js'
import './relaxed.js'
import '../kernels/inline/inlined.js'
import './inlined/rest.js'

export * from './inlined/index.js'
export { default } from './inlined/index.js'
