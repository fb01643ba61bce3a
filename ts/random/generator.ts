import * as kernels from '#kernels'
import { describe } from '../check.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { linearMemory } from '../wasm/instance.js'

/** A stream of random numbers: the mt19937 of CPU PyTorch, so that one seed gives the same numbers. */
export class Generator {
  private readonly state: Storage

  /** Starts with a seed that nobody chose. */
  constructor() {
    // Says so where softmargin/slim has no kernels yet.
    linearMemory()
    this.state = new Storage(kernels.random_state_bytes()).keep()
    this.manual_seed(Math.floor(Math.random() * 2 ** 32))
  }

  /** Starts the stream of `seed`, of which the low 32 bits count. */
  manual_seed(seed: number): this {
    if (!Number.isSafeInteger(seed))
      throw new TypeError(`manual_seed: seed must be an integer, but got ${describe(seed)}`)
    // Modulo, not a bit operation, so that seeds over 2^32 keep their low bits.
    const low = ((seed % 2 ** 32) + 2 ** 32) % 2 ** 32
    this.use((state) => kernels.random_seed(state, low))
    return this
  }

  /** A seed for another generator: the low bits of torch's `random_()` on int64, two draws. */
  next_seed(): number {
    return this.use((state) => kernels.random_53_bits(state))
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

let shared: Generator | undefined

/** The generator that is used where none is given. */
export function default_generator(): Generator {
  shared ??= new Generator()
  return shared
}

/**
 * Starts the default stream anew: the same seed gives the numbers that CPU PyTorch gives.
 *
 * @example torch.manual_seed(0); torch.randn([3]).tolist() // [1.5410, -0.2934, -2.1788]
 */
export function manual_seed(seed: number): Generator {
  return default_generator().manual_seed(seed)
}
