/** Descriptions of the tensors that a pickle names. */
import { RuntimeError } from '../base/errors.js'
import type { Shape } from '../tensor/shape.js'
import type { ElementType } from './element_type.js'
import type { Unreadable } from './unreadable.js'

export const invalid = (what: string) => new RuntimeError(`load: not a valid archive of torch.save: ${what}`)

/** A storage as a pickle names it. */
export class StorageRecipe {
  constructor(
    /** Null for an UntypedStorage, whose tensors bring their type. */
    readonly type: ElementType | null,
    readonly key: string,
    /** Elements; bytes of an untyped one. */
    readonly length: number,
    /** The part of it that is meant, in elements; null for all of it. */
    readonly part: { readonly offset: number; readonly length: number } | null = null,
  ) {}

  /** Bits of an element. */
  get bits(): number {
    return this.type === null ? 8 : this.type.bits
  }
}

/** Elements of a storage; offset and strides in elements. */
export interface Elements {
  readonly storage: StorageRecipe
  readonly type: ElementType
  readonly offset: number
  readonly size: Shape
  readonly stride: readonly number[]
  /** Whether the tensor is minus its elements, as a lazy negation leaves it. */
  readonly isNegative: boolean
}

/** A tensor as a pickle describes it. */
export class TensorRecipe {
  constructor(
    /** Null for one that an old pickle makes before it says what is in it. */
    public elements: Elements | Unreadable | null,
    public requires_grad: boolean,
    readonly isParameter: boolean,
  ) {}
}
