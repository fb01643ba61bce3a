// Goes first: kernels are installed for a memory that threads may share.
import './web_threads.js'
import '../kernels/inline/inlined.js'

export { default } from './inlined/core/default_export.js'
export * from './inlined/core/index.js'
