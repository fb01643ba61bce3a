import type { Tensor } from '../../ts/tensor/tensor.js'

/** As `digest` of test/random/streams.py; of WebCrypto, which pages have too. */
export async function digest(x: Tensor): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', x.data().buffer)
  const bytes = [...new Uint8Array(hash, 0, 8)]
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
