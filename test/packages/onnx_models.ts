/** Models of all kinds, for export to ONNX, with examples of their inputs. */
import torch from '../../ts/index.js'

const { nn } = torch
const F = nn.functional
type Tensor = torch.Tensor

export interface Case {
  readonly model: torch.nn.Module
  /** Examples of the arguments. */
  readonly args: readonly unknown[]
  /** Names of dynamic dimensions, for each tensor among the arguments; those of a batch by default. */
  readonly axes?: readonly Record<number, string>[]
  /** Sizes of these in the runs beside the example. */
  readonly runs?: readonly Record<string, number>[]
}

/** A module of a function, with modules that it uses. */
class Of extends nn.Module {
  constructor(
    readonly work: (...inputs: Tensor[]) => unknown,
    parts: Record<string, torch.nn.Module | torch.nn.Parameter> = {},
  ) {
    super()
    Object.assign(this, parts)
  }

  override forward(...inputs: Tensor[]): unknown {
    return this.work(...inputs)
  }
}

const f = (work: (x: Tensor) => unknown, shape: number[] = [3, 6]): Case => ({
  model: new Of(work as never),
  args: [torch.randn(shape)],
})
const positive = (work: (x: Tensor) => unknown): Case => ({
  model: new Of(work as never),
  args: [torch.rand([3, 6]).add(0.1)],
})
const layer = (model: torch.nn.Module, shape: number[], more: Partial<Case> = {}): Case => ({
  model,
  args: [torch.randn(shape)],
  ...more,
})
const indices = (shape: number[], high: number): Tensor => torch.randint(0, high, shape)

/** Batch norms with statistics that matter. */
function seasoned<M extends torch.nn.Module>(model: M): M {
  for (const [name, buffer] of model.named_buffers()) {
    if (name.endsWith('running_mean')) torch.no_grad(() => buffer.normal_())
    if (name.endsWith('running_var')) torch.no_grad(() => buffer.uniform_(0.5, 2))
  }
  return model
}

torch.manual_seed(3)

class Block extends nn.Module {
  norm = new nn.LayerNorm(6)
  fc1 = new nn.Linear(6, 12)
  fc2 = new nn.Linear(12, 6)
  override forward(x: Tensor): Tensor {
    return x.add(this.fc2.forward(F.gelu(this.fc1.forward(this.norm.forward(x)))))
  }
}

class TextTagger extends nn.Module {
  embed = new nn.Embedding(20, 8)
  lstm = new nn.LSTM(8, 5, { batch_first: true, bidirectional: true, num_layers: 2 })
  head = new nn.Linear(10, 4)
  override forward(tokens: Tensor): Tensor {
    const [output] = this.lstm.forward(this.embed.forward(tokens))
    return this.head.forward(output.mean(1))
  }
}

class Transformer extends nn.Module {
  embed = new nn.Embedding(20, 8)
  position = new nn.Embedding(64, 8)
  encoder = new nn.TransformerEncoder(new nn.TransformerEncoderLayer(8, 2, 16, { batch_first: true }), 2)
  head = new nn.Linear(8, 3)
  override forward(tokens: Tensor, padding: Tensor): Tensor {
    const places = torch.arange(tokens.size(1), { dtype: 'int32' })
    const x = this.embed.forward(tokens).add(this.position.forward(places))
    const y = this.encoder.forward(x, null, padding)
    const seen = padding.eq(false).unsqueeze(-1).float()
    return this.head.forward(y.mul(seen).sum(1).div(seen.sum(1)))
  }
}

class Attention extends nn.Module {
  qkv = new nn.Linear(8, 24)
  override forward(x: Tensor): Tensor {
    const [batch, length] = x.shape
    const [q, k, v] = this.qkv.forward(x).reshape([batch, length, 3, 2, 4]).permute(2, 0, 3, 1, 4).unbind(0)
    const weights = torch.softmax(q.matmul(k.transpose(-2, -1)).mul(0.5), -1)
    return weights.matmul(v).transpose(1, 2).reshape([batch, length, 8])
  }
}

class SE extends nn.Module {
  conv = new nn.Conv2d(3, 8, 3, { padding: 1, bias: false })
  norm = new nn.BatchNorm2d(8)
  squeeze = new nn.AdaptiveAvgPool2d(1)
  down = new nn.Conv2d(8, 2, 1)
  up = new nn.Conv2d(2, 8, 1)
  override forward(x: Tensor): Tensor {
    const y = F.hardswish(this.norm.forward(this.conv.forward(x)))
    const gate = F.hardsigmoid(this.up.forward(F.relu(this.down.forward(this.squeeze.forward(y)))))
    return y.mul(gate).flatten(1)
  }
}

class Cells extends nn.Module {
  lstm = new nn.LSTMCell(4, 5)
  gru = new nn.GRUCell(5, 3)
  rnn = new nn.RNNCell(3, 3, { nonlinearity: 'relu' })
  override forward(x: Tensor): Tensor {
    let [h, c] = this.lstm.forward(x)
    ;[h, c] = this.lstm.forward(x, [h, c])
    return this.rnn.forward(this.gru.forward(h.add(c)))
  }
}

const bag = (options: object) => new nn.EmbeddingBag(9, 4, options)
const [sums, means, maxima] = [bag({ mode: 'sum' }), bag({}), bag({ mode: 'max' })]
const [padded, padding] = [bag({ padding_idx: 2 }), bag({ padding_idx: 2, mode: 'sum' })]
const causal = new nn.TransformerEncoder(new nn.TransformerEncoderLayer(6, 2, 8, { batch_first: true }), 1)
const stepsFirst = new nn.MultiheadAttention(8, 2)

const length = [{ 0: 'batch', 1: 'length' }]
const sizes = [
  { batch: 1, length: 3 },
  { batch: 4, length: 9 },
]
const sides = [{ 0: 'batch', 2: 'height', 3: 'width' }]
const sizesOfImages = [
  { batch: 1, height: 17, width: 12 },
  { batch: 3, height: 20, width: 31 },
]

export const cases: Record<string, Case> = {
  add: f((x) => x.add(1).add(x).add(x, { alpha: 2 })),
  'sub, mul, div': f((x) => x.sub(0.5).mul(x).div(3).sub(x, { alpha: 3 }).div(x.mul(x).add(1))),
  'numbers first': f((x) => torch.sub(1, x).mul(2)),
  activations: f((x) =>
    [F.relu, F.gelu, torch.sigmoid, torch.tanh, F.silu, F.leaky_relu, F.elu, F.hardswish, F.hardsigmoid].map(
      (each) => each(x),
    ),
  ),
  'more activations': f((x) =>
    [
      F.selu,
      F.celu,
      F.softplus,
      F.softsign,
      F.mish,
      F.hardtanh,
      F.relu6,
      F.logsigmoid,
      F.tanhshrink,
      F.hardshrink,
      F.softshrink,
    ].map((each) => each(x.mul(3))),
  ),
  'gelu by tanh': f((x) => F.gelu(x, { approximate: 'tanh' })),
  'celu of 2, softplus of 2, threshold': f((x) => [
    F.celu(x, 2),
    F.softplus(x, 2, 1),
    F.threshold(x, 0.1, -3),
    F.elu(x, 0.5),
  ]),
  'glu, softmin': f((x) => [F.glu(x, 1), F.softmin(x, 1)]),
  prelu: layer(new nn.PReLU(6), [3, 6]),
  'softmax and log_softmax': f((x) => [torch.softmax(x, -1), torch.log_softmax(x, 0), torch.softmax(x, 0)]),
  powers: positive((x) => [
    x.pow(2),
    x.pow(0.5),
    x.pow(3),
    x.pow(-1),
    x.rsqrt(),
    x.reciprocal(),
    x.sqrt(),
    x.square(),
    torch.pow(2, x),
  ]),
  logarithms: positive((x) => [x.log(), x.exp(), x.log2(), x.log10(), x.log1p(), x.expm1(), x.exp2()]),
  trigonometry: f((x) => [
    x.sin(),
    x.cos(),
    x.tan(),
    x.clamp(-0.9, 0.9).asin(),
    x.atan(),
    x.sinh(),
    x.erf(),
    x.erfc(),
  ]),
  rounding: f((x) => [x.floor(), x.ceil(), x.round(), x.trunc(), x.frac(), x.sign(), x.abs(), x.neg()]),
  clamps: f((x) => [
    x.clamp(-0.5, 0.5),
    x.clamp({ min: 0 }),
    x.clamp({ max: 0.2 }),
    x.clamp(0.5, -0.5),
    x.clamp_min(0.1),
  ]),
  comparisons: f((x) => [
    x.gt(0),
    x.ge(0.1),
    x.lt(x.neg()),
    x.le(0),
    x.eq(x),
    x.ne(0),
    x.gt(0).logical_not(),
    x.gt(0).logical_and(x.lt(1)),
    x.gt(0).logical_or(x.lt(-1)),
  ]),
  where: f((x) => [
    torch.where(x.gt(0), x, 0),
    torch.where(x.gt(0), x, x.mean(0)),
    x.masked_fill(x.lt(0), -9),
    x.gt(0).float(),
    x.mul(10).int(),
  ]),
  'maximum and minimum': f((x) => [
    torch.maximum(x, x.neg()),
    torch.minimum(x, x.mul(2)),
    x.fmod(0.3),
    x.remainder(0.3),
    x.floor_divide(0.3),
  ]),
  integers: {
    model: new Of((x) => [
      x.add(1),
      x.mul(x),
      x.neg().abs(),
      x.div(2),
      x.floor_divide(3),
      x.remainder(4),
      x.sum(1),
      x.gt(2),
      x.clamp(1, 3),
      x.float(),
    ]),
    args: [indices([3, 5], 9)],
  },
  'bytes and booleans': {
    model: new Of((x, y) => [
      x.add(x),
      x.mul(3),
      x.gt(2),
      y.int().sum(1),
      y.logical_not(),
      y.any(1),
      y.all(1),
      x.sum(1),
    ]),
    args: [indices([3, 5], 200).to('uint8'), torch.randn([3, 5]).gt(0)],
  },
  reductions: f((x) => [
    x.sum(1),
    x.mean(0),
    x.mean({ dim: -1, keepdim: true }),
    x.sum(),
    x.amax(1),
    x.amin({ dim: [0, 1] }),
    x.prod(1),
    x.max(1),
    x.min(1),
    x.argmax(1),
    x.argmin({ dim: 1, keepdim: true }),
  ]),
  'more reductions': f(
    (x) => [
      x.var(1),
      x.std(1),
      x.var({ dim: 0, correction: 0 }),
      torch.linalg.vector_norm(x, 2, 1),
      x.logsumexp(1),
      x.norm(1, 1),
      x.cumsum(1),
      x.max(),
    ],
    [3, 6],
  ),
  ordered: f((x) => [x.topk(3), x.sort(1, true)]),
  'sums of several dimensions': f(
    (x) => [x.sum([1, 3]), x.mean([2, 3]), x.amax([1, 3]), x.sum({ dim: [0, 2], keepdim: true })],
    [2, 3, 4, 5],
  ),
  views: f((x) => [
    x.reshape([-1, 2]),
    x.flatten(),
    x.view([x.shape[0], 3, 2]),
    x.t(),
    x.transpose(0, 1),
    x.unsqueeze(1),
    x.unsqueeze(0).squeeze(0),
  ]),
  'views of many dimensions': f(
    (x) => [
      x.permute(0, 2, 3, 1),
      x.reshape([x.shape[0], -1]),
      x.flatten(1, 2),
      x.reshape([-1, x.shape[3]]),
      x.transpose(1, 3).reshape([x.shape[0], 20, 3]),
    ],
    [2, 3, 4, 5],
  ),
  parts: f((x) => [
    x.narrow(1, 1, 3),
    x.select(1, 2),
    x.slice(1, 0, 6, 2),
    x.slice(0, 1),
    x.select(0, 0),
    x.chunk(2, 1),
    x.split([1, 2, 3], 1),
    x[0],
    x.select(0, -1),
  ]),
  'parts in quotes': f((x) => [
    x.index([':', '1:3']),
    x.index([':', -1]),
    x.index(['...', '::2']),
    x.index([':', null]),
  ]),
  joined: f((x) => [
    torch.cat([x, x.mul(2)], 1),
    torch.stack([x, x.neg()], 1),
    torch.cat([x, torch.ones([1, 6])], 0),
    torch.hstack([x, x]),
  ]),
  expanded: f((x) => [
    x.unsqueeze(1).expand(-1, 4, -1),
    x.mean(0).expand(x.shape[0], 6),
    x.repeat(1, 2),
    x.repeat_interleave(2, 1),
    x.broadcast_to([2, x.shape[0], 6]),
  ]),
  gathered: {
    model: new Of((x, i) => [
      x.gather(1, i),
      x.index_select(1, torch.tensor([2, 0]).int()),
      x.flip(1),
      x.roll(2, 1),
      x.index([':', torch.tensor([0, 3]).int()]),
    ]),
    args: [torch.randn([3, 6]), indices([3, 2], 6)],
  },
  padded: f((x) => [
    F.pad(x, [1, 2]),
    F.pad(x, [1, -1], 'constant', 3),
    F.pad(x.unsqueeze(1), [2, 1], { mode: 'reflect' }),
    F.pad(x.unsqueeze(1), [2, 1], { mode: 'replicate' }),
    F.pad(x.unsqueeze(1), [2, 1], { mode: 'circular' }),
  ]),
  'windows, a diagonal': f((x) => [x.unfold(1, 3, 2), torch.tril(x.matmul(x.t())), x.t().matmul(x).triu(1)]),
  'constants of the size of the batch': f((x) => [
    x.add(torch.zeros(x.shape)),
    torch.cat([x, torch.ones([x.shape[0], 2])], 1),
    torch.arange(x.shape[0], { dtype: 'float32' }).unsqueeze(1).mul(x),
    x.div(x.shape[0]),
    x.mul(1 / x.shape[0]),
  ]),
  products: f((x) => [
    x.matmul(x.t()),
    x.mm(torch.ones([6, 2])),
    x.matmul(torch.arange(6).float()),
    torch.einsum('bi,bj->bij', x, x),
    x.unsqueeze(1).bmm(x.unsqueeze(2)),
  ]),
  'products of many dimensions': f(
    (x) => [
      x.matmul(x.transpose(-2, -1)),
      x.matmul(torch.ones([5, 2])),
      x.matmul(torch.ones([3, 5, 2])),
      torch.einsum('bcij,bckj->bcik', x, x),
    ],
    [2, 3, 4, 5],
  ),
  'in place': f((x) => {
    const y = x.clone()
    y.mul_(2).add_(1).relu_()
    const z = torch.zeros(x.shape)
    z.copy_(y)
    z.view([-1]).add_(1)
    return [y, z, x.unsqueeze_(1)]
  }),
  norms: f((x) => [F.normalize(x, { dim: 1 }), F.layer_norm(x, [6]), F.cosine_similarity(x, x.flip(1), 1)]),
  'one Block': layer(new Block(), [3, 6]),
  'Blocks of sequences': layer(new nn.Sequential(new Block(), new Block()), [3, 4, 6], {
    axes: length,
    runs: sizes,
  }),
  'Linear on 3 and 4 dimensions': layer(new nn.Linear(5, 3), [2, 4, 5], { axes: length, runs: sizes }),
  Bilinear: { model: new nn.Bilinear(3, 4, 5), args: [torch.randn([3, 3]), torch.randn([3, 4])] },
  LayerNorm: layer(new nn.LayerNorm([4, 5], { elementwise_affine: false }), [3, 4, 5]),
  RMSNorm: layer(new nn.RMSNorm(5), [3, 4, 5], { axes: length, runs: sizes }),
  GroupNorm: layer(new nn.GroupNorm(2, 6), [2, 6, 4, 5], { axes: sides, runs: sizesOfImages }),
  InstanceNorm: layer(new nn.InstanceNorm2d(3, { affine: true }), [2, 3, 4, 5], {
    axes: sides,
    runs: sizesOfImages,
  }),
  'BatchNorm1d of sequences': layer(seasoned(new nn.BatchNorm1d(5)), [3, 5, 7], {
    axes: [{ 0: 'batch', 2: 'length' }],
    runs: sizes,
  }),
  BatchNorm3d: layer(seasoned(new nn.BatchNorm3d(2)), [3, 2, 3, 4, 5]),
  LocalResponseNorm: layer(new nn.LocalResponseNorm(3), [2, 6, 4, 4]),
  Conv1d: layer(new nn.Conv1d(4, 6, 3, { stride: 2, padding: 1, dilation: 2, groups: 2 }), [2, 4, 20], {
    axes: [{ 0: 'batch', 2: 'length' }],
    runs: [
      { batch: 1, length: 17 },
      { batch: 4, length: 31 },
    ],
  }),
  'Conv1d same': layer(new nn.Conv1d(2, 3, 4, { padding: 'same', padding_mode: 'zeros' }), [2, 2, 9]),
  Conv2d: layer(
    new nn.Conv2d(4, 6, [3, 2], { stride: [2, 1], padding: 1, dilation: [1, 2], groups: 2 }),
    [2, 4, 9, 8],
    { axes: sides, runs: sizesOfImages },
  ),
  'Conv2d with other paddings': layer(
    new nn.Sequential(
      new nn.Conv2d(2, 3, 3, { padding: 1, padding_mode: 'reflect' }),
      new nn.Conv2d(3, 3, 3, { padding: 1, padding_mode: 'replicate' }),
      new nn.Conv2d(3, 3, 3, { padding: 1, padding_mode: 'circular' }),
    ),
    [2, 2, 6, 7],
    { axes: sides, runs: sizesOfImages },
  ),
  'Conv2d of one image': layer(new nn.Conv2d(2, 3, 3), [2, 7, 8], {
    axes: [{ 1: 'height' }],
    runs: [{ height: 9 }],
  }),
  Conv3d: layer(new nn.Conv3d(2, 4, 3, { padding: 1, stride: [1, 2, 1] }), [2, 2, 4, 6, 5]),
  ConvTranspose1d: layer(
    new nn.ConvTranspose1d(2, 3, 3, { stride: 2, padding: 1, output_padding: 1 }),
    [2, 2, 6],
  ),
  ConvTranspose2d: layer(
    new nn.ConvTranspose2d(4, 6, 3, { stride: 2, padding: 1, output_padding: 1, groups: 2, dilation: 1 }),
    [2, 4, 5, 6],
    { axes: sides, runs: sizesOfImages },
  ),
  ConvTranspose3d: layer(new nn.ConvTranspose3d(2, 3, 2, { stride: 2 }), [2, 2, 3, 3, 4]),
  'MaxPool of lines and volumes': {
    model: new Of((x, y) => [F.max_pool1d(x, 3, { stride: 2, padding: 1 }), F.max_pool3d(y, 2)]),
    args: [torch.randn([2, 3, 9]), torch.randn([2, 2, 4, 6, 5])],
  },
  'AvgPool of lines and volumes': {
    model: new Of((x, y) => [
      F.avg_pool1d(x, 3, { stride: 2, padding: 1 }),
      F.avg_pool3d(y, 2),
      F.avg_pool1d(x, 3, { padding: 1, count_include_pad: false }),
    ]),
    args: [torch.randn([2, 3, 9]), torch.randn([2, 2, 4, 6, 5])],
  },
  'pools with ceil_mode': f(
    (x) => [
      F.max_pool2d(x, 3, { stride: 2, ceil_mode: true }),
      F.avg_pool2d(x, 3, { stride: 2, ceil_mode: true }),
      F.avg_pool2d(x, 3, { stride: 2, padding: 1, ceil_mode: true }),
      F.avg_pool2d(x, 3, { stride: 2, padding: 1, ceil_mode: true, count_include_pad: false }),
    ],
    [2, 3, 8, 7],
  ),
  'adaptive pools': f(
    (x) => [
      F.adaptive_avg_pool2d(x, [3, 2]),
      F.adaptive_avg_pool2d(x, [null, 1] as never),
      F.adaptive_avg_pool2d(x, [4, 7]),
      F.adaptive_max_pool2d(x, 1),
      F.adaptive_max_pool2d(x, [3, 2]),
    ],
    [2, 3, 8, 7],
  ),
  'images without a batch': layer(new nn.Sequential(new nn.MaxPool2d(2), new nn.AvgPool2d(2)), [2, 8, 8], {
    axes: [{ 2: 'width' }],
    runs: [{ width: 12 }],
  }),
  'adaptive pools of any size': layer(
    new nn.Sequential(
      new nn.Conv2d(3, 4, 3),
      new nn.AdaptiveAvgPool2d(1),
      new nn.Flatten(),
      new nn.Linear(4, 2),
    ),
    [2, 3, 8, 7],
    { axes: sides, runs: sizesOfImages },
  ),
  'a network with gates': layer(seasoned(new SE()), [2, 3, 8, 7], { axes: sides, runs: sizesOfImages }),
  'Upsample and PixelShuffle': f(
    (x) => [
      F.interpolate(x, { scale_factor: 2 }),
      F.interpolate(x, { size: [5, 9], mode: 'bilinear' }),
      F.pixel_shuffle(x, 2),
    ],
    [2, 4, 3, 4],
  ),
  'PixelShuffle of any size': layer(new nn.PixelShuffle(2), [2, 4, 3, 4], {
    axes: sides,
    runs: sizesOfImages,
  }),
  Embedding: {
    model: new nn.Sequential(
      new nn.Embedding(9, 4, { padding_idx: 0 }),
      new nn.Flatten(1),
      new nn.Linear(20, 3),
    ),
    args: [indices([3, 5], 9)],
  },
  EmbeddingBag: {
    model: new Of(
      (x) => [sums.forward(x), means.forward(x), maxima.forward(x), padded.forward(x), padding.forward(x)],
      { sums, means, maxima, padded, padding },
    ),
    args: [indices([3, 5], 9)],
  },
  'a mask of the length': {
    model: new Of((x) => causal.forward(x, nn.Transformer.generate_square_subsequent_mask(x.shape[1])), {
      causal,
    }),
    args: [torch.randn([1, 4, 6])],
    axes: length,
    runs: sizes,
  },
  'a token before each sequence': f(
    (x) => [
      torch.cat([torch.ones([1, 1, 4]).expand(x.shape[0], -1, -1), x], 1),
      x.reshape([x.shape[0], x.shape[1] / 2, 2, 4]).permute(0, 2, 1, 3),
    ],
    [2, 6, 4],
  ),
  'texts, by an LSTM': { model: new TextTagger(), args: [indices([3, 5], 20)], axes: length, runs: sizes },
  LSTM: {
    model: new nn.LSTM(4, 5, { num_layers: 2 }),
    args: [torch.randn([6, 3, 4])],
    axes: [{ 0: 'length', 1: 'batch' }],
    runs: sizes,
  },
  'LSTM with states': {
    model: new nn.LSTM(4, 5, { bidirectional: true }),
    args: [torch.randn([6, 3, 4]), [torch.randn([2, 3, 5]), torch.randn([2, 3, 5])]],
    axes: [],
    runs: [],
  },
  'LSTM of one sequence, without a bias': {
    model: new nn.LSTM(4, 5, { bias: false }),
    args: [torch.randn([6, 4])],
    axes: [{ 0: 'length' }],
    runs: [{ length: 2 }],
  },
  GRU: {
    model: new nn.GRU(4, 5, { bidirectional: true, num_layers: 2, batch_first: true }),
    args: [torch.randn([3, 6, 4])],
    axes: length,
    runs: sizes,
  },
  'GRU with a state': {
    model: new nn.GRU(4, 5, { batch_first: true }),
    args: [torch.randn([3, 6, 4]), torch.randn([1, 3, 5])],
    axes: [{ 0: 'batch', 1: 'length' }, { 1: 'batch' }],
    runs: sizes,
  },
  RNN: {
    model: new nn.RNN(4, 5, { num_layers: 2, bidirectional: true }),
    args: [torch.randn([6, 3, 4])],
    axes: [{ 0: 'length', 1: 'batch' }],
    runs: sizes,
  },
  'RNN with relu': {
    model: new nn.RNN(4, 5, { nonlinearity: 'relu', num_layers: 2, bidirectional: true }),
    args: [torch.randn([6, 3, 4])],
    axes: [{ 0: 'length', 1: 'batch' }],
    runs: sizes,
  },
  cells: layer(new Cells(), [3, 4]),
  'attention by hand': layer(new Attention(), [2, 5, 8], { axes: length, runs: sizes }),
  scaled_dot_product_attention: {
    model: new Of((q, k, v) => [
      F.scaled_dot_product_attention(q, k, v),
      F.scaled_dot_product_attention(q, k, v, { is_causal: true }),
      F.scaled_dot_product_attention(q, k, v, { attn_mask: k.select(-1, 0).unsqueeze(-2).gt(0) }),
    ]),
    args: [torch.randn([2, 3, 5, 4]), torch.randn([2, 3, 5, 4]), torch.randn([2, 3, 5, 4])],
    axes: [
      { 0: 'batch', 2: 'length' },
      { 0: 'batch', 2: 'length' },
      { 0: 'batch', 2: 'length' },
    ],
    runs: sizes,
  },
  MultiheadAttention: {
    model: new nn.MultiheadAttention(8, 2, { batch_first: true }),
    args: [torch.randn([2, 5, 8]), torch.randn([2, 6, 8]), torch.randn([2, 6, 8])],
    axes: [
      { 0: 'batch', 1: 'queries' },
      { 0: 'batch', 1: 'length' },
      { 0: 'batch', 1: 'length' },
    ],
    runs: [
      { batch: 1, length: 3, queries: 4 },
      { batch: 4, length: 9, queries: 2 },
    ],
  },
  'MultiheadAttention without weights, steps first': {
    model: new Of((x) => stepsFirst.forward(x, x, x, { need_weights: false })[0], { stepsFirst }),
    args: [torch.randn([5, 2, 8])],
    axes: [{ 0: 'length', 1: 'batch' }],
    runs: sizes,
  },
  TransformerEncoderLayer: layer(new nn.TransformerEncoderLayer(8, 2, 16), [5, 2, 8], {
    axes: [{ 0: 'length', 1: 'batch' }],
    runs: sizes,
  }),
  'TransformerEncoderLayer, norm_first, gelu': layer(
    new nn.TransformerEncoderLayer(8, 2, {
      dim_feedforward: 16,
      batch_first: true,
      norm_first: true,
      activation: 'gelu',
    }),
    [2, 5, 8],
    { axes: length, runs: sizes },
  ),
  TransformerDecoderLayer: {
    model: new nn.TransformerDecoderLayer(8, 2, 16, { batch_first: true }),
    args: [torch.randn([2, 5, 8]), torch.randn([2, 6, 8])],
    axes: [
      { 0: 'batch', 1: 'length' },
      { 0: 'batch', 1: 'memory' },
    ],
    runs: [
      { batch: 1, length: 3, memory: 4 },
      { batch: 4, length: 9, memory: 2 },
    ],
  },
  'texts with padding, by a Transformer': {
    model: new Transformer(),
    args: [
      indices([2, 5], 20),
      torch.tensor([
        [false, false, false, true, true],
        [false, false, false, false, false],
      ]),
    ],
    axes: [
      { 0: 'batch', 1: 'length' },
      { 0: 'batch', 1: 'length' },
    ],
    runs: sizes,
  },
  'several inputs and outputs': {
    model: new Of((x, y) => ({ sum: x.add(y), both: [x, y.mul(2)] })),
    args: [torch.randn([3, 4]), torch.randn([3, 4])],
  },
  'an output that depends on no input': {
    model: new Of((x) => [x, torch.ones([2])]),
    args: [torch.randn([3, 4])],
  },
}
