import { readFileSync } from 'node:fs'
import { compile, install } from '../ts/wasm/instance.js'

// scripts/test.mjs runs everything once more with relaxed SIMD where the runtime has it.
const build = globalThis.process?.env.SOFTMARGIN_KERNELS ?? 'wasm'
install(compile(readFileSync(`build/${build}/softmargin_bg.wasm`)))
