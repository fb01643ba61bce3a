/** Conversion to and from the bytes of torch's CPU generator state (`CPUGeneratorImplState`). */
import { StateWord } from '#kernels'
import { RuntimeError } from '../base/errors.js'

// Indices in the words of a state.
const {
  next: NEXT,
  left: LEFT,
  cached_low: CACHED_LOW,
  cached_high: CACHED_HIGH,
  has_cached: HAS_CACHED,
} = StateWord

/** Number of words of the twister, which come first. */
const WORDS = NEXT
const LENGTH = HAS_CACHED + 1

/** A state of {@link Generator}: the words of `STATE_WORDS` in `random/generator.rs`, and the seed. */
export interface RandomState {
  readonly seed: bigint
  readonly words: Uint32Array<ArrayBuffer>
}

// Offsets in torch's bytes, where each word of the twister takes 64 bits.
const SEED_AT = 0
const LEFT_AT = 8
const SEEDED_AT = 12
const NEXT_AT = 16
const WORDS_AT = 24
const CACHED_AT = WORDS_AT + 8 * WORDS + 8
const HAS_CACHED_AT = CACHED_AT + 16
const BYTES = HAS_CACHED_AT + 16

/** The state in the layout of torch.get_rng_state. */
export function packState({ seed, words }: RandomState): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(BYTES)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(SEED_AT, seed, true)
  view.setInt32(LEFT_AT, words[LEFT], true)
  view.setInt32(SEEDED_AT, 1, true)
  view.setUint32(NEXT_AT, words[NEXT], true)
  for (let i = 0; i < WORDS; i++) view.setUint32(WORDS_AT + 8 * i, words[i], true)
  view.setUint32(CACHED_AT, words[CACHED_LOW], true)
  view.setUint32(CACHED_AT + 4, words[CACHED_HIGH], true)
  view.setInt32(HAS_CACHED_AT, words[HAS_CACHED], true)
  return bytes
}

/** The state in such bytes. Throws if torch could not have written them. */
export function unpackState(bytes: Uint8Array): RandomState {
  if (bytes.length !== BYTES) {
    throw new RuntimeError(
      `Expected a CPUGeneratorImplState of size ${BYTES} but found the input RNG state size to be ${bytes.length}`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, BYTES)
  const words = new Uint32Array(LENGTH)
  words[NEXT] = view.getUint32(NEXT_AT, true)
  words[LEFT] = view.getUint32(LEFT_AT, true)
  const isSeeded = view.getInt32(SEEDED_AT, true) === 1 && view.getUint32(NEXT_AT + 4, true) === 0
  // The kernels read `left - 1` words from `next` on.
  const isOrdered = words[LEFT] >= 1 && words[LEFT] <= WORDS && words[NEXT] + words[LEFT] <= WORDS + 1
  if (!isSeeded || !isOrdered) {
    throw new RuntimeError('Invalid mt19937 state')
  }
  for (let i = 0; i < WORDS; i++) words[i] = view.getUint32(WORDS_AT + 8 * i, true)
  words[CACHED_LOW] = view.getUint32(CACHED_AT, true)
  words[CACHED_HIGH] = view.getUint32(CACHED_AT + 4, true)
  words[HAS_CACHED] = view.getInt32(HAS_CACHED_AT, true) === 0 ? 0 : 1
  return { seed: view.getBigUint64(SEED_AT, true), words }
}
