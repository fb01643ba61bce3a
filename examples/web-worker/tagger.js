import torch from 'softmargin'

const FEATURES = 300
const TAGS = 20

export const createTagger = () =>
  new torch.nn.Sequential(
    new torch.nn.Linear(FEATURES, 64),
    new torch.nn.ReLU(),
    new torch.nn.Linear(64, TAGS),
  )

/** Rows of numbers, and the tags that a hidden rule gives them. */
function examples(rows) {
  torch.manual_seed(1)
  const rule = torch.randn([FEATURES, TAGS])
  const inputs = torch.randn([rows, FEATURES])
  return [inputs, torch.matmul(inputs, rule).gt(10)]
}

/** Trains without a pause, telling `report` after each step; returns the trained tagger. */
export function train(steps, report) {
  const [inputs, targets] = examples(1024)
  const tagger = createTagger()
  const criterion = new torch.nn.MultiLabelSoftMarginLoss()
  const optimizer = new torch.optim.AdamW(tagger.parameters(), { lr: 3e-3 })
  for (let step = 1; step <= steps; step++) {
    optimizer.zero_grad()
    const loss = criterion.forward(tagger.forward(inputs), targets)
    loss.backward()
    optimizer.step()
    report({ step, loss: loss.item() })
  }
  return tagger
}

/** How many of the rows get exactly their tags. */
export function accuracy(tagger) {
  const [inputs, targets] = examples(1024)
  const scores = torch.no_grad(() => tagger.forward(inputs))
  const wanted = targets.tolist()
  const isRight = (row, i) => row.every((score, tag) => score > 0 === Boolean(wanted[i][tag]))
  return scores.tolist().filter(isRight).length / wanted.length
}
