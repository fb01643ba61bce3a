import { readFileSync } from 'node:fs'
import { compile, install } from '../ts/wasm/instance.js'

install(compile(readFileSync('build/wasm/softmargin_bg.wasm')))
