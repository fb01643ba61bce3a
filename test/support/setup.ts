import { readFileSync } from 'node:fs'
import { compile, install } from '../../ts/kernels/instance.js'

// scripts/test.mjs runs everything once more with relaxed SIMD where the runtime has it, and a part of it on the kernels of
// the debug build.
const build = globalThis.process?.env.SOFTMARGIN_KERNELS ?? 'wasm'
install(compile(readFileSync(`build/${build}/softmargin_bg.wasm`)))
