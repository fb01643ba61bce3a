import { install } from '../wasm/instance.js'
import module from './loss.wasm'

install(module)

export * from '../loss.js'
