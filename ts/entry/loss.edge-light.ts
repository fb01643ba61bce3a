import { install } from '../wasm/instance.js'
import module from './loss.wasm?module'

install(module)

export * from '../loss.js'
