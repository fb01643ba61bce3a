/** A program in a link: after `#code=`, deflated, in the alphabet of URLs. The part after # is sent to no server. */

const LONGEST = 200_000

const through = (
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
): ReadableStream<Uint8Array> =>
  new Blob([bytes as BlobPart]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>)

/** All that a stream gives. One that gives too much is left: a short link may unpack to anything. */
async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const reader = stream.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value)
    length += read.value.length
    if (length <= LONGEST) continue
    await reader.cancel()
    throw new Error('the program is too long')
  }
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** What follows `#code=`. Throws for a program of more than 200 kB. */
export async function pack(code: string): Promise<string> {
  const bytes = new TextEncoder().encode(code)
  if (bytes.length > LONGEST) throw new Error('the program is too long for a link')
  const packed = await collect(through(bytes, new CompressionStream('deflate-raw')))
  let text = ''
  for (const byte of packed) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The program of what follows `#code=`. Throws for what is none. */
export async function unpack(packed: string): Promise<string> {
  const text = atob(packed.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(text, (sign) => sign.charCodeAt(0))
  const all = await collect(through(bytes, new DecompressionStream('deflate-raw')))
  return new TextDecoder('utf-8', { fatal: true }).decode(all)
}
