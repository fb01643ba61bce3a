import { install } from '../kernels/instance.js'
import module from './loss.wasm'

install(module)

export * from '../loss.js'
