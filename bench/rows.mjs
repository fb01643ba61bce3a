// What is measured. `limit`: the highest allowed ratio of our time to PyTorch's on one thread, `parallelLimit` on as many as cores;
// `work`: the work of a row, for its rate.
const loss = (rows, classes, limit, parallelLimit) => ({
  name: `loss + gradient, Module and backward, ${rows} x ${classes}`,
  kind: 'loss_gradient',
  options: { shape: [rows, classes] },
  limit,
  parallelLimit,
})
const forwardLoss = (rows, classes) => ({
  name: `loss, Module, ${rows} x ${classes}`,
  kind: 'loss',
  options: { shape: [rows, classes] },
})
const gemm = (m, k, n, transposed = false) => ({
  name: `matrix product ${m} x ${k} x ${n}${transposed ? ', second transposed' : ''}`,
  kind: 'gemm',
  options: { m, n, k, transposed },
  work: { unit: 'GFLOP/s', amount: (2 * m * n * k) / 1e9 },
})
const forward = (name, shape, ...model) => ({
  name,
  kind: 'forward',
  options: { shape, model },
})
const step = (name, batch, classes, model, [limit, parallelLimit], optimizer = 'adam') => ({
  name: `step: ${name}`,
  kind: model.some(([layer]) => layer === 'batch_norm2d') ? 'normalised_step' : 'step',
  options: { batch, classes, model, optimizer },
  limit,
  parallelLimit,
})

const RELU = ['relu']
const POOL = ['max_pool2d', 2]
const FLATTEN = ['flatten']
const PADDED = { padding: 1 }
const CONV = ['conv2d', 3, 32, 3, PADDED]

export const PEAK = 'products and sums that stay in registers'

/** A convolution of an ordinary network, with what follows it. */
const stage = (inputs, outputs) => [
  ['conv2d', inputs, outputs, 3, PADDED],
  ['batch_norm2d', outputs],
  RELU,
  POOL,
]

/** Rows, classes, and the limits for loss and gradient. */
const LOSSES = [
  [32, 20, 0.15, 0.15],
  [1024, 100, 0.5, 0.5],
  [4096, 1000, 0.5, 0.33],
  [16384, 1000],
  [64, 100_000],
]

export const rows = [
  { name: PEAK, kind: 'peak', options: { flops: 4e6 }, work: { unit: 'GFLOP/s', amount: 0.004 } },
  {
    name: 'memory.copy, 24 MB read and 24 MB written',
    kind: 'copy',
    options: { bytes: 48e6 },
    work: { unit: 'GB/s', amount: 0.048 },
  },
  ...LOSSES.map(([rows, classes]) => forwardLoss(rows, classes)),
  ...LOSSES.map((row) => loss(...row)),
  ...[64, 128, 256, 512, 1024].map((size) => gemm(size, size, size)),
  gemm(512, 512, 512, true),
  gemm(64, 4500, 15, true),
  gemm(32, 401_408, 128, true),
  forward('conv2d 32 x 3 x 224 x 224 -> 32, 3 x 3', [32, 3, 224, 224], CONV),
  forward('conv2d, relu and max_pool2d(2) of that', [32, 3, 224, 224], CONV, RELU, POOL),
  forward('relu 32 x 32 x 224 x 224', [32, 32, 224, 224], RELU),
  {
    ...forward('relu, results left to the collector', [32, 32, 224, 224], RELU),
    kind: 'forward_collected',
  },
  forward('max_pool2d(2) 32 x 32 x 224 x 224', [32, 32, 224, 224], POOL),
  { name: 'Adam, 1,000,000 parameters', kind: 'optimizer', options: { length: 1e6, optimizer: 'adam' } },
  step('linear 64 x 2000 -> 15', [64, 2000], 15, [['linear', 2000, 15]], [1, 0.9]),
  step(
    'MLP 64 x 2000 -> 256 -> 30',
    [64, 2000],
    30,
    [['linear', 2000, 256], RELU, ['linear', 256, 30]],
    [1.3, 1.1],
  ),
  step('MLP 32 x 103 -> 64 -> 14', [32, 103], 14, [['linear', 103, 64], RELU, ['linear', 64, 14]], [1, 0.4]),
  step(
    'CNN 32 x 1 x 64 x 64, 16 and 32 channels',
    [32, 1, 64, 64],
    10,
    [
      ['conv2d', 1, 16, 3, PADDED],
      RELU,
      POOL,
      ['conv2d', 16, 32, 3, PADDED],
      RELU,
      POOL,
      FLATTEN,
      ['linear', 32 * 16 * 16, 10],
    ],
    [1, 1],
  ),
  step(
    'CNN 32 x 3 x 32 x 32, 32 to 128 channels, BatchNorm',
    [32, 3, 32, 32],
    10,
    [...stage(3, 32), ...stage(32, 64), ...stage(64, 128), FLATTEN, ['linear', 128 * 4 * 4, 10]],
    [2, 2],
  ),
  step(
    'ImageTagger 32 x 3 x 224 x 224',
    [32, 3, 224, 224],
    20,
    [CONV, RELU, POOL, FLATTEN, ['linear', 32 * 112 * 112, 128], RELU, ['linear', 128, 20]],
    [1, 0.8],
    'sgd',
  ),
]
