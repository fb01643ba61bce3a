import { describe } from '../base/check.js'
import { defineInspection } from '../base/inspect.js'
import { defineKind } from '../call/kinds.js'
import { takesNothing } from '../call/nothing.js'
import { signature } from '../call/signature.js'
import { kernels, linearMemory } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { tensor } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { packState, unpackState } from './state.js'

const GENERATOR = signature('Generator', "device: 'cpu' = 'cpu'")
const MANUAL_SEED = signature('manual_seed', 'seed: seed')
const SET_STATE = signature('set_state', 'new_state: Tensor')

/** A state of a generator. */
export interface Bookmark {
  /** Restores it. Cannot fail. */
  goBack(): void
  /** Whether the generator has it, so that nothing was drawn. */
  isHere(): boolean
  /** Its bytes as of {@link Generator.get_state}. */
  state(): Uint8Array<ArrayBuffer>
}

/** Bytes at both ends of a state that tell it from the others of its stream. */
const ENDS = 20

/** The seed of a new generator, as in torch. */
const DEFAULT_SEED = 67280421310721

/**
 * A stream of random numbers: the mt19937 of CPU PyTorch, so that the same seed gives the same numbers.
 * It starts with torch's default seed. Source: torch.Generator.
 *
 * @example torch.randn([3], { generator: new torch.Generator().manual_seed(0) })
 */
export class Generator {
  private readonly state: Storage
  private startedWith = 0n

  /** @param device 'cpu', the only device */
  constructor(device?: 'cpu' | { device?: 'cpu' })
  constructor(...args: unknown[]) {
    defineInspection<Generator>(
      Generator.prototype,
      (x) => `Generator(device='cpu', seed=${x.initial_seed()})`,
    )
    GENERATOR.read(args)
    // Throws a clear error if softmargin/slim has no kernels yet.
    linearMemory()
    this.state = new Storage(kernels.random_state_bytes()).keep()
    this.manual_seed(DEFAULT_SEED)
  }

  /**
   * Starts the stream of `seed`, of which only the low 32 bits matter.
   *
   * @throws TypeError unless it is a safe integer or a 64-bit bigint
   */
  manual_seed(seed: number | bigint | { seed: number | bigint }): this
  manual_seed(...args: unknown[]): this {
    const [seed] = MANUAL_SEED.read(args)
    const low = Number(BigInt.asUintN(32, BigInt(seed)))
    this.use((state) => kernels.random_seed(state, low))
    this.startedWith = BigInt.asUintN(64, BigInt(seed))
    return this
  }

  /** Starts a stream with a random seed, and returns the seed. */
  seed(): number
  seed(...none: unknown[]): number {
    takesNothing('seed', none)
    const seed = Math.floor(Math.random() * 2 ** 53)
    this.manual_seed(seed)
    return seed
  }

  /** The seed of the stream; negative from 2^63 on, rounded from 2^53 on. */
  initial_seed(): number
  initial_seed(...none: unknown[]): number {
    takesNothing('initial_seed', none)
    return Number(BigInt.asIntN(64, this.startedWith))
  }

  /** The state as 5056 bytes (uint8) in torch's layout. */
  get_state(): Tensor<readonly [number]>
  get_state(...none: unknown[]): Tensor<readonly [number]> {
    takesNothing('get_state', none)
    const bytes = this.state.read(0, this.state.bytes)
    return tensor(packState({ seed: this.startedWith, words: new Uint32Array(bytes.buffer) }))
  }

  /**
   * Restores a state of {@link get_state}, or of torch's.
   *
   * @throws RuntimeError if it is invalid; then nothing is changed
   */
  set_state(new_state: Tensor | { new_state: Tensor }): this
  set_state(...args: unknown[]): this {
    const [state] = SET_STATE.read(args)
    if (state.dtype !== 'uint8') throw new TypeError('RNG state must be a torch.ByteTensor')
    const { seed, words } = unpackState(state.data<Uint8Array>())
    this.state.write(0, new Uint8Array(words.buffer))
    this.startedWith = seed
    return this
  }

  /** Draws a seed for another generator: the low bits of torch's `random_()` on int64, two draws. @internal */
  next_seed(): number {
    return this.use((state) => kernels.random_53_bits(state))
  }

  /** Runs `work`, which draws numbers, and restores the stream if it throws. @internal */
  attempt<T>(work: () => T): T {
    const goBack = this.mark()
    try {
      return work()
    } catch (error) {
      goBack()
      throw error
    }
  }

  /** Returns a function that restores the current state of the stream, and cannot fail. @internal */
  mark(): () => void {
    const before = this.state.read(0, this.state.bytes)
    return () => this.state.write(0, before)
  }

  /** The current state, to go back to, and to be compared with a later one. @internal */
  bookmark(): Bookmark {
    const { state } = this
    const { bytes } = state
    const before = state.read(0, bytes)
    const seed = this.startedWith
    const last = new Uint8Array(ENDS)
    return {
      goBack: () => {
        state.write(0, before)
        this.startedWith = seed
      },
      // The counters behind the words of the twister change with each number, its words every 624 numbers.
      isHere() {
        for (const offset of [bytes - ENDS, 0]) {
          state.copyInto(last, offset)
          for (let i = 0; i < ENDS; i++) if (last[i] !== before[offset + i]) return false
        }
        return true
      },
      state: () => packState({ seed, words: new Uint32Array(before.buffer) }),
    }
  }

  /** Runs a kernel that draws from the state. @internal */
  use<T>(draw: (state: number) => T): T {
    return launch(() => draw(this.state.pointer()))
  }
}

/** Throws unless `generator` is a Generator: kernels write to the address of its state. */
export function checkGenerator(op: string, generator: unknown): asserts generator is Generator {
  if (!(generator instanceof Generator)) {
    throw new TypeError(`${op}: generator must be a Generator, but got ${describe(generator)}`)
  }
}

/** Runs `work`, which draws from the given or the default generator, and restores its stream if it throws. */
export function drawing<T>(
  op: string,
  { generator }: { generator?: Generator | null | undefined },
  work: () => T,
): T {
  const source = generator ?? default_generator()
  checkGenerator(op, source)
  return source.attempt(work)
}

let shared: Generator | undefined

/** The default generator, which starts with a random seed. */
export function default_generator(): Generator
export function default_generator(...none: unknown[]): Generator {
  takesNothing('default_generator', none)
  if (shared === undefined) {
    shared = new Generator()
    shared.seed()
  }
  return shared
}

/**
 * Seeds the default stream: the same seed gives the same numbers as in CPU PyTorch.
 *
 * @example torch.manual_seed(0); torch.randn([3]).tolist() // [1.5410, -0.2934, -2.1788]
 */
export function manual_seed(seed: number | bigint | { seed: number | bigint }): Generator
export function manual_seed(...args: unknown[]): Generator {
  return default_generator().manual_seed(...(args as [number]))
}

/** Seeds the default stream randomly, and returns the seed. */
export function seed(): number
export function seed(...none: []): number {
  return default_generator().seed(...none)
}

/** The seed of the default stream. */
export function initial_seed(): number
export function initial_seed(...none: []): number {
  return default_generator().initial_seed(...none)
}

/**
 * The state of the default stream, as bytes that PyTorch's torch.set_rng_state also accepts.
 *
 * @example
 * const state = torch.get_rng_state()
 * const once = torch.randn([3])
 * torch.set_rng_state(state)
 * const again = torch.randn([3]) // the same
 */
export function get_rng_state(): Tensor<readonly [number]>
export function get_rng_state(...none: []): Tensor<readonly [number]> {
  return default_generator().get_state(...none)
}

/** Restores a state of the default stream from {@link get_rng_state}, or from PyTorch. */
export function set_rng_state(new_state: Tensor | { new_state: Tensor }): void
export function set_rng_state(...args: unknown[]): void {
  default_generator().set_state(...(args as [Tensor]))
}

declare module '../call/kinds.js' {
  interface Kinds {
    Generator: Generator
    /** A safe integer, or a 64-bit bigint. */
    seed: number | bigint
  }
}

defineKind('Generator', 'a Generator', (value) => value instanceof Generator)
defineKind('seed', 'an integer', (value) =>
  typeof value === 'bigint' ? value >= -(2n ** 63n) && value < 2n ** 64n : Number.isSafeInteger(value),
)
