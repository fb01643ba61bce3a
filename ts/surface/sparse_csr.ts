import { IndexError, RuntimeError } from '../base/errors.js'
import { defineInspection } from '../base/inspect.js'
import { signature } from '../call/signature.js'
import { checkIndexTensor } from '../ops/shape/positions.js'
import { csrLinear } from '../ops/sparse/csr_linear.js'
import { to } from '../tensor/convert.js'
import { computed, tensor } from '../tensor/create.js'
import { bytesPerElement, type DType, type TypedArray } from '../tensor/dtype.js'
import { formatElements, withSuffixes } from '../tensor/format.js'
import { formatShape, normalizeDim, numelOf } from '../tensor/shape.js'
import { SparseTensor } from '../tensor/sparse.js'
import { empty, type Tensor } from '../tensor/tensor.js'

const nothing = (name: string) => signature(`SparseCSRTensor.${name}`)
const CROW_INDICES = nothing('crow_indices')
const COL_INDICES = nothing('col_indices')
const VALUES = nothing('values')
const NNZ = nothing('_nnz')
const DIM = nothing('dim')
const NUMEL = nothing('numel')
const SIZE = signature('SparseCSRTensor.size', 'dim: int = None')
const TO = signature('SparseCSRTensor.to', 'dtype: dtype')
const TO_DENSE = signature('SparseCSRTensor.to_dense', 'dtype: dtype = None')
const INDEX_SELECT = signature('SparseCSRTensor.index_select', 'dim: int', 'index: Tensor')
const NARROW = signature('SparseCSRTensor.narrow', 'dim: int', 'start: int', 'length: int')

/** Number of elements that {@link SparseCSRTensor.to_dense} writes at a time. */
const CHUNK = 2 ** 16

const PREFIX = 'tensor('

type Size = readonly [rows: number, columns: number]

/** Where rows begin, and the columns and values of their elements. */
interface Compressed {
  readonly crow: Int32Array
  readonly col: Int32Array
  readonly values: ArrayLike<number>
}

/**
 * A matrix [rows, columns] of which only the stored elements take memory, for features such as counts of words. Made by
 * `torch.sparse_csr_tensor`, and by parsers of sparse files. `F.linear` and `nn.Linear` take it as input; datasets and loaders take
 * it as rows, whose batches are of this class again. It cannot be changed, and requires no gradient.
 * Source: torch's tensors of layout torch.sparse_csr.
 */
export class SparseCSRTensor extends SparseTensor {
  /** [rows, columns] */
  readonly shape: Size
  /** Type of the elements. */
  readonly dtype: DType
  /** Where each row begins, and the end of the last. @internal */
  readonly crow: Int32Array
  /** Columns of the stored elements. @internal */
  readonly col: Int32Array
  /** The stored elements. @internal */
  readonly stored: TypedArray

  /** Throws: use `torch.sparse_csr_tensor`. */
  constructor(none: never)
  /** Keeps the arrays, which are valid ({@link checkCompressed}). @internal */
  constructor(crow: Int32Array, col: Int32Array, stored: TypedArray, dtype: DType, shape: Size)
  constructor(crow: Int32Array, col?: Int32Array, stored?: TypedArray, dtype?: DType, shape?: Size) {
    super()
    if (shape === undefined) {
      throw new TypeError('SparseCSRTensor: use torch.sparse_csr_tensor instead of the constructor')
    }
    this.crow = crow
    this.col = col as Int32Array
    this.stored = stored as TypedArray
    this.dtype = dtype as DType
    this.shape = Object.freeze(shape)
    defineInspection<SparseCSRTensor>(SparseCSRTensor.prototype, String)
    Object.freeze(this)
  }

  /** Always 'sparse_csr'. */
  get layout(): 'sparse_csr' {
    return 'sparse_csr'
  }

  /** Always 'cpu'. */
  get device(): 'cpu' {
    return 'cpu'
  }

  /** Always false. */
  get requires_grad(): false {
    return false
  }

  /** Where each row begins in the values, and the end of the last: int32 [rows + 1], a copy. */
  crow_indices(): Tensor<readonly [number]>
  crow_indices(...args: unknown[]): Tensor<readonly [number]> {
    CROW_INDICES.read(args)
    return tensor(this.crow)
  }

  /** The column of each value: int32, a copy. */
  col_indices(): Tensor<readonly [number]>
  col_indices(...args: unknown[]): Tensor<readonly [number]> {
    COL_INDICES.read(args)
    return tensor(this.col)
  }

  /** The stored elements, row by row, a copy. */
  values(): Tensor<readonly [number]>
  values(...args: unknown[]): Tensor {
    VALUES.read(args)
    return computed('values', [this.col.length], this.dtype, (i) => this.stored[i], this.stored)
  }

  /** Number of stored elements. */
  _nnz(): number
  _nnz(...args: unknown[]): number {
    NNZ.read(args)
    return this.col.length
  }

  /** Always 2. */
  dim(): 2
  dim(...args: unknown[]): 2 {
    DIM.read(args)
    return 2
  }

  /** Number of elements, those that are not stored included. */
  numel(): number
  numel(...args: unknown[]): number {
    NUMEL.read(args)
    return numelOf(this.shape)
  }

  /** The shape, or the size of one dimension. */
  size(): Size
  size(dim: number): number
  size(...args: unknown[]): Size | number {
    const [dim] = SIZE.read(args)
    return dim === null ? this.shape : this.shape[normalizeDim(dim, 2)]
  }

  /** The same elements as another type. */
  to(dtype: DType | { dtype: DType }): SparseCSRTensor
  to(...args: unknown[]): SparseCSRTensor {
    const [dtype] = TO.read(args)
    if (dtype === this.dtype) return this
    return new SparseCSRTensor(this.crow, this.col, to(this.values(), dtype).data(), dtype, this.shape)
  }

  /**
   * A tensor [rows, columns] of all elements.
   *
   * @throws RuntimeError if it does not fit linear memory
   */
  to_dense(dtype?: DType | null | { dtype?: DType | null }): Tensor<Size>
  to_dense(...args: unknown[]): Tensor<Size> {
    const [dtype] = TO_DENSE.read(args)
    const from = dtype === null ? this : this.to(dtype)
    const { shape, crow, col, stored } = from
    const [rows, columns] = shape
    const result = empty('to_dense', shape, from.dtype)
    if (result.numel() === 0) return result
    const together = Math.max(1, Math.min(rows, Math.floor(CHUNK / columns)))
    const chunk = new (stored.constructor as Float32ArrayConstructor)(together * columns)
    for (let first = 0; first < rows; first += together) {
      const count = Math.min(together, rows - first)
      chunk.fill(0)
      for (let row = 0; row < count; row++) {
        const end = crow[first + row + 1]
        for (let k = crow[first + row]; k < end; k++) chunk[row * columns + col[k]] = stored[k]
      }
      const part = chunk.subarray(0, count * columns)
      const start = first * columns * bytesPerElement[from.dtype]
      result.storage.write(start, new Uint8Array(part.buffer, 0, part.byteLength))
    }
    return result
  }

  /**
   * The rows at `index`, an int32 vector, in that order; rows may repeat. `dim` is 0.
   *
   * @throws IndexError if there is no such row
   */
  index_select(dim: 0, index: Tensor): SparseCSRTensor
  index_select(...args: unknown[]): SparseCSRTensor {
    const [dim, index] = INDEX_SELECT.read(args)
    this.checkRows('index_select', dim)
    checkIndexTensor('index_select', index)
    if (index.dim() > 1) {
      throw new IndexError(
        `index_select(): Index is supposed to be a vector, but got shape ${formatShape(index.shape)}`,
      )
    }
    return this.rowsAt(index.data<Int32Array>())
  }

  private rowsAt(wanted: Int32Array): SparseCSRTensor {
    const { crow, col, stored, shape, dtype } = this
    const begins = new Int32Array(wanted.length + 1)
    let total = 0
    for (let i = 0; i < wanted.length; i++) {
      const row = wanted[i]
      if (row < 0 || row >= shape[0]) throw new IndexError('index out of range in self')
      total += crow[row + 1] - crow[row]
      begins[i + 1] = total
    }
    checkStored('index_select', total)
    const columns = new Int32Array(total)
    const values = new (stored.constructor as Float32ArrayConstructor)(total)
    for (let i = 0; i < wanted.length; i++) {
      const from = crow[wanted[i]]
      const to = begins[i]
      const length = begins[i + 1] - to
      // A typed array's `set` takes as long to begin as some dozens of elements.
      if (length < 48) {
        for (let k = 0; k < length; k++) {
          columns[to + k] = col[from + k]
          values[to + k] = stored[from + k]
        }
      } else {
        columns.set(col.subarray(from, from + length), to)
        values.set(stored.subarray(from, from + length), to)
      }
    }
    return new SparseCSRTensor(begins, columns, values, dtype, [wanted.length, shape[1]])
  }

  /**
   * Rows `start` to `start + length`, without a copy of their elements. `dim` is 0; a negative `start` counts from the end.
   *
   * @throws IndexError or RuntimeError if there are no such rows
   */
  narrow(dim: 0, start: number, length: number): SparseCSRTensor
  narrow(...args: unknown[]): SparseCSRTensor {
    const [dim, start, length] = NARROW.read(args)
    this.checkRows('narrow', dim)
    const { crow, col, stored, shape, dtype } = this
    const [rows, columns] = shape
    if (start < -rows || start > rows) {
      throw new IndexError(
        `start out of range (expected to be in range of [${-rows}, ${rows}], but got ${start})`,
      )
    }
    const first = start < 0 ? start + rows : start
    if (length < 0 || first + length > rows)
      throw new RuntimeError(`start (${first}) + length (${length}) exceeds dimension size (${rows}).`)
    const [from, end] = [crow[first], crow[first + length]]
    const begins = crow.slice(first, first + length + 1)
    for (let i = 0; i < begins.length; i++) begins[i] -= from
    return new SparseCSRTensor(begins, col.subarray(from, end), stored.subarray(from, end), dtype, [
      length,
      columns,
    ])
  }

  private checkRows(op: string, dim: number): void {
    if (normalizeDim(dim, 2) === 0) return
    throw new RuntimeError(`${op}: a SparseCSRTensor has parts along dimension 0 only, but got dim ${dim}`)
  }

  /** @internal */
  override linear(weight: Tensor, bias: Tensor | null): Tensor {
    const { crow, col, stored, dtype, shape } = this
    if (dtype !== 'float32') {
      throw new RuntimeError(
        `linear: a sparse input must be float32, but got ${dtype}: write input.to('float32')`,
      )
    }
    const [rows, columns] = shape
    return csrLinear({ crow, col, values: stored as Float32Array, rows, columns }, weight, bias)
  }

  /** @internal */
  override joined(rows: readonly SparseCSRTensor[]): SparseCSRTensor {
    const { dtype, stored } = this
    const [, columns] = this.shape
    for (const row of rows) {
      if (row.shape[1] === columns && row.dtype === dtype) continue
      throw new RuntimeError(
        `sparse rows must have as many columns and the same dtype, but got ${dtype} of ${columns} and ${row.dtype} of ${row.shape[1]} columns`,
      )
    }
    const count = rows.reduce((sum, row) => sum + row.shape[0], 0)
    const total = rows.reduce((sum, row) => sum + row.col.length, 0)
    checkStored('default_collate', total)
    const crow = new Int32Array(count + 1)
    const col = new Int32Array(total)
    const values = new (stored.constructor as Float32ArrayConstructor)(total)
    let [at, start] = [0, 0]
    for (const row of rows) {
      for (let i = 1; i < row.crow.length; i++) crow[at + i] = start + row.crow[i]
      col.set(row.col, start)
      values.set(row.stored, start)
      at += row.shape[0]
      start += row.col.length
    }
    return new SparseCSRTensor(crow, col, values, dtype, [count, columns])
  }

  /** As torch prints it. */
  override toString(): string {
    const parts = (['crow_indices', 'col_indices', 'values'] as const).map((name) => {
      const prefix = `${name}=tensor(`
      const elements = formatElements(this[name](), PREFIX.length + prefix.length)
      return `${prefix}${elements}${elements === '[]' ? ', size=(0,)' : ''})`
    })
    const text = PREFIX + parts.join(`,\n${' '.repeat(PREFIX.length)}`)
    const isPlain = this.dtype === 'float32' || this.dtype === 'bool'
    return withSuffixes(text, [
      `size=(${this.shape.join(', ')})`,
      `nnz=${this.col.length}`,
      ...(isPlain ? [] : [`dtype=torch.${this.dtype}`]),
      'layout=torch.sparse_csr',
    ])
  }
}

/** Throws unless so many elements can be stored. */
function checkStored(op: string, total: number): void {
  if (total < 2 ** 29) return
  throw new RuntimeError(`${op}: ${total} elements are more than a SparseCSRTensor can store`)
}

/** Throws torch's error unless the arrays are a matrix of `shape`. */
export function checkCompressed({ crow, col, values }: Compressed, [rows, columns]: Size): void {
  const refuse = (what: string) => {
    throw new RuntimeError(`sparse_csr_tensor: ${what}`)
  }
  const isSize = (size: number) => size >= 0 && size < 2 ** 31
  if (!isSize(rows) || !isSize(columns))
    refuse(`sizes must be from 0 to 2^31 - 1, but got ${formatShape([rows, columns])}`)
  if (crow.length !== rows + 1) {
    refuse(
      `crow_indices.shape[-1] must be equal to the number of rows + 1 (=${rows + 1}), but got ${crow.length}`,
    )
  }
  if (col.length !== values.length) {
    refuse(
      `col_indices.shape[-1] must be equal to nnz (=${values.length}) as defined by values.shape[0], but got ${col.length}`,
    )
  }
  checkStored('sparse_csr_tensor', col.length)
  if (crow[0] !== 0) refuse('`crow_indices[..., 0] == 0` is not satisfied.')
  if (crow[rows] !== col.length) refuse('`crow_indices[..., -1] == nnz` is not satisfied.')
  for (let row = 0; row < rows; row++) {
    const length = crow[row + 1] - crow[row]
    if (length < 0 || length > columns || crow[row + 1] > col.length) {
      refuse(
        `\`0 <= crow_indices[..., 1:] - crow_indices[..., :-1] <= ncols\` is not satisfied for row ${row}.`,
      )
    }
    for (let k = crow[row]; k < crow[row + 1]; k++) {
      if (col[k] < 0 || col[k] >= columns)
        refuse(`\`0 <= col_indices < ncols\` is not satisfied: row ${row} has column ${col[k]} of ${columns}`)
      if (k > crow[row] && col[k] <= col[k - 1]) {
        refuse(
          `col_indices must be sorted and distinct in each row, but row ${row} has column ${col[k]} after ${col[k - 1]}`,
        )
      }
    }
  }
}
