/** Descriptions of the tensors in a pickle. */
import { RuntimeError } from '../base/errors.js'
import type { Shape } from '../tensor/shape.js'
import type { ElementType } from './element_type.js'
import type { Unreadable } from './unreadable.js'

export const invalid = (what: string) => new RuntimeError(`load: not a valid archive of torch.save: ${what}`)

/** A storage as a pickle describes it. */
export class StorageRecipe {
  constructor(
    /** Null for an UntypedStorage, whose tensors have their own type. */
    readonly type: ElementType | null,
    readonly key: string,
    /** Elements; bytes of an untyped one. */
    readonly length: number,
    /** A part of the storage, in elements; null for all of it. */
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
  /** Whether the tensor is the negation of its elements (torch's negative bit). */
  readonly isNegative: boolean
}

/** A tensor as a pickle describes it. */
export class TensorRecipe {
  constructor(
    /** Null while an old pickle has created it but not yet given it elements. */
    public elements: Elements | Unreadable | null,
    public requires_grad: boolean,
    readonly isParameter: boolean,
  ) {}
}
