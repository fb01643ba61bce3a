import type { NamedArguments } from '../call/named.js'
import { signature } from '../call/signature.js'
import type { SparseCSRTensor } from '../surface/sparse_csr.js'
import type { Tensor } from '../tensor/tensor.js'

/** Options of {@link parse_libsvm}. */
export interface LibsvmOptions {
  /** How many features there are. By default as many as the largest index, or the header, says. */
  n_features?: number | null
  /** Whether the first feature has the index 0. 'auto': it has 1 if no index is 0 in the file, as scikit-learn guesses. */
  zero_based?: boolean | 'auto'
  /** How many labels there are: 0 to num_labels - 1. By default as many as the largest, or the header, says. */
  num_labels?: number | null
  /** The labels as the file writes them, in the order of the targets' columns. */
  label_names?: readonly string[] | null
  /** Whether to keep what follows `#` in each row: false. */
  comments?: boolean
  /**
   * Whether targets are sparse, as in scikit-learn's MultiLabelBinarizer: with many labels a dense matrix is much larger than the file. false by
   * default; true gives a SparseCSRTensor ({@link SparseOutput}).
   */
  sparse_output?: false
  /** The encoding of bytes, as TextDecoder names it: UTF-8. */
  encoding?: string | null
}

/** What {@link parse_libsvm} gives. */
export interface LibsvmData<Targets = Tensor<readonly [number, number]>> {
  /** [N, D], float32. */
  features: SparseCSRTensor
  /** [N, C], 1 where a row has the label, else 0. float32, but uint8 where that would take more than 64 MiB. */
  targets: Targets
  /** The D indices, from 0 on; none where there are more than 2^20. */
  feature_names: string[]
  /** The C labels as the file writes them; none where there are more than 2^20. */
  label_names: string[]
  /** The number after `qid:` in each row, or null if rows have none. */
  qid: Int32Array | null
  /** What follows `#` in each row, if asked for. */
  comments: string[]
}

/** The signature of {@link parse_libsvm}. */
export const LIBSVM = signature(
  'parse_libsvm',
  'source: value',
  '*',
  'n_features: int = None',
  "zero_based: bool|'auto' = 'auto'",
  'num_labels: int = None',
  'label_names: list = None',
  'comments: bool = False',
  'sparse_output: bool = False',
  'encoding: str = None',
)

/** The arguments, by their names. */
export type LibsvmArguments = NamedArguments<typeof LIBSVM>
