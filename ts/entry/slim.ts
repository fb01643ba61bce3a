export * from '../index.js'
export { default } from '../index.js'
export { init, initSync } from '../kernels/init.js'
