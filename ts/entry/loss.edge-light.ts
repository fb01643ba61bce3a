import { install } from '../wasm/instance.js'
import module from './softmargin.wasm?module'

install(module)

export * from '../loss.js'
