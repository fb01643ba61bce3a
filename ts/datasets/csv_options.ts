import type { NamedArguments } from '../call/named.js'
import { signature } from '../call/signature.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Columns } from './columns.js'

/** Options of {@link parse_csv}. */
export interface CsvOptions {
  /**
   * The columns with the labels: names, indices (negative ones count from the end), a pattern of names, or how many columns at the end.
   * None by default.
   */
  labels?: Columns | number | null
  /** What separates the tags, if `labels` is one column of them: `','`, `'|'`, `' '`. */
  separator?: string | null
  /** The labels that the column of tags may have, in the order of the targets' columns. By default those that occur, sorted. */
  label_names?: readonly string[] | null
  /** Columns that stay texts, in the result's `texts`. */
  texts?: Columns | null
  /** Columns to leave out. */
  drop?: Columns | null
  /** What separates the cells. By default the one of `,`, tab, `|` and `;` that makes the most even rows. */
  delimiter?: string | null
  /** Whether the first row has the names of the columns. By default it has, unless all of its cells are numbers or empty. */
  header?: boolean | null
  /** Further texts that stand for a missing value. */
  na_values?: readonly string[]
  /** What the fraction of a number begins with: `'.'`. */
  decimal?: '.' | ','
  /**
   * Whether targets are sparse, as in scikit-learn's MultiLabelBinarizer: with many labels a dense matrix is much larger than the file. false by
   * default; true gives a SparseCSRTensor ({@link SparseOutput}).
   */
  sparse_output?: false
  /** The encoding of bytes, as TextDecoder names it. By default UTF-8, or UTF-16 if the file begins with its mark. */
  encoding?: string | null
}

/** What {@link parse_csv} gives. */
export interface CsvData<Targets = Tensor<readonly [number, number]>> {
  /** [N, D], float32; NaN where a cell is missing. */
  features: Tensor<readonly [number, number]>
  /** [N, C], float32; NaN where a label is missing. uint8 where that would take more than 64 MiB and all labels are 0 or 1. */
  targets: Targets
  /** The D names. A file without a header has the indices of its columns. */
  feature_names: string[]
  /** The C names. */
  label_names: string[]
  /** The cells of each column that stays a text, by its name. */
  texts: Record<string, string[]>
}

/** The signature of {@link parse_csv}. */
export const CSV = signature(
  'parse_csv',
  'source: value',
  '*',
  'labels: value = None',
  'separator: str = None',
  'label_names: list = None',
  'texts: value = None',
  'drop: value = None',
  'delimiter: str = None',
  'header: bool = None',
  'na_values: list = []',
  "decimal: '.'|',' = '.'",
  'sparse_output: bool = False',
  'encoding: str = None',
)

/** The arguments, by their names. */
export type CsvArguments = NamedArguments<typeof CSV>
