/** Files. */
export { type LoadOptions, load, load_metadata } from './load.js'
export { type SaveOptions, save } from './save.js'
