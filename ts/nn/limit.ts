/** Activations that limit or shrink elements. */
import { signature } from '../call/signature.js'
import * as activations from '../ops/elementwise/activations.js'
import type { Tensor } from '../tensor/tensor.js'
import type { InPlaceOptions } from './activation.js'
import { inPlace } from './in_place.js'
import { Module } from './module.js'
import { float, repr } from './repr.js'

/** Options of {@link Hardtanh}. */
export interface HardtanhOptions extends InPlaceOptions {
  /** -1 by default. */
  min_val?: number
  /** 1 by default. */
  max_val?: number
}

const HARDTANH_SIGNATURE = /* @__PURE__ */ signature(
  'Hardtanh',
  'min_val: number = -1',
  'max_val: number = 1',
  'inplace: bool = False',
)
const FORWARD_HARDTANH = /* @__PURE__ */ signature('Hardtanh.forward', 'input: Tensor')

/**
 * `x` clamped to `[min_val, max_val]`. Source: torch.nn.Hardtanh.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.Hardtanh().forward(torch.tensor([-3, 0.5])).tolist() // [-1, 0.5]
 */
export class Hardtanh extends Module {
  readonly min_val: number
  readonly max_val: number
  readonly inplace: boolean

  constructor(
    min_val?: number | HardtanhOptions,
    max_val?: number | Omit<HardtanhOptions, 'min_val'>,
    inplace?: boolean | InPlaceOptions,
  )
  constructor(...args: unknown[]) {
    super()
    const [min_val, max_val, inplace] = HARDTANH_SIGNATURE.read(args)
    this.min_val = min_val
    this.max_val = max_val
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_HARDTANH.read(args)
    const compute = () => activations.hardtanh(input, this.min_val, this.max_val)
    return this.inplace ? inPlace('hardtanh_', input, compute) : compute()
  }

  override extra_repr(): string {
    return `min_val=${float(this.min_val)}, max_val=${float(this.max_val)}${this.inplace ? ', inplace=True' : ''}`
  }
}

const RELU6_SIGNATURE = /* @__PURE__ */ signature('ReLU6', 'inplace: bool = False')
const FORWARD_RELU6 = /* @__PURE__ */ signature('ReLU6.forward', 'input: Tensor')

/**
 * `min(max(x, 0), 6)`. Source: torch.nn.ReLU6.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.ReLU6().forward(torch.tensor([-1, 7])).tolist() // [0, 6]
 */
export class ReLU6 extends Module {
  readonly inplace: boolean

  constructor(inplace?: boolean | InPlaceOptions)
  constructor(...args: unknown[]) {
    super()
    const [inplace] = RELU6_SIGNATURE.read(args)
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_RELU6.read(args)
    const compute = () => activations.hardtanh(input, 0, 6)
    return this.inplace ? inPlace('relu6_', input, compute) : compute()
  }

  override extra_repr(): string {
    return this.inplace ? 'inplace=True' : ''
  }
}

/** Options of {@link Threshold}. */
export interface ThresholdOptions extends InPlaceOptions {
  /** The bound. */
  threshold: number
  /** What replaces elements that are not above it. */
  value: number
}

const THRESHOLD_SIGNATURE = /* @__PURE__ */ signature(
  'Threshold',
  'threshold: number',
  'value: number',
  'inplace: bool = False',
)
const FORWARD_THRESHOLD = /* @__PURE__ */ signature('Threshold.forward', 'input: Tensor')

/**
 * `x` above `threshold`, `value` elsewhere. Source: torch.nn.Threshold.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.Threshold(0.1, 20).forward(torch.tensor([0, 1])).tolist() // [20, 1]
 */
export class Threshold extends Module {
  readonly threshold: number
  readonly value: number
  readonly inplace: boolean

  constructor(
    threshold: number | ThresholdOptions,
    value: number | Omit<ThresholdOptions, 'threshold'>,
    inplace?: boolean | InPlaceOptions,
  )
  constructor(...args: unknown[]) {
    super()
    const [threshold, value, inplace] = THRESHOLD_SIGNATURE.read(args)
    this.threshold = threshold
    this.value = value
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_THRESHOLD.read(args)
    const compute = () => activations.threshold(input, this.threshold, this.value)
    return this.inplace ? inPlace('threshold_', input, compute) : compute()
  }

  override extra_repr(): string {
    return `threshold=${repr(this.threshold)}, value=${repr(this.value)}${this.inplace ? ', inplace=True' : ''}`
  }
}

/** Options of {@link Hardshrink}. */
export interface HardshrinkOptions {
  /** 0.5 by default. */
  lambd?: number
}

const HARDSHRINK_SIGNATURE = /* @__PURE__ */ signature('Hardshrink', 'lambd: number = 0.5')
const FORWARD_HARDSHRINK = /* @__PURE__ */ signature('Hardshrink.forward', 'input: Tensor')

/**
 * 0 from `-lambd` to `lambd`, `x` elsewhere. Source: torch.nn.Hardshrink.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.Hardshrink().forward(torch.tensor([0.3, 2])).tolist() // [0, 2]
 */
export class Hardshrink extends Module {
  readonly lambd: number

  constructor(lambd?: number | HardshrinkOptions)
  constructor(...args: unknown[]) {
    super()
    const [lambd] = HARDSHRINK_SIGNATURE.read(args)
    this.lambd = lambd
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_HARDSHRINK.read(args)
    return activations.hardshrink(input, this.lambd)
  }

  override extra_repr(): string {
    return repr(this.lambd)
  }
}

/** Options of {@link Softshrink}. */
export interface SoftshrinkOptions {
  /** 0.5 by default. */
  lambd?: number
}

const SOFTSHRINK_SIGNATURE = /* @__PURE__ */ signature('Softshrink', 'lambd: number = 0.5')
const FORWARD_SOFTSHRINK = /* @__PURE__ */ signature('Softshrink.forward', 'input: Tensor')

/**
 * `x` moved by `lambd` towards 0, which it does not pass. Source: torch.nn.Softshrink.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.Softshrink().forward(torch.tensor([0.3, 2])).tolist() // [0, 1.5]
 */
export class Softshrink extends Module {
  readonly lambd: number

  constructor(lambd?: number | SoftshrinkOptions)
  constructor(...args: unknown[]) {
    super()
    const [lambd] = SOFTSHRINK_SIGNATURE.read(args)
    this.lambd = lambd
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_SOFTSHRINK.read(args)
    return activations.softshrink(input, this.lambd)
  }

  override extra_repr(): string {
    return repr(this.lambd)
  }
}
