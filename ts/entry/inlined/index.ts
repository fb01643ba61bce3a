/** The namespaces where the kernels are inlined: what needs a family of them brings it. */
export * from './api.js'
export { default } from './default_export.js'
