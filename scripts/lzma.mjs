import { compress } from 'lzma1'

const HEADER_BYTES = 13

/** Compresses for `ts/kernels/inline/lzma.ts`: a bare stream, as the decoder knows its properties and size. */
export function lzma(bytes) {
  const file = new Uint8Array(compress(bytes, 9))
  if (file[0] !== 0x5d) throw new Error(`lzma1 chose the properties ${file[0]}, not lc=3, lp=0, pb=2`)
  return file.subarray(HEADER_BYTES)
}
