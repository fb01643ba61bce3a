import type inlined from '#core.wasm?inlined'
import { compile } from '../instance.js'
import { merge } from './instruction_streams.js'
import { decompress } from './lzma.js'

/** Compiles kernels that are inlined. */
export function unpack({ compressed, sorted, lengths, head, size }: typeof inlined): WebAssembly.Module {
  return compile(merge(decompress(bytesOf(atob(compressed)), sorted), lengths, head, size))
}

function bytesOf(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}
