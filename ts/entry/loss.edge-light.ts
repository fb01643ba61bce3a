import { install } from '../kernels/instance.js'
import module from './loss.wasm?module'

install(module)

export * from '../loss.js'
