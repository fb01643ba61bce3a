// Every operation, layer and optimizer as one case: a call that both languages understand, and its operands.
//
// `call` is evaluated in both: names are PyTorch's, and arguments are given in its order. `python` is its own call, where
// the two differ. An operand is [shape, type, low, high]; of type 'leaf' it has a gradient, and the case is also timed with
// its backward pass. `reads`: an element of the result is read, since the operation may be deferred. `random`: the
// numbers are not compared.

/** Rows and columns of most operands: an everyday batch, one that fits the second-level cache, one that fits no cache. */
const MATRICES = { small: [32, 20], cached: [64, 512], large: [2048, 1000] }
/** Images, channels, height and width. */
const IMAGES = { small: [2, 4, 8, 8], cached: [4, 16, 24, 24], large: [32, 32, 56, 56] }
/** Matrices that are multiplied: [rows, inner] and [inner, columns]. */
const PRODUCTS = { small: [16, 32, 16], cached: [64, 256, 128], large: [512, 512, 512] }
/** Steps, batch, features and size of the state. */
const SEQUENCES = { small: [10, 4, 16, 16], cached: [50, 32, 64, 128], large: [100, 64, 256, 256] }
/** Rows and width of a table, bags, indices of each. */
const TABLES = { small: [50, 16, 8, 4], cached: [500, 64, 32, 16], large: [20_000, 128, 1024, 20] }

/** Batch, heads, length and width of attention. */
const ATTENTION = { small: [2, 2, 16, 16], cached: [2, 8, 64, 64], large: [8, 8, 128, 64] }

const leaf = (shape, low = -4, high = 4) => [shape, 'leaf', low, high]
const plain = (shape, low = -4, high = 4) => [shape, 'float', low, high]
const labels = (shape) => [shape, 'labels']
const integers = (shape, high) => [shape, 'integers', 0, high]
const booleans = (shape) => [shape, 'booleans']

/** [name, call, operands, options] of one size. */
function elementwise([rows, columns]) {
  const shape = [rows, columns]
  const x = leaf(shape)
  const positive = leaf(shape, 0.01, 4)
  const unary = [
    ['neg', 'x.neg()', x],
    ['abs', 'x.abs()', x],
    ['exp', 'x.exp()', x],
    ['log', 'x.log()', positive],
    ['sqrt', 'x.sqrt()', positive],
    ['relu', 'x.relu()', x],
    ['sigmoid', 'x.sigmoid()', x],
    ['tanh', 'x.tanh()', x],
    ['logsigmoid', 'F.logsigmoid(x)', x],
    ['silu', 'F.silu(x)', x],
    ['gelu', 'F.gelu(x)', x],
    ['gelu tanh', "F.gelu(x, { approximate: 'tanh' })", x, { python: "F.gelu(x, approximate='tanh')" }],
    ['leaky_relu', 'F.leaky_relu(x, 0.1)', x],
    ['pow 2', 'x.pow(2)', x],
    ['pow 3', 'x.pow(3)', x],
    ['pow 1.7', 'x.pow(1.7)', positive],
    ['pow -1', 'x.pow(-1)', positive],
    ['clamp', 'x.clamp(-1, 1)', x],
    ['add number', 'x.add(2)', x],
    ['mul number', 'x.mul(2)', x],
    ['div number', 'x.div(3)', x],
    ['clone', 'x.clone()', x],
    ['dropout', 'F.dropout(x, 0.3, true)', x, { random: true }],
  ].map(([name, call, operand, options]) => [name, call, [operand], options])
  const binary = ['add', 'sub', 'mul', 'div'].flatMap((name) => [
    [name, `x.${name}(y)`, [x, positive]],
    [`${name} row`, `x.${name}(y)`, [x, leaf([columns], 0.5, 2)]],
    [`${name} column`, `x.${name}(y)`, [x, leaf([rows, 1], 0.5, 2)]],
  ])
  const [a, b] = [plain(shape), plain(shape)]
  const comparisons = ['gt', 'eq'].flatMap((name) => [
    [name, `x.${name}(y)`, [a, b]],
    [`${name} number`, `x.${name}(0.5)`, [a]],
    [`${name} row`, `x.${name}(y)`, [a, plain([columns])]],
  ])
  return [
    ...unary,
    ...binary,
    ...comparisons,
    ['where', 'torch.where(z, x, y)', [x, leaf(shape), booleans(shape)]],
    ['where row', 'torch.where(z, x, y)', [x, leaf([columns]), booleans(shape)]],
    ['masked_fill', 'x.masked_fill(y, 0.5)', [x, booleans(shape)]],
    ['add_', 'x.add_(y)', [plain(shape), plain(shape, -1e-9, 1e-9)], { keeps: true, random: true }],
    ['mul_ number', 'x.mul_(1)', [plain(shape)], { keeps: true }],
    ['copy_', 'x.copy_(y)', [plain(shape), plain(shape)], { keeps: true }],
    ['fill_', 'x.fill_(2)', [plain(shape)], { keeps: true }],
    ['masked_fill_', 'x.masked_fill_(y, 0.5)', [plain(shape), booleans(shape)], { keeps: true }],
    ['add int', 'x.add(y)', [integers(shape, 1000), integers(shape, 1000)]],
    ['mul int number', 'x.mul(3)', [integers(shape, 1000)]],
    ['gt int', 'x.gt(y)', [integers(shape, 1000), integers(shape, 1000)]],
    ['to int', 'x.to(torch.int32)', [plain(shape, 0, 1000)]],
    ['to float', 'x.to(torch.float32)', [integers(shape, 1000)]],
    ['to bool', 'x.to(torch.bool)', [plain(shape)]],
    ['bool to float', 'x.to(torch.float32)', [booleans(shape)]],
  ]
}

function reductions([rows, columns]) {
  const shape = [rows, columns]
  const x = leaf(shape)
  const cubic = leaf([4, rows / 4, columns])
  const each = (name, call) => [
    [name, call(''), [x]],
    [`${name} dim 0`, call('0'), [x]],
    [`${name} dim 1`, call('1'), [x]],
  ]
  const int = integers(shape, 1000)
  return [
    ...each('sum', (dim) => `x.sum(${dim})`),
    ['sum dim 1 of 3', 'x.sum(1)', [cubic]],
    ...each('mean', (dim) => `x.mean(${dim})`),
    ...each('amax', (dim) => `x.amax(${dim || '[0, 1]'})`),
    ...each('argmax', (dim) => `x.argmax(${dim})`).map(([name, call]) => [name, call, [plain(shape)]]),
    ['amin dim 1', 'x.amin(1)', [x]],
    ['max', 'x.max()', [x]],
    ['max dim 1', 'x.max(1).values', [x]],
    ['max dim 0', 'x.max(0).values', [x]],
    ['sum int', 'x.sum()', [int]],
    ['sum int dim 0', 'x.sum(0)', [int]],
    ['sum int dim 1', 'x.sum(1)', [int]],
    ['sum bool dim 1', 'x.sum(1)', [booleans(shape)]],
    ['amax int dim 1', 'x.amax(1)', [int]],
    ['softmax dim 1', 'x.softmax(1)', [x]],
    ['softmax dim 0', 'x.softmax(0)', [x]],
    ['log_softmax dim 1', 'x.log_softmax(1)', [x]],
    ['log_softmax dim 0', 'x.log_softmax(0)', [x]],
    ['topk 5', 'x.topk(5).values', [x]],
    ['sort', 'x.sort(1).values', [x]],
    ['sort dim 0', 'x.sort(0).values', [plain(shape)]],
    ['sort int', 'x.sort(1).values', [int]],
    ...['cumsum', 'cumprod', 'std', 'var', 'prod', 'logsumexp', 'norm'].flatMap((name) => {
      const call = (dim) => (name === 'norm' ? `x.norm(2, ${dim})` : `x.${name}(${dim})`)
      const operand = name.endsWith('prod') ? leaf(shape, 0.9, 1.1) : x
      return [0, 1].map((dim) => [`${name} dim ${dim}`, call(dim), [operand]])
    }),
    ['std', 'x.std()', [x]],
    ['norm', 'x.norm()', [x]],
    ['cummax', 'x.cummax(1).values', [x]],
    ['median', 'x.median(1).values', [x]],
    ['any', 'x.any()', [booleans(shape)]],
    ['any dim 1', 'x.any(1)', [booleans(shape)]],
    ['all dim 0', 'x.all(0)', [booleans(shape)]],
    ['count_nonzero', 'torch.count_nonzero(x)', [plain(shape)]],
    ['unique', 'torch.unique(x)', [int]],
    ['cumsum int', 'x.cumsum(1)', [int]],
  ]
}

function shapes([rows, columns]) {
  const shape = [rows, columns]
  const x = leaf(shape)
  return [
    ['cat dim 0', 'torch.cat([x, y], 0)', [x, leaf(shape)]],
    ['cat dim 1', 'torch.cat([x, y], 1)', [x, leaf(shape)]],
    ['stack dim 0', 'torch.stack([x, y], 0)', [x, leaf(shape)]],
    ['stack dim 2', 'torch.stack([x, y], 2)', [x, leaf(shape)]],
    ['transposed copy', 'x.t().contiguous()', [x]],
    ['permuted copy', 'x.permute(1, 2, 0).contiguous()', [leaf([rows, 4, columns / 4])]],
    ['columns copy', 'x.slice(1, 1).contiguous()', [x], { python: 'x[:, 1:].contiguous()' }],
    ['add transposed', 'x.t().add(y)', [x, leaf([columns, rows])]],
    ['expanded copy', 'x.expand(y.shape).contiguous()', [leaf([columns]), plain(shape)]],
    ['view', 'x.view(-1).sum()', [x]],
    ['index_select dim 0', 'torch.index_select(x, 0, y)', [x, integers([rows], rows)]],
    ['index_select dim 1', 'torch.index_select(x, 1, y)', [x, integers([columns], columns)]],
    ['one_row', 'x.select(0, 1).sum()', [x]],
    ['zeros', 'torch.zeros(x.shape)', [plain(shape)]],
    ['full', 'torch.full(x.shape, 2)', [plain(shape)], { python: 'torch.full(x.shape, 2.0)' }],
    [
      'arange',
      `torch.arange(${rows * columns})`,
      [],
      { python: `torch.arange(${rows * columns}, dtype=torch.int32)` },
    ],
    ['rand', 'torch.rand(x.shape)', [plain(shape)], { random: true }],
    ['randn', 'torch.randn(x.shape)', [plain(shape)], { random: true }],
    ['randint', 'torch.randint(0, 10, x.shape)', [plain(shape)], { random: true }],
    ['randperm', `torch.randperm(${rows * columns})`, [], { random: true }],
    ['bernoulli', 'torch.bernoulli(x)', [plain(shape, 0, 1)], { random: true }],
  ]
}

function losses([rows, columns]) {
  const shape = [rows, columns]
  const x = leaf(shape)
  const y = labels(shape)
  const weights = plain([columns], 0.5, 2)
  return [
    ['multilabel_soft_margin_loss', 'F.multilabel_soft_margin_loss(x, y)', [x, y]],
    ['multilabel_soft_margin_loss weight', 'F.multilabel_soft_margin_loss(x, y, z)', [x, y, weights]],
    ['bce_with_logits', 'F.binary_cross_entropy_with_logits(x, y)', [x, y]],
    [
      'bce_with_logits pos_weight',
      'F.binary_cross_entropy_with_logits(x, y, null, null, null, "mean", z)',
      [x, y, weights],
    ],
    ['bce', 'F.binary_cross_entropy(x, y)', [leaf(shape, 0.01, 0.99), y]],
    ['mse_loss', 'F.mse_loss(x, y)', [x, y]],
    ['cross_entropy', 'F.cross_entropy(x, y)', [x, [[rows], 'classes', 0, columns]]],
    ['cross_entropy soft', 'F.cross_entropy(x, y)', [x, plain(shape, 0, 2 / columns)]],
    ['multilabel_margin_loss', 'F.multilabel_margin_loss(x, y)', [x, [shape, 'positives', 0, columns]]],
    ['mse_loss none', 'F.mse_loss(x, y, null, null, "none")', [x, y]],
  ]
}

function norms([rows, columns]) {
  const [shape, weight] = [[rows, columns], leaf([columns], 0.5, 2)]
  return [
    ['layer_norm', `F.layer_norm(x, [${columns}], y, z)`, [leaf(shape), weight, leaf([columns])]],
    ['layer_norm plain', `F.layer_norm(x, [${columns}])`, [leaf(shape)]],
    [
      'batch_norm of rows',
      'F.batch_norm(x, y, z, v, w, true)',
      [leaf(shape), plain([columns]), plain([columns], 0.5, 2), weight, leaf([columns])],
    ],
  ]
}

function images(shape) {
  const [, channels, height, width] = shape
  const row = [channels]
  const x = leaf(shape)
  const mean = plain(row)
  const variance = plain(row, 0.5, 2)
  const affine = [leaf(row, 0.5, 2), leaf(row)]
  const conv = (name, kernel, call) => [
    `conv2d ${name}`,
    call,
    [x, leaf([2 * channels, channels, kernel, kernel], -0.1, 0.1), leaf([2 * channels])],
    { reads: true },
  ]
  return [
    ['batch_norm', 'F.batch_norm(x, y, z, v, w, true)', [x, mean, variance, ...affine]],
    ['batch_norm eval', 'F.batch_norm(x, y, z, v, w, false)', [x, mean, variance, ...affine]],
    ['layer_norm images', `F.layer_norm(x, [${[channels, height, width]}])`, [x]],
    ['layer_norm short', 'F.layer_norm(x, [16])', [leaf([shape[0] * channels * height, 16])]],
    conv('3x3', 3, 'F.conv2d(x, y, z, 1, 1)'),
    conv('1x1', 1, 'F.conv2d(x, y, z)'),
    conv('3x3/2', 3, 'F.conv2d(x, y, z, 2, 1)'),
    ['max_pool2d', 'F.max_pool2d(x, 2)', [x], { reads: true }],
    ['avg_pool2d', 'F.avg_pool2d(x, 2)', [x]],
    ['adaptive_avg_pool2d', 'F.adaptive_avg_pool2d(x, 1)', [x]],
    ['sum of images', 'x.sum([0, 2, 3])', [x]],
    ['mul channels', 'x.mul(y)', [x, leaf([channels, 1, 1])]],
    ['softmax channels', 'x.softmax(1)', [x]],
    ['argmax channels', 'x.argmax(1)', [plain(shape)]],
    ['amax channels', 'x.amax(1)', [x]],
    ['flatten', 'x.flatten(1).sum()', [x]],
  ]
}

function products([m, k, n]) {
  return [
    ['matmul', 'torch.matmul(x, y)', [leaf([m, k]), leaf([k, n])]],
    ['linear', 'F.linear(x, y, z)', [leaf([m, k]), leaf([n, k]), leaf([n])]],
    ['matrix times vector', 'torch.matmul(x, y)', [leaf([m, k]), leaf([k])]],
  ]
}

function attention(shape) {
  const [batch, heads, length, width] = shape
  const [query, key, value] = [leaf(shape, -1, 1), leaf(shape, -1, 1), leaf(shape, -1, 1)]
  return [
    ['attention', 'F.scaled_dot_product_attention(x, y, z)', [query, key, value]],
    [
      'attention masked',
      'F.scaled_dot_product_attention(x, y, z, v)',
      [query, key, value, plain([batch, 1, 1, length])],
    ],
    [
      'matmul of batches',
      'torch.matmul(x, y)',
      [leaf([batch, heads, length, width]), leaf([batch, heads, width, length])],
    ],
  ]
}

function tables([entries, width, bags, each]) {
  const [weight, input] = [leaf([entries, width]), integers([bags, each], entries)]
  const bag = (mode) => [
    `embedding_bag ${mode}`,
    `F.embedding_bag(x, y, null, null, 2, false, '${mode}')`,
    [input, weight],
  ]
  return [['embedding', 'F.embedding(x, y)', [input, weight]], bag('sum'), bag('mean'), bag('max')]
}

/** A layer with these weights, which are the module's own: x alone is an operand with a gradient that is compared. */
function recurrent([steps, batch, inputs, hidden]) {
  return [
    ['LSTM', 4],
    ['GRU', 3],
    ['RNN', 1],
  ].map(([name, gates]) => [
    name,
    `recurrent('${name}', x, y, z, v, w)`,
    [
      leaf([steps, batch, inputs]),
      ...[inputs, hidden].map((size) => plain([gates * hidden, size], -0.1, 0.1)),
      ...[1, 2].map(() => plain([gates * hidden], -0.1, 0.1)),
    ],
  ])
}

const OPTIMIZERS = [
  ['SGD', '{ lr: 1e-3 }'],
  ['SGD momentum', '{ lr: 1e-3, momentum: 0.9 }'],
  ['Adam', '{ lr: 1e-3 }'],
  ['AdamW', '{ lr: 1e-3 }'],
  ['Adagrad', '{ lr: 1e-3 }'],
  ['RMSprop', '{ lr: 1e-3 }'],
]

const families = [
  [elementwise, MATRICES],
  [functions, MATRICES],
  [reductions, MATRICES],
  [shapes, MATRICES],
  [losses, MATRICES],
  [norms, MATRICES],
  [images, IMAGES],
  [products, PRODUCTS],
  [attention, ATTENTION],
  [tables, TABLES],
  [recurrent, SEQUENCES],
]

/** Functions of one and two numbers, by the interval of their operands. */
function functions(shape) {
  const of = (low, high, names) => names.map((name) => [name, `torch.${name}(x)`, [leaf(shape, low, high)]])
  const pairs = (low, high, names) =>
    names.map((name) => [name, `torch.${name}(x, y)`, [leaf(shape, low, high), leaf(shape, 0.5, high)]])
  return [
    ...of(-4, 4, [
      'sin',
      'cos',
      'tan',
      'atan',
      'sinh',
      'cosh',
      'asinh',
      'erf',
      'erfc',
      'expm1',
      'exp2',
      'sinc',
    ]),
    ...of(-4, 4, ['round', 'floor', 'ceil', 'trunc', 'frac', 'sign', 'square', 'nan_to_num']),
    ...['isnan', 'isfinite'].map((name) => [name, `torch.${name}(x)`, [plain(shape)]]),
    ...of(0.01, 0.99, ['asin', 'acos', 'atanh', 'erfinv', 'logit']),
    ...of(1.01, 4, ['acosh', 'log1p', 'log2', 'log10', 'reciprocal', 'rsqrt', 'lgamma', 'digamma']),
    ...pairs(-4, 4, [
      'maximum',
      'minimum',
      'fmax',
      'atan2',
      'hypot',
      'copysign',
      'remainder',
      'fmod',
      'logaddexp',
    ]),
    ...pairs(0.1, 4, ['pow', 'xlogy']),
    ['floor_divide', 'torch.floor_divide(x, y)', [plain(shape), plain(shape, 0.5)]],
    ...['elu', 'selu', 'hardswish', 'hardtanh', 'relu6', 'softplus', 'mish', 'hardsigmoid'].map((name) => [
      name,
      `F.${name}(x)`,
      [leaf(shape)],
    ]),
    ['logical_and', 'torch.logical_and(x, y)', [booleans(shape), booleans(shape)]],
    ['bitwise_and', 'torch.bitwise_and(x, y)', [integers(shape, 1000), integers(shape, 1000)]],
    ['isclose', 'torch.isclose(x, y)', [plain(shape), plain(shape)]],
    ['lerp', 'torch.lerp(x, y, 0.3)', [leaf(shape), leaf(shape)]],
    ['addcmul', 'torch.addcmul(x, y, z)', [leaf(shape), leaf(shape), leaf(shape)]],
    ['addcdiv', 'torch.addcdiv(x, y, z)', [leaf(shape), leaf(shape), leaf(shape, 0.5, 2)]],
  ]
}

/** Rows for `interleave`: each case at each size, forward, and forward and backward. */
export function sweepRows() {
  const rows = families.flatMap(([cases, sizes]) =>
    Object.entries(sizes).flatMap(([size, shape]) =>
      cases(shape).flatMap(([name, call, operands, options = {}]) => {
        const row = (passes, backward) => ({
          name: `${name}, ${size}, ${passes}`,
          kind: 'call',
          options: { call, operands, backward, ...options },
        })
        const hasGradient = operands.some(([, type]) => type === 'leaf')
        return hasGradient ? [row('forward', false), row('backward', true)] : [row('forward', false)]
      }),
    ),
  )
  for (const [name, text] of OPTIMIZERS) {
    for (const [size, [height, width]] of Object.entries(MATRICES)) {
      const options = { name: name.split(' ')[0], length: height * width, options: text }
      rows.push({ name: `${name}, ${size}, step`, kind: 'update', options })
    }
  }
  return rows
}
