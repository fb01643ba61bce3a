// node bench/scaling_node.mjs [rows] [threads]: the npm package in one process, on as many rows as scaling.py has: 300 features, 30 labels.
import torch from '../../dist/node.js'

const [rows, threads] = [Number(process.argv[2] ?? 200_000), Number(process.argv[3] ?? 2)]
torch.set_num_threads(threads)
torch.manual_seed(0)
const x = torch.randn([rows, 300])
const y = torch.rand([rows, 30]).lt(0.1)
const model = new torch.nn.Linear(300, 30)
const criterion = new torch.nn.MultiLabelSoftMarginLoss()
const optimizer = new torch.optim.Adam(model.parameters(), { lr: 0.01 })

function say(what, repeat, run) {
  run()
  let best = Infinity
  for (let i = 0; i < repeat; i++) {
    const began = performance.now()
    run()
    best = Math.min(best, performance.now() - began)
  }
  console.log(`${what.padEnd(34)} ${(rows / best).toFixed(0).padStart(8)} thousand rows/s   ${best.toFixed(0)} ms`)
}

say('score', 5, () => torch.no_grad(() => torch.scope(() => torch.sigmoid(model.forward(x)).data().length)))
say('a step of Adam over all rows', 5, () =>
  torch.scope(() => {
    optimizer.zero_grad()
    criterion.forward(model.forward(x), y).backward()
    optimizer.step()
  }),
)
