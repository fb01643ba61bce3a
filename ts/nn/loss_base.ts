/** Base classes and options of the losses. */
import { checkReduction, type Reduction } from '../ops/loss/reduction.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'

/** Base of all losses. */
export abstract class Loss extends Module {
  /** 'mean' or 'sum' of the losses, or 'none': each of them. */
  readonly reduction: Reduction

  constructor(reduction: string) {
    super()
    checkReduction(new.target.name, reduction)
    this.reduction = reduction
  }
}

// Two deprecated arguments, which `reduction` replaces.
export const SIZE_AVERAGE = 'size_average: None = None'
export const REDUCE = 'reduce: None = None'
export const REDUCTION = "reduction: str = 'mean'"

/** A keyword only, as torch's losses have no such argument. */
export const IGNORE_INDEX = ['*', 'ignore_index: number = None'] as const

/** Options of a loss. */
export interface LossOptions {
  /** 'mean' or 'sum' of the losses, or 'none': each of them. */
  reduction?: Reduction
  /** Deprecated in torch, where `reduction` took its place: null. */
  size_average?: null
  /** Deprecated in torch, where `reduction` took its place: null. */
  reduce?: null
}

/** An option of losses of labels, of which some may be missing. */
export interface IgnoreIndexOption {
  /** Targets with this value, such as -1 or NaN, are missing: they cost nothing, and 'mean' is over the others. */
  ignore_index?: number | null
}

/** Options of a loss with weights. */
export interface WeightedLossOptions extends LossOptions {
  /** Weights, usually one for each class. */
  weight?: Tensor | null
}

/** A loss with a weight. */
export abstract class WeightedLoss extends Loss {
  /** Weights, usually one for each class, or null. A buffer. */
  declare readonly weight: Tensor | null

  constructor(weight: Tensor | null, reduction: string) {
    super(reduction)
    this.register_buffer('weight', weight)
  }
}
