// Goes first: kernels are installed for a memory that threads may share.
import './web_threads.js'
import '../kernels/inline/inlined.js'
import './inlined/rest.js'

export * from './inlined/index.js'
export { default } from './inlined/index.js'
