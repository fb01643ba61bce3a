/** Text and its bytes, in runtimes without TextEncoder and TextDecoder too. Both are made when they are first wanted. */

let decoder: TextDecoder | undefined
let encoder: TextEncoder | undefined

/** Text from UTF-8; undefined where it is not. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    if (typeof TextDecoder === 'undefined') return decodeURIComponent(percentEncoded(bytes))
    decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** What `decodeURIComponent` decodes, as strictly as a TextDecoder. */
const percentEncoded = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

/** Text, without halves of surrogate pairs, as UTF-8. */
export function utf8Of(text: string): Uint8Array<ArrayBuffer> {
  if (typeof TextEncoder === 'undefined') {
    const bytes = encodeURIComponent(text).match(/%..|[^%]/g) ?? []
    return Uint8Array.from(bytes, (byte) =>
      byte.length === 1 ? byte.charCodeAt(0) : Number.parseInt(byte.slice(1), 16),
    )
  }
  encoder ??= new TextEncoder()
  return encoder.encode(text)
}
