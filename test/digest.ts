import { createHash } from 'node:crypto'
import type { Tensor } from '../ts/tensor/tensor.js'

/** As `digest` of test/fixtures/streams.py. */
export function digest(x: Tensor): string {
  const { buffer } = x.data()
  return createHash('sha256').update(new Uint8Array(buffer)).digest('hex').slice(0, 16)
}
