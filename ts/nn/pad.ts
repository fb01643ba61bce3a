/** Layers that pad. */
import { signature } from '../call/signature.js'
import { type Sizes, toSizes } from '../ops/conv/sizes.js'
import { constantPad, edgePad, type PaddingMode } from '../ops/shape/pad.js'
import { ownIntegers } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'
import { repr, tuple } from './repr.js'

const PADDING = 'padding: int|ints'
const INPUT = 'input: Tensor'

/** One number for all sides, or two for each dimension, beginning with the last. */
type Padding = Sizes | { padding: Sizes }
type ConstantArguments =
  | [padding: Sizes, value: number | { value: number }]
  | [options: { padding: Sizes; value: number }]

/** Two numbers for each of `dims` dimensions. Negative ones remove elements. */
function sidesOf(name: string, padding: unknown, dims: number): readonly number[] {
  if (!Array.isArray(padding)) return new Array<number>(2 * dims).fill(padding as number)
  // For the error.
  if (padding.length !== 2 * dims) toSizes(name, 'padding', padding.map(Math.abs), 2 * dims, 0)
  return ownIntegers(name, 'padding', padding as number[])
}

/** A layer that pads by `mode`. */
abstract class Pad extends Module {
  readonly padding: readonly number[]

  constructor(name: string, dims: number, padding: unknown) {
    super()
    this.padding = sidesOf(name, padding, dims)
  }

  /** As torch prints it. */
  override extra_repr(): string {
    return tuple(this.padding)
  }
}

abstract class ConstantPad extends Pad {
  readonly value: number

  constructor(name: string, dims: number, [padding, value]: readonly [unknown, number]) {
    super(name, dims, padding)
    this.value = value
  }

  /** As torch prints it. */
  override extra_repr(): string {
    return `padding=${tuple(this.padding)}, value=${repr(this.value)}`
  }
}

const padded = ({ padding }: Pad, [input]: readonly [Tensor], mode: Exclude<PaddingMode, 'constant'>) =>
  edgePad('pad', input, padding, mode)
const filled = ({ padding }: Pad, [input]: readonly [Tensor], value = 0) =>
  constantPad('pad', input, padding, value)

const CONSTANTPAD1D = signature('ConstantPad1d', PADDING, 'value: number')
const CONSTANTPAD1D_FORWARD = signature('ConstantPad1d.forward', INPUT)

/** Adds a constant around the last dimension. Source: torch.nn.ConstantPad1d. */
export class ConstantPad1d extends ConstantPad {
  constructor(...args: ConstantArguments)
  constructor(...args: unknown[]) {
    super('ConstantPad1d', 1, CONSTANTPAD1D.read(args))
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return filled(this, CONSTANTPAD1D_FORWARD.read(args), this.value)
  }
}

const CONSTANTPAD2D = signature('ConstantPad2d', PADDING, 'value: number')
const CONSTANTPAD2D_FORWARD = signature('ConstantPad2d.forward', INPUT)

/** Adds a constant around the last two dimensions. Source: torch.nn.ConstantPad2d. */
export class ConstantPad2d extends ConstantPad {
  constructor(...args: ConstantArguments)
  constructor(...args: unknown[]) {
    super('ConstantPad2d', 2, CONSTANTPAD2D.read(args))
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return filled(this, CONSTANTPAD2D_FORWARD.read(args), this.value)
  }
}

const CONSTANTPAD3D = signature('ConstantPad3d', PADDING, 'value: number')
const CONSTANTPAD3D_FORWARD = signature('ConstantPad3d.forward', INPUT)

/** Adds a constant around the last three dimensions. Source: torch.nn.ConstantPad3d. */
export class ConstantPad3d extends ConstantPad {
  constructor(...args: ConstantArguments)
  constructor(...args: unknown[]) {
    super('ConstantPad3d', 3, CONSTANTPAD3D.read(args))
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return filled(this, CONSTANTPAD3D_FORWARD.read(args), this.value)
  }
}

const ZEROPAD1D = signature('ZeroPad1d', PADDING)
const ZEROPAD1D_FORWARD = signature('ZeroPad1d.forward', INPUT)

/** Adds zeros around the last dimension. Source: torch.nn.ZeroPad1d. */
export class ZeroPad1d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('ZeroPad1d', 1, ZEROPAD1D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return filled(this, ZEROPAD1D_FORWARD.read(args))
  }
}

const ZEROPAD2D = signature('ZeroPad2d', PADDING)
const ZEROPAD2D_FORWARD = signature('ZeroPad2d.forward', INPUT)

/** Adds zeros around the last two dimensions. Source: torch.nn.ZeroPad2d. */
export class ZeroPad2d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('ZeroPad2d', 2, ZEROPAD2D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return filled(this, ZEROPAD2D_FORWARD.read(args))
  }
}

const ZEROPAD3D = signature('ZeroPad3d', PADDING)
const ZEROPAD3D_FORWARD = signature('ZeroPad3d.forward', INPUT)

/** Adds zeros around the last three dimensions. Source: torch.nn.ZeroPad3d. */
export class ZeroPad3d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('ZeroPad3d', 3, ZEROPAD3D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return filled(this, ZEROPAD3D_FORWARD.read(args))
  }
}

const REFLECTIONPAD1D = signature('ReflectionPad1d', PADDING)
const REFLECTIONPAD1D_FORWARD = signature('ReflectionPad1d.forward', INPUT)

/** Mirrors the elements at the borders of the last dimension. Source: torch.nn.ReflectionPad1d. */
export class ReflectionPad1d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('ReflectionPad1d', 1, REFLECTIONPAD1D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return padded(this, REFLECTIONPAD1D_FORWARD.read(args), 'reflect')
  }
}

const REFLECTIONPAD2D = signature('ReflectionPad2d', PADDING)
const REFLECTIONPAD2D_FORWARD = signature('ReflectionPad2d.forward', INPUT)

/** Mirrors the elements at the borders of the last two dimensions. Source: torch.nn.ReflectionPad2d. */
export class ReflectionPad2d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('ReflectionPad2d', 2, REFLECTIONPAD2D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return padded(this, REFLECTIONPAD2D_FORWARD.read(args), 'reflect')
  }
}

const REFLECTIONPAD3D = signature('ReflectionPad3d', PADDING)
const REFLECTIONPAD3D_FORWARD = signature('ReflectionPad3d.forward', INPUT)

/** Mirrors the elements at the borders of the last three dimensions. Source: torch.nn.ReflectionPad3d. */
export class ReflectionPad3d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('ReflectionPad3d', 3, REFLECTIONPAD3D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return padded(this, REFLECTIONPAD3D_FORWARD.read(args), 'reflect')
  }
}

const REPLICATIONPAD1D = signature('ReplicationPad1d', PADDING)
const REPLICATIONPAD1D_FORWARD = signature('ReplicationPad1d.forward', INPUT)

/** Repeats the borders of the last dimension. Source: torch.nn.ReplicationPad1d. */
export class ReplicationPad1d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('ReplicationPad1d', 1, REPLICATIONPAD1D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return padded(this, REPLICATIONPAD1D_FORWARD.read(args), 'replicate')
  }
}

const REPLICATIONPAD2D = signature('ReplicationPad2d', PADDING)
const REPLICATIONPAD2D_FORWARD = signature('ReplicationPad2d.forward', INPUT)

/** Repeats the borders of the last two dimensions. Source: torch.nn.ReplicationPad2d. */
export class ReplicationPad2d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('ReplicationPad2d', 2, REPLICATIONPAD2D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return padded(this, REPLICATIONPAD2D_FORWARD.read(args), 'replicate')
  }
}

const REPLICATIONPAD3D = signature('ReplicationPad3d', PADDING)
const REPLICATIONPAD3D_FORWARD = signature('ReplicationPad3d.forward', INPUT)

/** Repeats the borders of the last three dimensions. Source: torch.nn.ReplicationPad3d. */
export class ReplicationPad3d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('ReplicationPad3d', 3, REPLICATIONPAD3D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return padded(this, REPLICATIONPAD3D_FORWARD.read(args), 'replicate')
  }
}

const CIRCULARPAD1D = signature('CircularPad1d', PADDING)
const CIRCULARPAD1D_FORWARD = signature('CircularPad1d.forward', INPUT)

/** Continues with the other end of the last dimension. Source: torch.nn.CircularPad1d. */
export class CircularPad1d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('CircularPad1d', 1, CIRCULARPAD1D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return padded(this, CIRCULARPAD1D_FORWARD.read(args), 'circular')
  }
}

const CIRCULARPAD2D = signature('CircularPad2d', PADDING)
const CIRCULARPAD2D_FORWARD = signature('CircularPad2d.forward', INPUT)

/** Continues with the other end of the last two dimensions. Source: torch.nn.CircularPad2d. */
export class CircularPad2d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('CircularPad2d', 2, CIRCULARPAD2D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return padded(this, CIRCULARPAD2D_FORWARD.read(args), 'circular')
  }
}

const CIRCULARPAD3D = signature('CircularPad3d', PADDING)
const CIRCULARPAD3D_FORWARD = signature('CircularPad3d.forward', INPUT)

/** Continues with the other end of the last three dimensions. Source: torch.nn.CircularPad3d. */
export class CircularPad3d extends Pad {
  constructor(padding: Padding)
  constructor(...args: unknown[]) {
    super('CircularPad3d', 3, CIRCULARPAD3D.read(args)[0])
  }

  /** [..., sizes] -> [..., padded sizes] */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return padded(this, CIRCULARPAD3D_FORWARD.read(args), 'circular')
  }
}
