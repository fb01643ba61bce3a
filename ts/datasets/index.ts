/** softmargin/datasets: files of multi-label data as tensors. */
import { signature } from '../call/signature.js'
import { type CsvData, type CsvOptions, CsvParser } from './csv.js'
import { type FileContents, type FileStream, feed } from './source.js'

export type { Columns } from './columns.js'
export type { CsvData, CsvOptions } from './csv.js'
export { ParseError } from './parse_error.js'
export type { ChunkReader, ChunkStream, FileContents, FileStream } from './source.js'

const CSV = signature(
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
  'encoding: str = None',
)

/**
 * Reads comma-separated values: a column for each feature, and either a column for each label or one column of tags. Text and bytes
 * are read at once; a stream (of a file, a Response, a Blob) gives a promise, and its text is never in memory as a whole.
 *
 * Cells are numbers, `true` or `false`; missing ones (empty, `NA`, `NaN`, `?`, …) become NaN. Cells may be quoted, rows end in LF or
 * CRLF, empty lines are skipped. Papa Parse splits the text into cells.
 *
 * @returns features [N, D], targets [N, C], both float32, the names of their columns, and the columns that stay texts
 * @throws ParseError with its line and column if a row is too short or too long, a cell is no number, quotes are not closed, or the
 *   file is empty; ValueError for columns that the file does not have
 * @example
 * const { features, targets, label_names } = parse_csv(text, { labels: ['spam', 'urgent'] })
 * @example
 * const data = await parse_csv(await fetch('mails.csv'), { labels: 'tags', separator: '|', drop: ['id'] })
 */
export function parse_csv(source: FileContents, options?: CsvOptions): CsvData
export function parse_csv(source: FileStream, options?: CsvOptions): Promise<CsvData>
export function parse_csv(...given: unknown[]): CsvData | Promise<CsvData> {
  const [
    source,
    labels,
    separator,
    label_names,
    texts,
    drop,
    delimiter,
    header,
    na_values,
    decimal,
    encoding,
  ] = CSV.read(given)
  const args = {
    labels,
    separator,
    label_names,
    texts,
    drop,
    delimiter,
    header,
    na_values,
    decimal,
    encoding,
  }
  return feed('parse_csv', source, new CsvParser(args))
}
