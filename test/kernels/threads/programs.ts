/** Programs of every family, whose work is large enough to be shared; each gives all numbers that it made. */
import type { Tensor } from '../../../ts/tensor/tensor.js'
import type { Torch } from './crew.js'

type Program = (torch: Torch) => Tensor[]

interface Layer {
  forward(x: Tensor): Tensor
  parameters(): Iterable<Tensor>
}

/** What a model gives, and its gradients, after three steps. */
function trained(torch: Torch, model: Layer, x: Tensor, labels: number): Tensor[] {
  const criterion = new torch.nn.MultiLabelSoftMarginLoss()
  const optimizer = new torch.optim.Adam(model.parameters(), { lr: 0.01 })
  const y = torch.rand([x.shape[0], labels]).gt(0.7).float()
  const losses = [0, 1, 2].map(() => {
    optimizer.zero_grad()
    const loss = criterion.forward(model.forward(x), y)
    loss.backward()
    optimizer.step()
    return loss.detach()
  })
  return [...losses, ...gradientsOf(model.parameters())]
}

function gradientsOf(tensors: Iterable<Tensor>): Tensor[] {
  return [...tensors].flatMap((tensor) => (tensor.grad === null ? [tensor] : [tensor, tensor.grad]))
}

/** A layer's result for `x`, and all gradients of the sum of its squares. */
function through(layer: Layer, x: Tensor): Tensor[] {
  const leaf = x.detach().requires_grad_()
  const result = layer.forward(leaf)
  result.pow(2).sum().backward()
  return [result, ...gradientsOf([leaf, ...layer.parameters()])]
}

/** The same of a function. */
function gradient(x: Tensor, compute: (x: Tensor) => Tensor): Tensor[] {
  const leaf = x.detach().requires_grad_()
  const result = compute(leaf)
  result.mul(result).sum().backward()
  return [result, leaf.grad as Tensor]
}

const losses = (torch: Torch) => ({
  multilabel_soft_margin: new torch.nn.MultiLabelSoftMarginLoss(),
  rows: new torch.nn.MultiLabelSoftMarginLoss({ reduction: 'none' }),
  adjusted: new torch.nn.MultiLabelSoftMarginLoss({
    pos_weight: torch.tensor(3),
    label_smoothing: 0.1,
    ignore_index: 1,
  }),
  missing: new torch.nn.MultiLabelSoftMarginLoss({ ignore_index: 1 }),
  known: new torch.nn.BCEWithLogitsLoss({ ignore_index: 1 }),
  bce_with_logits: new torch.nn.BCEWithLogitsLoss(),
  mse: new torch.nn.MSELoss({ reduction: 'sum' }),
  focal: new torch.nn.SigmoidFocalLoss(),
  asymmetric: new torch.nn.AsymmetricLoss(),
})

function lossesOf(torch: Torch): Tensor[] {
  const x = torch.randn([1000, 203])
  const y = torch.rand([1000, 203]).gt(0.8).float()
  const classes = torch.randint(0, 203, [1000])
  const dense = Object.values(losses(torch)).flatMap((loss) =>
    gradient(x, (x) => loss.forward(x, y) as Tensor),
  )
  const cross = new torch.nn.CrossEntropyLoss()
  return [...dense, ...gradient(x, (x) => cross.forward(x, classes) as Tensor)]
}

/** Sparse rows through a layer, whose outputs, and those of the gradient, are shared. */
function sparse(torch: Torch): Tensor[] {
  const rows = 3000
  const layer = new torch.nn.Linear(5000, 131)
  const columns = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: row % 41 }, (_, i) => i * 120 + ((row * 7) % 120)),
  )
  const crow = [0]
  for (const row of columns) crow.push(crow[crow.length - 1] + row.length)
  const x = torch.sparse_csr_tensor(crow, columns.flat(), torch.randn([crow[rows]]), [rows, 5000])
  const result = layer.forward(x as never) as Tensor
  result.pow(2).sum().backward()
  return [result, ...gradientsOf(layer.parameters())]
}

function optimized(torch: Torch): Tensor[] {
  const { SGD, Adam, AdamW, RMSprop, Adagrad } = torch.optim
  const start = torch.randn([400_003])
  const upstream = torch.randn([400_003])
  const makers = [
    (p: Tensor[]) => new SGD(p, { lr: 0.1, momentum: 0.9, weight_decay: 0.01 }),
    (p: Tensor[]) => new Adam(p, { lr: 0.1, amsgrad: true }),
    (p: Tensor[]) => new AdamW(p, { lr: 0.1 }),
    (p: Tensor[]) => new RMSprop(p, { lr: 0.1, momentum: 0.5, centered: true }),
    (p: Tensor[]) => new Adagrad(p, { lr: 0.1 }),
  ]
  return makers.map((make) => {
    const parameter = new torch.nn.Parameter(start.clone())
    const optimizer = make([parameter])
    for (let step = 0; step < 3; step++) {
      parameter.grad = upstream.clone()
      torch.nn.utils.clip_grad_norm_([parameter], 10)
      optimizer.step()
    }
    return parameter.detach()
  })
}

function measured(torch: Torch): Tensor[] {
  const [scores, targets] = [torch.rand([3000, 40]), torch.rand([3000, 40]).gt(0.8).to('int32')]
  const of = { num_labels: 40, average: 'none' as const }
  const { MultilabelF1Score, MultilabelAUROC, MultilabelAveragePrecision } = torch.metrics
  const ranking = new torch.metrics.MultilabelRankingAveragePrecision({ num_labels: 40 })
  return [
    new MultilabelF1Score(of),
    new MultilabelAUROC(of),
    new MultilabelAveragePrecision(of),
    ranking,
  ].map((metric) => {
    metric.update(scores, targets)
    return metric.compute() as Tensor
  })
}

/** Maps that are only pooled, by rows and by tiles: jobs that fork again. */
function pooledTwice(torch: Parameters<Program>[0]) {
  const { Conv2d, MaxPool2d, ReLU, Sequential } = torch.nn
  const block = (from: number, to: number) => [
    new Conv2d(from, to, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
  ]
  return new Sequential(...block(3, 16), ...block(16, 32))
}

export const programs: Record<string, Program> = {
  losses: lossesOf,
  products: (torch) => {
    const [a, b] = [torch.randn([301, 500]), torch.randn([500, 207])]
    const [row, column] = [torch.randn([1, 4001]), torch.randn([500])]
    const vectors = [row.matmul(torch.randn([4001, 207])), a.matmul(column), a.t().matmul(a.matmul(column))]
    return [...vectors, a.matmul(b), a.t().matmul(a), ...gradient(a, (a) => a.matmul(b))]
  },
  perceptron: (torch) => {
    const { Dropout, Linear, ReLU, Sequential } = torch.nn
    const layers = [new Linear(300, 256), new ReLU(), new Dropout(0.2), new Linear(256, 50)]
    return trained(torch, new Sequential(...layers), torch.randn([200, 300]), 50)
  },
  'convolutional network': (torch) => {
    const { AdaptiveAvgPool2d, BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential } = torch.nn
    const block = (from: number, to: number, stride = 1) => [
      new Conv2d(from, to, 3, { padding: 1, stride, bias: false }),
      new BatchNorm2d(to),
      new ReLU(),
    ]
    const layers = [...block(3, 32), new MaxPool2d(2), ...block(32, 64), ...block(64, 64, 2)]
    const head = [new AdaptiveAvgPool2d(2), new Flatten(), new Linear(256, 10)]
    return trained(torch, new Sequential(...layers, ...head), torch.randn([8, 3, 32, 32]), 10)
  },
  'convolutions of other shapes': (torch) => [
    ...through(new torch.nn.Conv2d(3, 32, 7, { stride: 2, padding: 3 }), torch.randn([4, 3, 64, 64])),
    ...through(new torch.nn.Conv2d(64, 96, 1), torch.randn([4, 64, 20, 20])),
    ...through(new torch.nn.Conv2d(32, 32, 5, { padding: 2, groups: 4 }), torch.randn([4, 32, 20, 20])),
    ...through(new torch.nn.AvgPool2d(2), torch.randn([8, 32, 40, 40])),
    ...through(pooledTwice(torch), torch.randn([8, 3, 64, 64])),
  ],
  normalisation: (torch) => [
    ...through(new torch.nn.LayerNorm(515), torch.randn([400, 515])),
    ...through(new torch.nn.BatchNorm1d(515), torch.randn([400, 515])),
  ],
  embedding: (torch) => {
    const bag = new torch.nn.EmbeddingBag(5000, 64, { mode: 'mean' })
    bag
      .forward(torch.randint(0, 5000, [3000, 20]))
      .pow(2)
      .sum()
      .backward()
    return gradientsOf(bag.parameters())
  },
  'recurrent layers': (torch) => {
    const { GRU, LSTM, RNN } = torch.nn
    // Samples are shared out, or, where there are few of them, the columns of each step.
    const run = (
      layer: { forward(x: Tensor): readonly unknown[] } & Pick<Layer, 'parameters'>,
      batch: number,
    ) =>
      through(
        { forward: (x) => layer.forward(x)[0] as Tensor, parameters: () => layer.parameters() },
        torch.randn([7, batch, 20]),
      )
    return [
      ...run(new LSTM(20, 67), 133),
      ...run(new GRU(20, 67), 133),
      ...run(new RNN(20, 67, { bidirectional: true }), 133),
      ...run(new LSTM(20, 130), 13),
    ]
  },
  optimizers: optimized,
  softmax: (torch) => {
    const x = torch.randn([600, 601])
    return [...gradient(x, (x) => x.softmax(1)), ...gradient(x, (x) => x.log_softmax(0))]
  },
  elementwise: (torch) => {
    const [x, row] = [torch.randn([701, 500]), torch.randn([500])]
    const chain = (x: Tensor) => x.mul(row).add(1).sigmoid().sub(x.exp()).tanh()
    const F = torch.nn.functional
    const changed = x.clone().add_(x.exp(), { alpha: 0.5 }).mul_(x).div_(3).sub_(1)
    const chosen = (x: Tensor) => torch.where(x.gt(row), x, 0)
    return [
      changed,
      x.to('int32').float(),
      ...gradient(x, chosen),
      ...gradient(x, chain),
      ...gradient(x, (x) => F.gelu(x).add(F.relu(x))),
      x.gt(row).float(),
    ]
  },
  reductions: (torch) => {
    const x = torch.randn([900, 501])
    const sums = [x.sum(), x.sum(0), x.sum(1), x.mean(), x.pow(2).mean(1)]
    return [...sums, x.max(), x.amax(0), x.argmax(1).float(), ...gradient(x, (x) => x.amax(1))]
  },
  sorting: (torch) => {
    const x = torch.randn([200, 1003])
    const { values, indices } = torch.sort(x, 1)
    const top = torch.topk(x, 17, 1)
    return [values, indices.float(), top.values, ...gradient(x.t(), (x) => torch.sort(x, 0).values)]
  },
  random: (torch) => [
    torch.randn([300_000]),
    torch.rand([300_001]),
    torch.randint(0, 9, [300_000]).float(),
    torch.randperm(100_000).float(),
  ],
  metrics: measured,
  'sparse rows': sparse,
}
