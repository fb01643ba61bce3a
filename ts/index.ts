export * from './api.js'
export { default } from './default_export.js'
