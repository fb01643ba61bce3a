/** Rows in memory, and how they become tensors. */
import torch from 'softmargin'

/** The rows of a part, ready for a model. */
export type Batchable = torch.Tensor

/** What a model is given, fitted on the rows that it learns from. */
export interface Inputs {
  /** The shape of a row. */
  shape: readonly number[]
  /** Some rows as one tensor. */
  tensor(rows: Int32Array): Batchable
  /** What a feature is called; pixels have no names. */
  nameOf?: (feature: number) => string
  /** By what the weight of a feature counts, in words. */
  unit?: string
  /** What the inputs were fitted with, for those who run the model elsewhere. */
  state: Record<string, unknown>
}

/** Something new to be tagged. */
export type New = { text: string } | { picture: Blob } | { numbers: number[] }

/** A row for a model, with a sentence on how it was read. */
export interface Encoded {
  input: torch.Tensor
  note: string
}

/** Data that was understood. */
export interface Dataset {
  rows: number
  labels: string[]
  /** [rows, labels], row-major: 0, 1, or NaN where it is not known. */
  targets: Float32Array
  /** Rows that belong to parts already. */
  given: Split | null
  /** A row in words. */
  textOf(row: number): string
  /** A picture of the row. */
  pictureOf?(row: number): Uint8ClampedArray
  /** Fits what inputs need on the rows that are learned from. */
  fit(train: Int32Array): Inputs
  encode(one: New, inputs: Inputs): Encoded | Promise<Encoded>
}

export interface Split {
  train: Int32Array
  validation: Int32Array
  test: Int32Array
}

/** Targets of some rows: [rows, labels]. */
export function targetsOf(
  { targets, labels }: Pick<Dataset, 'targets' | 'labels'>,
  rows: Int32Array,
): torch.Tensor {
  const values = new Float32Array(rows.length * labels.length)
  const width = labels.length
  rows.forEach((row, i) => {
    values.set(targets.subarray(row * width, (row + 1) * width), i * width)
  })
  return torch.tensor(values).reshape([rows.length, width])
}
