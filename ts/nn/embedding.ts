import { no_grad } from '../autograd/grad_mode.js'
import { describe } from '../check.js'
import { RuntimeError, ValueError } from '../errors.js'
import { embedding, resolvePadding } from '../ops/embedding.js'
import { type BagMode, checkMode, embedding_bag } from '../ops/embedding_bag.js'
import { formatShape, sameShape } from '../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../tensor/tensor.js'
import { normal_ } from './init.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'

/** Options of {@link Embedding}. */
export interface EmbeddingModuleOptions {
  /** A row that starts as zeros and learns nothing; negative ones count from the end. */
  padding_idx?: number | null
  /** What the rows are at first, [num_embeddings, embedding_dim], sharing its memory; else they are drawn. */
  _weight?: Tensor | null
}

/** A learned table. */
abstract class Table extends Module {
  /** [num_embeddings, embedding_dim] */
  readonly weight: Parameter
  /** Counted from the first row. */
  readonly padding_idx: number | null

  constructor(
    readonly num_embeddings: number,
    readonly embedding_dim: number,
    { padding_idx = null, _weight = null }: EmbeddingModuleOptions = {},
  ) {
    super()
    const name = this.constructor.name
    for (const [argument, size] of Object.entries({ num_embeddings, embedding_dim })) {
      if (!Number.isInteger(size) || size < 0)
        throw new ValueError(`${name}: ${argument} must be a size, but got ${describe(size)}`)
    }
    const shape = [num_embeddings, embedding_dim]
    this.padding_idx = resolvePadding(padding_idx, num_embeddings)
    if (_weight !== null) {
      checkTensor(name, '_weight', _weight)
      if (!sameShape(_weight.shape, shape)) {
        throw new RuntimeError(
          `Shape of weight does not match num_embeddings and embedding_dim: ${formatShape(_weight.shape)} and ${formatShape(shape)}`,
        )
      }
    }
    this.weight = new Parameter(_weight ?? empty(name, shape))
    if (_weight === null) this.reset_parameters()
  }

  /** Draws new values, from the standard normal distribution; those of the padding are 0. */
  reset_parameters(): void {
    const { weight, padding_idx } = this
    normal_(weight)
    if (padding_idx !== null) no_grad(() => weight.select(0, padding_idx).zero_())
  }
}

/** `[rows, width]` of a given table. */
function sizesOf(name: string, table: Tensor): [number, number] {
  checkTensor(name, 'embeddings', table)
  if (table.dim() !== 2)
    throw new ValueError(`${name}: embeddings must be 2-dimensional, but got ${formatShape(table.shape)}`)
  return [table.shape[0], table.shape[1]]
}

/** Options of a table of given vectors. */
export interface FromPretrainedOptions {
  /** Whether the table is not learned; true by default. */
  freeze?: boolean
  padding_idx?: number | null
}

/**
 * Vectors by number, from a learned table. Source: torch.nn.Embedding.
 *
 * @throws ValueError if `padding_idx` names no row; IndexError from `forward` for another index
 * @example new torch.nn.Embedding(1000, 16).forward(torch.tensor([[1, 2]], { dtype: 'int32' })).shape // [1, 2, 16]
 */
export class Embedding extends Table {
  /** A table of given vectors [rows, width], whose memory it shares. */
  static from_pretrained(
    embeddings: Tensor,
    { freeze = true, padding_idx = null }: FromPretrainedOptions = {},
  ): Embedding {
    const [rows, width] = sizesOf('Embedding', embeddings)
    const layer = new Embedding(rows, width, { padding_idx, _weight: embeddings })
    return layer.requires_grad_(!freeze)
  }

  /** Indices, int32 of any shape -> [..., embedding_dim] */
  override forward(input: Tensor): Tensor {
    return embedding(input, this.weight, this)
  }

  override extra_repr(): string {
    const padding = this.padding_idx === null ? '' : `, padding_idx=${this.padding_idx}`
    return `${this.num_embeddings}, ${this.embedding_dim}${padding}`
  }
}

/** Options of {@link EmbeddingBag}. */
export interface EmbeddingBagModuleOptions extends EmbeddingModuleOptions {
  /** How the vectors of a bag become one: 'mean' by default. */
  mode?: BagMode
  /** Whether the last offset is the input's end instead of the start of a last bag. */
  include_last_offset?: boolean
}

/**
 * Sum, mean or maximum of the vectors of a bag of numbers, such as a text's words or a row's
 * categories. Source: torch.nn.EmbeddingBag.
 *
 * @throws ValueError if `padding_idx` names no row or `mode` is none of the three
 * @example
 * const bags = new torch.nn.EmbeddingBag(1000, 16, { mode: 'sum' })
 * const words = torch.tensor([1, 2, 4, 5, 4], { dtype: 'int32' })
 * bags.forward(words, torch.tensor([0, 3], { dtype: 'int32' })).shape // [2, 16]: words 0 to 2, words 3 and 4
 */
export class EmbeddingBag extends Table {
  readonly mode: BagMode
  readonly include_last_offset: boolean

  constructor(
    num_embeddings: number,
    embedding_dim: number,
    { mode = 'mean', include_last_offset = false, ...options }: EmbeddingBagModuleOptions = {},
  ) {
    checkMode(mode)
    super(num_embeddings, embedding_dim, options)
    this.mode = mode
    this.include_last_offset = include_last_offset
  }

  /** A table of given vectors [rows, width], whose memory it shares. */
  static from_pretrained(
    embeddings: Tensor,
    { freeze = true, ...options }: FromPretrainedOptions & Omit<EmbeddingBagModuleOptions, '_weight'> = {},
  ): EmbeddingBag {
    const [rows, width] = sizesOf('EmbeddingBag', embeddings)
    const layer = new EmbeddingBag(rows, width, { ...options, _weight: embeddings })
    return layer.requires_grad_(!freeze)
  }

  /**
   * Indices, int32 [bags, indices], or one vector with the `offsets` at which its bags begin
   * -> [bags, embedding_dim]; `per_sample_weights`, for mode 'sum', are of the indices' shape.
   */
  override forward(
    input: Tensor,
    offsets: Tensor | null = null,
    per_sample_weights: Tensor | null = null,
  ): Tensor {
    const { mode, include_last_offset, padding_idx } = this
    const options = { mode, include_last_offset, padding_idx, per_sample_weights }
    return embedding_bag(input, this.weight, offsets, options)
  }

  override extra_repr(): string {
    const padding = this.padding_idx === null ? '' : `, padding_idx=${this.padding_idx}`
    return `${this.num_embeddings}, ${this.embedding_dim}, mode='${this.mode}'${padding}`
  }
}
