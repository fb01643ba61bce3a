/** Which rows are learned from, which choose, which judge. */
import torch from 'softmargin'
import type { Settings } from '../protocol.ts'
import type { Dataset, Split } from './dataset.ts'

export function splitOf(dataset: Dataset, { validation, test, seed }: Settings): Split {
  if (dataset.given !== null) return dataset.given
  const { rows, labels, targets } = dataset
  const learned = 1 - validation - test
  const lengths = [
    rows - Math.round(rows * validation) - Math.round(rows * test),
    Math.round(rows * validation),
    Math.round(rows * test),
  ]
  if (!(learned > 0) || lengths.some((length) => length < 1))
    throw new Error(
      `${rows} rows are too few for three parts: at least one row must train, one choose and one judge.`,
    )
  const all = torch.tensor(targets).reshape([rows, labels.length])
  const rowsOnly = new torch.utils.data.TensorDataset(torch.arange(rows, { dtype: 'int32' }))
  const generator = new torch.Generator().manual_seed(seed)
  const parts = torch.utils.data.stratified_split(rowsOnly, all, lengths, { generator })
  const [a, b, c] = parts.map(({ indices }) => Int32Array.from(indices).sort())
  return { train: a, validation: b, test: c }
}
