import { readFileSync } from 'node:fs'
import { compile, install } from '../ts/kernels/instance.js'
import { checkArguments } from './checked_kernels.js'

// scripts/test.mjs runs everything once more with relaxed SIMD where the runtime has it, and a part of it with kernels
// that trap where an integer overflows.
const build = globalThis.process?.env.SOFTMARGIN_KERNELS ?? 'wasm'
const bytes = readFileSync(`build/${build}/softmargin_bg.wasm`)
if (build === 'wasm-checked') await checkArguments(bytes)
install(compile(bytes))
