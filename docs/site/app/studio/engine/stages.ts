/**
 * A run in stages: the first begins with the seed; each later one goes on from the best epoch of the one before, optimizer and random
 * numbers included, with the tags that were corrected since. So a run stays a function of rows, settings, seed and corrections.
 */
import torch from 'softmargin'
import type { Epoch } from '../protocol.ts'
import type { Correction } from './corrections.ts'

export interface Stage {
  /** With which it learns. */
  corrections: readonly Correction[]
  /** Epochs that it goes on from. */
  began_at: number
  /** Its epochs, those that it goes on from included; null while it is the last one. */
  history: Epoch[] | null
}

export const FIRST: Stage = { corrections: [], began_at: 0, history: null }

/** A checkpoint to go on from: what callbacks know of losses is about other tags, so they begin anew. */
export function withoutCallbacks(checkpoint: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const value = torch.load(checkpoint) as unknown as Record<string, unknown>
  return torch.save({ ...value, callbacks: {} }) as Uint8Array<ArrayBuffer>
}
