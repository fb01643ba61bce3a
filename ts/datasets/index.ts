/** softmargin/datasets: files of multi-label data as tensors. */
import { readNamed } from '../call/named.js'
import type { SparseCSRTensor } from '../surface/sparse_csr.js'
import { ArffParser } from './arff.js'
import { ARFF, type ArffData, type ArffOptions } from './arff_options.js'
import { CsvParser } from './csv.js'
import { CSV, type CsvData, type CsvOptions } from './csv_options.js'
import { LibsvmParser } from './libsvm.js'
import { LIBSVM, type LibsvmData, type LibsvmOptions } from './libsvm_options.js'
import { type FileContents, type FileStream, feed } from './source.js'
import type { Targets } from './targets.js'

/** What a parser gives: a promise if the file comes in chunks. */
type Parsed<Data> = Data | Promise<Data>

/** Options that ask for sparse targets. */
export type SparseOutput<Options> = Omit<Options, 'sparse_output'> & {
  /** Targets are a SparseCSRTensor. */
  sparse_output: true
}

export type { ArffData, ArffOptions } from './arff_options.js'
export type { Columns } from './columns.js'
export type { CsvData, CsvOptions } from './csv_options.js'
export type { LibsvmData, LibsvmOptions } from './libsvm_options.js'
export { ParseError } from './parse_error.js'
export type { ChunkReader, ChunkStream, FileContents, FileLike, FileStream } from './source.js'

/**
 * Reads comma-separated values: a column for each feature, and either a column for each label or one column of tags. Text and bytes
 * are read at once; a stream (of a file, a Response, a Blob) gives a promise, and its text is never in memory as a whole.
 *
 * Cells are numbers, `true` or `false`; missing ones (empty, `NA`, `NaN`, `?`, …) become NaN. Cells may be quoted, rows end in LF or
 * CRLF, empty lines are skipped. Papa Parse splits the text into cells. Texts, to embed or to vectorise, are kept if `texts` names their
 * columns.
 *
 * @returns features [N, D], targets [N, C], both float32, the names of their columns, and the columns that stay texts. With many labels
 *   targets are uint8, or sparse if `sparse_output` is true
 * @throws ParseError with its line and column if a row is too short or too long, a cell is no number, quotes are not closed, or the
 *   file is empty; ValueError for columns that the file does not have
 * @example
 * const { features, targets, label_names } = parse_csv(text, { labels: ['spam', 'urgent'] })
 * @example
 * const data = await parse_csv(await fetch('mails.csv'), { labels: 'tags', separator: '|', drop: ['id'] })
 */
export function parse_csv(source: FileContents, options?: CsvOptions): CsvData
export function parse_csv(source: FileContents, options: SparseOutput<CsvOptions>): CsvData<SparseCSRTensor>
export function parse_csv(source: FileStream, options?: CsvOptions): Promise<CsvData>
export function parse_csv(
  source: FileStream,
  options: SparseOutput<CsvOptions>,
): Promise<CsvData<SparseCSRTensor>>
export function parse_csv(...given: unknown[]): Parsed<CsvData<Targets>> {
  const args = readNamed(CSV, given)
  return feed('parse_csv', args.source, new CsvParser(args))
}

/**
 * Reads a sparse file of libsvm or svmlight: `1,3 0:1 5:2.5 # comment` is a row with the labels 1 and 3 and two features that are not 0.
 * A row without labels begins with its features. The three counts of the extreme classification repository may come first.
 *
 * Labels that are integers are columns of the targets, up to the largest; others are sorted. `zero_based: 'auto'` takes features to
 * begin at 1 if the file has no index 0: give it, and `n_features` and `num_labels`, for the parts of one data set.
 *
 * @returns features [N, D] as a SparseCSRTensor, targets [N, C], both float32, and the names of their columns
 * @throws ParseError with its line and column if a row is not as above, has a feature twice, or an index that is too large; ValueError if
 *   dense targets would be larger than a tensor can be
 * @example
 * const { features, targets } = parse_libsvm(await readFile('train.svm'), { n_features: 300, num_labels: 20, zero_based: true })
 * @example
 * const data = await parse_libsvm(createReadStream('eurlex.svm'), { sparse_output: true }) // data.targets.to_dense() of some rows
 */
export function parse_libsvm(source: FileContents, options?: LibsvmOptions): LibsvmData
export function parse_libsvm(
  source: FileContents,
  options: SparseOutput<LibsvmOptions>,
): LibsvmData<SparseCSRTensor>
export function parse_libsvm(source: FileStream, options?: LibsvmOptions): Promise<LibsvmData>
export function parse_libsvm(
  source: FileStream,
  options: SparseOutput<LibsvmOptions>,
): Promise<LibsvmData<SparseCSRTensor>>
export function parse_libsvm(...given: unknown[]): Parsed<LibsvmData<Targets>> {
  const args = readNamed(LIBSVM, given)
  return feed('parse_libsvm', args.source, new LibsvmParser(args))
}

/**
 * Reads a dense or sparse ARFF file of Weka, Mulan or MEKA. The labels are what `labels` says (how many, names, indices, a pattern,
 * the text of Mulan's XML), or the option `-C` that MEKA writes into the name of the relation.
 *
 * Nominal values that are numbers are these; yes and no, or true and false, are 1 and 0; others are their places in the declaration.
 * `?` is NaN.
 *
 * @returns features [N, D], a SparseCSRTensor if the rows are sparse, targets [N, C], both float32, and the names of their columns
 * @throws ParseError with its line and column if a declaration or a row is wrong, or an attribute is a text or a date and in neither
 *   `texts` nor `drop`; ValueError if nothing says which attributes are labels
 * @example
 * const yeast = parse_arff(text, { labels: 14 }) // the last 14 attributes
 * @example
 * const emotions = await parse_arff(await fetch('emotions.arff'), { labels: await (await fetch('emotions.xml')).text() })
 */
export function parse_arff(source: FileContents, options?: ArffOptions): ArffData
export function parse_arff(
  source: FileContents,
  options: SparseOutput<ArffOptions>,
): ArffData<SparseCSRTensor>
export function parse_arff(source: FileStream, options?: ArffOptions): Promise<ArffData>
export function parse_arff(
  source: FileStream,
  options: SparseOutput<ArffOptions>,
): Promise<ArffData<SparseCSRTensor>>
export function parse_arff(...given: unknown[]): Parsed<ArffData<Targets>> {
  const args = readNamed(ARFF, given)
  return feed('parse_arff', args.source, new ArffParser(args))
}
