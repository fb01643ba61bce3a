/** Files. */
export { load, load_metadata } from './load.js'
export { save } from './save.js'
