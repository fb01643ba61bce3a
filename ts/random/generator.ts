import { defineKind } from '../call/kinds.js'
import { describe } from '../check.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { tensor } from '../tensor/create.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { kernels, linearMemory } from '../wasm/instance.js'
import { packState, unpackState } from './state.js'

/** The seed of a new generator, as in torch. */
const DEFAULT_SEED = 67280421310721

/**
 * A stream of random numbers: the mt19937 of CPU PyTorch, so that one seed gives the same numbers.
 * It starts with torch's default seed. Source: torch.Generator.
 *
 * @example torch.randn([3], { generator: new torch.Generator().manual_seed(0) })
 */
export class Generator {
  private readonly state: Storage
  private startedWith = 0n

  constructor() {
    // Says so where softmargin/slim has no kernels yet.
    linearMemory()
    this.state = new Storage(kernels.random_state_bytes()).keep()
    this.manual_seed(DEFAULT_SEED)
  }

  /**
   * Starts the stream of `seed`, of which the low 32 bits count.
   *
   * @throws TypeError unless it is an integer that a number holds exactly, or a bigint of 64 bits
   */
  manual_seed(seed: number | bigint): this {
    const isInteger =
      typeof seed === 'bigint' ? seed >= -(2n ** 63n) && seed < 2n ** 64n : Number.isSafeInteger(seed)
    if (!isInteger) throw new TypeError(`manual_seed: seed must be an integer, but got ${describe(seed)}`)
    const low = Number(BigInt.asUintN(32, BigInt(seed)))
    this.use((state) => kernels.random_seed(state, low))
    this.startedWith = BigInt.asUintN(64, BigInt(seed))
    return this
  }

  /** Starts a stream that nobody chose, and returns its seed. */
  seed(): number {
    const seed = Math.floor(Math.random() * 2 ** 53)
    this.manual_seed(seed)
    return seed
  }

  /** The seed that the stream started with; from 2^63 on as a negative number, from 2^53 on rounded. */
  initial_seed(): number {
    return Number(BigInt.asIntN(64, this.startedWith))
  }

  /** The state as bytes, laid out as torch's own: 5056 of them, uint8. */
  get_state(): Tensor<readonly [number]> {
    const bytes = this.state.read(0, this.state.bytes)
    return tensor(packState({ seed: this.startedWith, words: new Uint32Array(bytes.buffer) }))
  }

  /**
   * Goes on from a state of {@link get_state}, or of torch's.
   *
   * @throws RuntimeError where it is none; then nothing is changed
   */
  set_state(state: Tensor): this {
    checkTensor('set_state', 'state', state)
    if (state.dtype !== 'uint8') throw new TypeError('RNG state must be a torch.ByteTensor')
    const { seed, words } = unpackState(state.data<Uint8Array>())
    this.state.write(0, new Uint8Array(words.buffer))
    this.startedWith = seed
    return this
  }

  /** A seed for another generator: the low bits of torch's `random_()` on int64, two draws. @internal */
  next_seed(): number {
    return this.use((state) => kernels.random_53_bits(state))
  }

  /** Runs `work`, which draws: if it throws, the stream is where it was. @internal */
  attempt<T>(work: () => T): T {
    const goBack = this.mark()
    try {
      return work()
    } catch (error) {
      goBack()
      throw error
    }
  }

  /** A way back to where the stream is now, which cannot fail. @internal */
  mark(): () => void {
    const before = this.state.read(0, this.state.bytes)
    return () => this.state.write(0, before)
  }

  /** Runs a kernel that draws from the state. @internal */
  use<T>(draw: (state: number) => T): T {
    return launch(() => draw(this.state.pointer()))
  }
}

/** Throws unless `generator` is one: what `use` runs writes to the address that it is given. */
export function checkGenerator(op: string, generator: unknown): asserts generator is Generator {
  if (!(generator instanceof Generator)) {
    throw new TypeError(`${op}: generator must be a Generator, but got ${describe(generator)}`)
  }
}

/** Runs `work`, which draws from the generator that is given, else the default one: if it throws, that is where it was. */
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

/** The generator that is used where none is given; it starts with a seed that nobody chose. */
export function default_generator(): Generator {
  if (shared === undefined) {
    shared = new Generator()
    shared.seed()
  }
  return shared
}

/**
 * Starts the default stream anew: the same seed gives the numbers that CPU PyTorch gives.
 *
 * @example torch.manual_seed(0); torch.randn([3]).tolist() // [1.5410, -0.2934, -2.1788]
 */
export function manual_seed(seed: number | bigint): Generator {
  return default_generator().manual_seed(seed)
}

/** Starts the default stream with a seed that nobody chose, and returns it. */
export function seed(): number {
  return default_generator().seed()
}

/** The seed that the default stream started with. */
export function initial_seed(): number {
  return default_generator().initial_seed()
}

/**
 * The state of the default stream, as bytes that torch.set_rng_state takes too.
 *
 * @example
 * const state = torch.get_rng_state()
 * const once = torch.randn([3])
 * torch.set_rng_state(state)
 * const again = torch.randn([3]) // the same
 */
export function get_rng_state(): Tensor<readonly [number]> {
  return default_generator().get_state()
}

/** Continues the default stream from a state of {@link get_rng_state}, or of torch's. */
export function set_rng_state(state: Tensor): void {
  default_generator().set_state(state)
}

declare module '../call/kinds.js' {
  interface Kinds {
    Generator: Generator
  }
}

defineKind('Generator', 'a Generator', (value) => value instanceof Generator)
