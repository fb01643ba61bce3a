/** UTF-8 to and from strings, also in runtimes without TextEncoder and TextDecoder. Both are created on first use. */

let decoder: TextDecoder | undefined
let encoder: TextEncoder | undefined

/** The text of UTF-8 bytes; undefined if they are invalid. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    if (typeof TextDecoder === 'undefined') return decodeURIComponent(percentEncoded(bytes))
    decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** Input for `decodeURIComponent`, which is as strict as a TextDecoder. */
const percentEncoded = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

/** A text without lone surrogates as UTF-8. */
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
