import { describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { Storage } from '../memory/storage.js'
import { embedding, resolvePadding } from '../ops/embedding/embedding.js'
import { type BagMode, checkMode, embedding_bag } from '../ops/embedding/embedding_bag.js'
import { select } from '../ops/shape/slice.js'
import { fillEach } from '../tensor/copy.js'
import { formatShape, type Shape, sameShape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import type { IfKnown, Insert } from '../tensor/typed/sizes.js'
import { DEVICE, DTYPE, type FactoryOptions } from './factory.js'
import { normal_ } from './init.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'

/** Options of all tables. */
export interface TableOptions {
  /** A row that is initialised with zeros and gets no gradient; negative indices count from the end. */
  padding_idx?: number | null
  /** Rows are not rescaled: null. */
  max_norm?: null
  /** The norm for `max_norm`: not used. */
  norm_type?: number
  /** Scaling gradients by how often a row was used is not supported: false. */
  scale_grad_by_freq?: false
  /** Gradients are dense: false. */
  sparse?: false
}

/** Options of {@link Embedding}. */
export interface EmbeddingModuleOptions extends TableOptions, FactoryOptions {
  /** Whether the table is not learned; false by default. */
  _freeze?: boolean
  /** Initial rows, [num_embeddings, embedding_dim], whose memory the table shares; by default they are drawn. */
  _weight?: Tensor | null
}

/** Arguments for a table. */
interface TableParts {
  readonly num_embeddings: number
  readonly embedding_dim: number
  readonly padding_idx: number | null
  readonly _weight: Tensor | null
  readonly isFrozen: boolean
}

const RESET_PARAMETERS = signature('Embedding.reset_parameters')

/** A learned table. */
abstract class Table extends Module {
  readonly num_embeddings: number
  readonly embedding_dim: number
  /** [num_embeddings, embedding_dim] */
  weight: Parameter
  /** Normalised to a non-negative index. */
  readonly padding_idx: number | null

  constructor(name: string, { num_embeddings, embedding_dim, padding_idx, _weight, isFrozen }: TableParts) {
    super()
    for (const [argument, size] of Object.entries({ num_embeddings, embedding_dim })) {
      if (size < 0) throw new ValueError(`${name}: ${argument} must be a size, but got ${describe(size)}`)
    }
    const shape = [num_embeddings, embedding_dim]
    this.num_embeddings = num_embeddings
    this.embedding_dim = embedding_dim
    this.padding_idx = resolvePadding(padding_idx, num_embeddings)
    if (_weight !== null && !sameShape(_weight.shape, shape)) {
      throw new RuntimeError(
        `Shape of weight does not match num_embeddings and embedding_dim: ${formatShape(_weight.shape)} and ${formatShape(shape)}`,
      )
    }
    this.weight = new Parameter(_weight ?? empty(name, shape), !isFrozen)
    if (_weight === null) this.reset_parameters()
  }

  /** Draws new values from the standard normal distribution; the padding row is 0. */
  reset_parameters(): void
  reset_parameters(...args: unknown[]): void {
    RESET_PARAMETERS.read(args)
    const { weight, padding_idx } = this
    Storage.changeAll([weight], () => {
      normal_(weight)
      if (padding_idx !== null) fillEach([select(weight.detach(), 0, padding_idx)], 0)
    })
  }
}

/** `[rows, width]` of a given table. */
function sizesOf(name: string, table: Tensor): [number, number] {
  if (table.dim() !== 2)
    throw new ValueError(`${name}: embeddings must be 2-dimensional, but got ${formatShape(table.shape)}`)
  return [table.shape[0], table.shape[1]]
}

/** Options of a table of given vectors. */
export interface FromPretrainedOptions extends TableOptions {
  /** Whether the table is not learned; true by default. */
  freeze?: boolean
}

// Arguments with which torch rescales vectors, or gradients of frequent ones.
const MAX_NORM = 'max_norm: None = None'
const NORM_TYPE = 'norm_type: number = 2'
const SCALE_GRAD = 'scale_grad_by_freq: False = False'
const SPARSE = 'sparse: False = False'

const EMBEDDING = signature(
  'Embedding',
  'num_embeddings: int',
  'embedding_dim: int',
  'padding_idx: int = None',
  MAX_NORM,
  NORM_TYPE,
  SCALE_GRAD,
  SPARSE,
  '_weight: Tensor = None',
  '_freeze: bool = False',
  DEVICE,
  DTYPE,
)
const EMBEDDING_FROM = signature(
  'Embedding.from_pretrained',
  'embeddings: Tensor',
  'freeze: bool = True',
  'padding_idx: int = None',
  MAX_NORM,
  NORM_TYPE,
  SCALE_GRAD,
  SPARSE,
)
const FORWARD = signature('Embedding.forward', 'input: Tensor')

/**
 * Looks up vectors by index in a learned table. Source: torch.nn.Embedding.
 *
 * @throws TypeError for arguments of another type; ValueError if `padding_idx` names no row; IndexError from `forward` for another index
 * @example new torch.nn.Embedding(1000, 16).forward(torch.tensor([[1, 2]], { dtype: 'int32' })).shape // [1, 2, 16]
 */
export class Embedding<out N extends number = number, out D extends number = number> extends Table {
  declare readonly num_embeddings: N
  declare readonly embedding_dim: D

  constructor(
    num_embeddings: N,
    embedding_dim: D,
    padding_idx?: number | null,
    options?: Omit<EmbeddingModuleOptions, 'padding_idx'>,
  )
  constructor(num_embeddings: N, embedding_dim: D, options?: EmbeddingModuleOptions)
  constructor(options: EmbeddingModuleOptions & { num_embeddings: N; embedding_dim: D })
  constructor(...args: unknown[]) {
    const [num_embeddings, embedding_dim, padding_idx, , , , , _weight, isFrozen] = EMBEDDING.read(args)
    super('Embedding', { num_embeddings, embedding_dim, padding_idx, _weight, isFrozen })
  }

  /**
   * A table of given vectors [rows, width], whose memory it shares.
   *
   * @throws TypeError for arguments of another type; ValueError if they are not of two dimensions
   * @example torch.nn.Embedding.from_pretrained(vectors, false) // goes on learning
   */
  static from_pretrained(
    embeddings: Tensor,
    freeze?: boolean,
    padding_idx?: number | null,
    options?: Omit<FromPretrainedOptions, 'freeze' | 'padding_idx'>,
  ): Embedding
  static from_pretrained(embeddings: Tensor, options?: FromPretrainedOptions): Embedding
  static from_pretrained(...args: unknown[]): Embedding {
    const [embeddings, _freeze, padding_idx] = EMBEDDING_FROM.read(args)
    const [rows, width] = sizesOf('Embedding', embeddings)
    return new Embedding(rows, width, { padding_idx, _weight: embeddings, _freeze })
  }

  /** Indices, int32 of any shape -> [..., embedding_dim] */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, Insert<S, -1, readonly [D]>>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD.read(args)
    return embedding(input, this.weight, { padding_idx: this.padding_idx })
  }

  override extra_repr(): string {
    const padding = this.padding_idx === null ? '' : `, padding_idx=${this.padding_idx}`
    return `${this.num_embeddings}, ${this.embedding_dim}${padding}`
  }
}

/** Options of {@link EmbeddingBag}. */
export interface EmbeddingBagModuleOptions extends Omit<EmbeddingModuleOptions, '_freeze'> {
  /** How the vectors of a bag are combined: 'mean' by default. */
  mode?: BagMode
  /** Whether the last offset is the end of the input, not the start of a last bag. */
  include_last_offset?: boolean
}

const EMBEDDING_BAG = signature(
  'EmbeddingBag',
  'num_embeddings: int',
  'embedding_dim: int',
  MAX_NORM,
  NORM_TYPE,
  SCALE_GRAD,
  "mode: str = 'mean'",
  SPARSE,
  '_weight: Tensor = None',
  'include_last_offset: bool = False',
  'padding_idx: int = None',
  DEVICE,
  DTYPE,
)
const EMBEDDING_BAG_FROM = signature(
  'EmbeddingBag.from_pretrained',
  'embeddings: Tensor',
  'freeze: bool = True',
  MAX_NORM,
  NORM_TYPE,
  SCALE_GRAD,
  "mode: str = 'mean'",
  SPARSE,
  'include_last_offset: bool = False',
  'padding_idx: int = None',
)
const FORWARD_BAG = signature(
  'EmbeddingBag.forward',
  'input: Tensor',
  'offsets: Tensor = None',
  'per_sample_weights: Tensor = None',
)

/**
 * Sum, mean or maximum of the vectors of a bag of indices, such as the words of a text or the
 * categories of a row. Source: torch.nn.EmbeddingBag.
 *
 * @throws TypeError for arguments of another type; ValueError if `padding_idx` names no row or `mode` is none of the three
 * @example
 * const bags = new torch.nn.EmbeddingBag(1000, 16, { mode: 'sum' })
 * const words = torch.tensor([1, 2, 4, 5, 4], { dtype: 'int32' })
 * bags.forward(words, torch.tensor([0, 3], { dtype: 'int32' })).shape // [2, 16]: words 0 to 2, words 3 and 4
 */
export class EmbeddingBag extends Table {
  readonly mode: BagMode
  readonly include_last_offset: boolean

  constructor(num_embeddings: number, embedding_dim: number, options?: EmbeddingBagModuleOptions)
  constructor(
    num_embeddings: number,
    embedding_dim: number,
    max_norm: null,
    norm_type?: number,
    scale_grad_by_freq?: false,
    mode?: BagMode,
    options?: Omit<EmbeddingBagModuleOptions, 'mode'>,
  )
  constructor(options: EmbeddingBagModuleOptions & { num_embeddings: number; embedding_dim: number })
  constructor(...args: unknown[]) {
    const [num_embeddings, embedding_dim, , , , mode, , _weight, include_last_offset, padding_idx] =
      EMBEDDING_BAG.read(args)
    checkMode(mode)
    super('EmbeddingBag', { num_embeddings, embedding_dim, padding_idx, _weight, isFrozen: false })
    this.mode = mode as BagMode
    this.include_last_offset = include_last_offset
  }

  /**
   * A table of given vectors [rows, width], whose memory it shares.
   *
   * @throws TypeError for arguments of another type; ValueError if they are not of two dimensions
   * @example torch.nn.EmbeddingBag.from_pretrained(vectors, { mode: 'sum' })
   */
  static from_pretrained(
    embeddings: Tensor,
    freeze?: boolean,
    options?: Omit<EmbeddingBagModuleOptions, '_weight' | keyof FactoryOptions>,
  ): EmbeddingBag
  static from_pretrained(
    embeddings: Tensor,
    options?: FromPretrainedOptions & Omit<EmbeddingBagModuleOptions, '_weight' | keyof FactoryOptions>,
  ): EmbeddingBag
  static from_pretrained(...args: unknown[]): EmbeddingBag {
    const [embeddings, freeze, , , , mode, , include_last_offset, padding_idx] = EMBEDDING_BAG_FROM.read(args)
    checkMode(mode)
    const [rows, width] = sizesOf('EmbeddingBag', embeddings)
    const options = { mode: mode as BagMode, include_last_offset, padding_idx, _weight: embeddings }
    return new EmbeddingBag(rows, width, options).requires_grad_(!freeze)
  }

  /**
   * Indices, int32 [bags, indices], or one vector with the `offsets` at which its bags begin
   * -> [bags, embedding_dim]; `per_sample_weights`, for mode 'sum', have the indices' shape.
   */
  override forward(
    input: Tensor,
    offsets?: Tensor | null | { offsets?: Tensor | null; per_sample_weights?: Tensor | null },
    per_sample_weights?: Tensor | null | { per_sample_weights?: Tensor | null },
  ): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, offsets, per_sample_weights] = FORWARD_BAG.read(args)
    const { mode, include_last_offset, padding_idx } = this
    const options = { mode, include_last_offset, padding_idx, per_sample_weights }
    return embedding_bag(input, this.weight, offsets, options)
  }

  override extra_repr(): string {
    const padding = this.padding_idx === null ? '' : `, padding_idx=${this.padding_idx}`
    return `${this.num_embeddings}, ${this.embedding_dim}, mode='${this.mode}'${padding}`
  }
}
