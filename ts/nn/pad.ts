/** Layers that pad. */
import { type Signature, signature } from '../call/signature.js'
import { type Sizes, toSizes } from '../ops/conv/sizes.js'
import { constantPad, edgePad, type PaddingMode } from '../ops/shape/pad.js'
import { ownIntegers } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'
import { repr, tuple } from './repr.js'

/** One number for all sides, or two for each dimension, beginning with the last. */
type Padding = Sizes | { padding: Sizes }
type ConstantArguments =
  | [padding: Sizes, value: number | { value: number }]
  | [options: { padding: Sizes; value: number }]

const PADDING = 'padding: int|ints'
const INPUT = 'input: Tensor'

/** What tells one layer from another: how many dimensions it pads by what, and how it is made and called. */
interface Kind {
  readonly dims: 1 | 2 | 3
  readonly mode: PaddingMode
  readonly made: Signature<readonly [typeof PADDING]>
  readonly called: Signature<readonly [typeof INPUT]>
}

const kind = (name: string, dims: 1 | 2 | 3, mode: PaddingMode): Kind => ({
  dims,
  mode,
  made: signature(name, PADDING),
  called: signature(`${name}.forward`, INPUT),
})

/** Of a layer that is being made: a getter is there before any constructor has run. */
const kindOf = <K>(layer: { readonly kind: K }): K => layer.kind

/** Two numbers for each of `dims` dimensions. Negative ones remove elements. */
function sidesOf(name: string, padding: unknown, dims: number): readonly number[] {
  if (!Array.isArray(padding)) return new Array<number>(2 * dims).fill(padding as number)
  // For the error.
  if (padding.length !== 2 * dims) toSizes(name, 'padding', padding.map(Math.abs), 2 * dims, 0)
  return ownIntegers(name, 'padding', padding as number[])
}

/** A layer that pads by the elements at the borders, or by zeros. */
abstract class Pad extends Module {
  readonly padding: readonly number[]

  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super()
    const { made, dims } = kindOf(this)
    this.padding = sidesOf(made.name, made.read(args)[0], dims)
  }

  /** @internal */
  abstract get kind(): Kind

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const { called, mode } = this.kind
    const [input] = called.read(args)
    return mode === 'constant'
      ? constantPad('pad', input, this.padding, 0)
      : edgePad('pad', input, this.padding, mode)
  }

  /** As torch prints it. */
  override extra_repr(): string {
    return tuple(this.padding)
  }
}

/** A layer that pads by a number. */
abstract class ConstantPad extends Module {
  readonly padding: readonly number[]
  readonly value: number

  constructor(...args: ConstantArguments)
  constructor(...args: unknown[]) {
    super()
    const { made, dims } = kindOf(this)
    const [padding, value] = made.read(args)
    this.padding = sidesOf(made.name, padding, dims)
    this.value = value
  }

  /** @internal */
  abstract get kind(): ConstantKind

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return constantPad('pad', this.kind.called.read(args)[0], this.padding, this.value)
  }

  /** As torch prints it. */
  override extra_repr(): string {
    return `padding=${tuple(this.padding)}, value=${repr(this.value)}`
  }
}

const VALUE = 'value: number'

interface ConstantKind extends Omit<Kind, 'made' | 'mode'> {
  readonly made: Signature<readonly [typeof PADDING, typeof VALUE]>
}

const constantKind = (name: string, dims: 1 | 2 | 3): ConstantKind => ({
  dims,
  made: signature(name, PADDING, VALUE),
  called: signature(`${name}.forward`, INPUT),
})

const CONSTANT_1D = constantKind('ConstantPad1d', 1)

/** Adds a constant around the last dimension. Source: torch.nn.ConstantPad1d. */
export class ConstantPad1d extends ConstantPad {
  /** @internal */
  override get kind() {
    return CONSTANT_1D
  }
}

const CONSTANT_2D = constantKind('ConstantPad2d', 2)

/** Adds a constant around the last two dimensions. Source: torch.nn.ConstantPad2d. */
export class ConstantPad2d extends ConstantPad {
  /** @internal */
  override get kind() {
    return CONSTANT_2D
  }
}

const CONSTANT_3D = constantKind('ConstantPad3d', 3)

/** Adds a constant around the last three dimensions. Source: torch.nn.ConstantPad3d. */
export class ConstantPad3d extends ConstantPad {
  /** @internal */
  override get kind() {
    return CONSTANT_3D
  }
}

const ZERO_1D = kind('ZeroPad1d', 1, 'constant')

/** Adds zeros around the last dimension. Source: torch.nn.ZeroPad1d. */
export class ZeroPad1d extends Pad {
  /** @internal */
  override get kind() {
    return ZERO_1D
  }
}

const ZERO_2D = kind('ZeroPad2d', 2, 'constant')

/** Adds zeros around the last two dimensions. Source: torch.nn.ZeroPad2d. */
export class ZeroPad2d extends Pad {
  /** @internal */
  override get kind() {
    return ZERO_2D
  }
}

const ZERO_3D = kind('ZeroPad3d', 3, 'constant')

/** Adds zeros around the last three dimensions. Source: torch.nn.ZeroPad3d. */
export class ZeroPad3d extends Pad {
  /** @internal */
  override get kind() {
    return ZERO_3D
  }
}

const REFLECTION_1D = kind('ReflectionPad1d', 1, 'reflect')

/** Mirrors the elements at the borders of the last dimension. Source: torch.nn.ReflectionPad1d. */
export class ReflectionPad1d extends Pad {
  /** @internal */
  override get kind() {
    return REFLECTION_1D
  }
}

const REFLECTION_2D = kind('ReflectionPad2d', 2, 'reflect')

/** Mirrors the elements at the borders of the last two dimensions. Source: torch.nn.ReflectionPad2d. */
export class ReflectionPad2d extends Pad {
  /** @internal */
  override get kind() {
    return REFLECTION_2D
  }
}

const REFLECTION_3D = kind('ReflectionPad3d', 3, 'reflect')

/** Mirrors the elements at the borders of the last three dimensions. Source: torch.nn.ReflectionPad3d. */
export class ReflectionPad3d extends Pad {
  /** @internal */
  override get kind() {
    return REFLECTION_3D
  }
}

const REPLICATION_1D = kind('ReplicationPad1d', 1, 'replicate')

/** Repeats the borders of the last dimension. Source: torch.nn.ReplicationPad1d. */
export class ReplicationPad1d extends Pad {
  /** @internal */
  override get kind() {
    return REPLICATION_1D
  }
}

const REPLICATION_2D = kind('ReplicationPad2d', 2, 'replicate')

/** Repeats the borders of the last two dimensions. Source: torch.nn.ReplicationPad2d. */
export class ReplicationPad2d extends Pad {
  /** @internal */
  override get kind() {
    return REPLICATION_2D
  }
}

const REPLICATION_3D = kind('ReplicationPad3d', 3, 'replicate')

/** Repeats the borders of the last three dimensions. Source: torch.nn.ReplicationPad3d. */
export class ReplicationPad3d extends Pad {
  /** @internal */
  override get kind() {
    return REPLICATION_3D
  }
}

const CIRCULAR_1D = kind('CircularPad1d', 1, 'circular')

/** Continues with the other end of the last dimension. Source: torch.nn.CircularPad1d. */
export class CircularPad1d extends Pad {
  /** @internal */
  override get kind() {
    return CIRCULAR_1D
  }
}

const CIRCULAR_2D = kind('CircularPad2d', 2, 'circular')

/** Continues with the other end of the last two dimensions. Source: torch.nn.CircularPad2d. */
export class CircularPad2d extends Pad {
  /** @internal */
  override get kind() {
    return CIRCULAR_2D
  }
}

const CIRCULAR_3D = kind('CircularPad3d', 3, 'circular')

/** Continues with the other end of the last three dimensions. Source: torch.nn.CircularPad3d. */
export class CircularPad3d extends Pad {
  /** @internal */
  override get kind() {
    return CIRCULAR_3D
  }
}
