/** `softmargin/core` as its types say. */
export { default } from './default_export.js'
export * from './index.js'
