import * as torch from './api.js'

export * from './api.js'
export { torch as default }
