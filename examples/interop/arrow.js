// Trains on columns of an Arrow table, which is what Parquet readers, DuckDB and Arrow Flight give.
import {
  Field,
  FixedSizeList,
  Float32,
  makeBuilder,
  makeVector,
  Table,
  tableFromIPC,
  tableToIPC,
  Vector,
} from 'apache-arrow'
import torch from 'softmargin'
import { columnsOf, matrixOf } from './columns.js'

const TAGS = ['animal', 'person', 'vehicle', 'water']

/** A table as it would come over the network: for each picture an embedding of 64 numbers, and a 0 or 1 for each tag. */
function download() {
  torch.manual_seed(0)
  const embeddings = torch.randn([500, 64])
  const tags = torch.matmul(embeddings, torch.randn([64, TAGS.length])).gt(4)
  const builder = makeBuilder({ type: new FixedSizeList(64, new Field('item', new Float32())) })
  for (const row of embeddings.tolist()) builder.append(row)
  const columns = TAGS.map((name, i) => {
    return [name, makeVector(Uint8Array.from(tags.tolist(), (row) => Number(row[i])))]
  })
  return tableToIPC(
    new Table({ embedding: new Vector([builder.finish().flush()]), ...Object.fromEntries(columns) }),
  )
}

const table = tableFromIPC(download())
const embeddings = matrixOf(table.getChild('embedding'))
const tags = columnsOf(table, TAGS)
console.log(`embeddings ${embeddings.dtype} [${embeddings.shape}], tags ${tags.dtype} [${tags.shape}]`)

const model = new torch.nn.Linear(64, TAGS.length)
const criterion = new torch.nn.MultiLabelSoftMarginLoss()
const optimizer = new torch.optim.Adam(model.parameters(), { lr: 0.05 })
for (let step = 0; step <= 200; step++) {
  optimizer.zero_grad()
  const loss = criterion.forward(model.forward(embeddings), tags)
  loss.backward()
  optimizer.step()
  if (step % 100 === 0) console.log(`step ${step}: loss ${loss.item().toFixed(4)}`)
}
