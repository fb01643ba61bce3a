import { ParseError } from './parse_error.js'

/** As many bytes tell what a file is. */
export const SIGNATURE_BYTES = 4

const GZIP = ": decompress it first, by stream.pipeThrough(new DecompressionStream('gzip'))"

const SIGNATURES: readonly [name: string, bytes: readonly number[], hint: string][] = [
  ['a gzip archive', [0x1f, 0x8b], GZIP],
  ['a zip archive or a workbook', [0x50, 0x4b, 3, 4], ': unpack it first, or save its table as text'],
  ['a bzip2 archive', [0x42, 0x5a, 0x68, 0x39], ': decompress it first'],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58], ': decompress it first'],
  ['a zstd archive', [0x28, 0xb5, 0x2f, 0xfd], ': decompress it first'],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31], ', which is not text'],
]

/** Throws for files that people take for the text which they hold. */
export function refuseArchives(op: string, head: Uint8Array): void {
  for (const [name, bytes, hint] of SIGNATURES)
    if (bytes.every((byte, i) => head[i] === byte)) throw new ParseError(`${op}: the file is ${name}${hint}`)
}
