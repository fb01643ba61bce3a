import { install } from '../wasm/instance.js'
import module from './softmargin.wasm'

install(module)

export * from '../loss.js'
