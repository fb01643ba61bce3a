import base64 from '#kernels.wasm?base64'
import { compile, install, isInstalled } from './instance.js'

// At top level: workers forbid compiling later, and awaiting here would break CommonJS and IIFE.
if (!isInstalled()) install(compile(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))))
