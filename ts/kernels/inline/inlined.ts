import { compressed, head, lengths, size, sorted } from '#kernels.wasm?inlined'
import { compile, install, isInstalled } from '../instance.js'
import { merge } from './instruction_streams.js'
import { decompress } from './lzma.js'

// At top level: workers forbid compiling later, and awaiting here would break CommonJS and IIFE.
if (!isInstalled()) {
  install(compile(merge(decompress(bytesOf(atob(compressed)), sorted), lengths, head, size)))
}

function bytesOf(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}
