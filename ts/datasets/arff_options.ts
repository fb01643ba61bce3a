import type { NamedArguments } from '../call/named.js'
import { signature } from '../call/signature.js'
import type { SparseCSRTensor } from '../surface/sparse_csr.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Columns } from './columns.js'

/** Options of {@link parse_arff}. */
export interface ArffOptions {
  /**
   * The attributes that are labels: how many (`label_location` says where), names, indices, a pattern of names, or the text of Mulan's
   * XML file. By default what MEKA's `-C` in the name of the relation says.
   */
  labels?: Columns | number | null
  /** Where the labels are if `labels` is a number: `'end'`, as Mulan has it, or `'start'`. */
  label_location?: 'start' | 'end'
  /** Attributes that stay texts, in the result's `texts`. */
  texts?: Columns | null
  /** Attributes to leave out. */
  drop?: Columns | null
  /**
   * Whether targets are sparse, as in scikit-learn's MultiLabelBinarizer: with many labels a dense matrix is much larger than the file. false by
   * default; true gives a SparseCSRTensor ({@link SparseOutput}).
   */
  sparse_output?: false
  /** The encoding of bytes, as TextDecoder names it: UTF-8. */
  encoding?: string | null
}

/** What {@link parse_arff} gives. */
export interface ArffData<Targets = Tensor<readonly [number, number]>> {
  /** [N, D], float32: sparse if the file is; NaN where a value is missing. */
  features: Tensor<readonly [number, number]> | SparseCSRTensor
  /** [N, C], float32; NaN where a label is missing. uint8 where that would take more than 64 MiB and all labels are 0 or 1. */
  targets: Targets
  /** The D names. */
  feature_names: string[]
  /** The C names. */
  label_names: string[]
  /** The values of each attribute that stays a text, by its name. */
  texts: Record<string, string[]>
}

/** The signature of {@link parse_arff}. */
export const ARFF = signature(
  'parse_arff',
  'source: value',
  '*',
  'labels: value = None',
  "label_location: 'end'|'start' = 'end'",
  'texts: value = None',
  'drop: value = None',
  'sparse_output: bool = False',
  'encoding: str = None',
)

/** The arguments, by their names. */
export type ArffArguments = NamedArguments<typeof ARFF>
