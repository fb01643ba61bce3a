import inlined from '#core.wasm?inlined'
import { install, isInstalled } from '../instance.js'
import { unpack } from './unpack.js'

// At top level: workers forbid compiling later, and awaiting here would break CommonJS and IIFE.
if (!isInstalled()) install(unpack(inlined))
