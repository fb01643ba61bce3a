/** Everything that users can call, found by reflection. */

import * as datasets from '../../ts/datasets/index.js'
import torch from '../../ts/index.js'
import * as lossModule from '../../ts/loss.js'
import * as onnx from '../../ts/onnx/index.js'
import * as report from '../../ts/report/index.js'
import * as trainer from '../../ts/trainer/index.js'

type Callable = (...args: unknown[]) => unknown

/** One of them: a function, a constructor, or a method that is called on `instance`. */
export interface Entry {
  /** As users write it: `torch.nn.functional.linear`, `new torch.nn.Linear`, `Tensor.sum`. */
  readonly name: string
  readonly call: Callable
}

const isClass = (value: Callable) => /^class\b/.test(Function.prototype.toString.call(value))

/** Not users' to call, or not by keywords, and why. */
export const EXEMPT: readonly (readonly [name: RegExp, why: string])[] = [
  [/^new torch\.(Tensor|SparseCSRTensor)$/, 'tells that there are functions for it'],
  [/\.(toString|toJSON|extra_repr)$/, 'called by JavaScript, or by printing'],
  [
    /^Tensor\.(rewriteHistory|goOnFrom|takeGrad|replaceGradient|checkGradient|pointer|alias|strided|viewAs)$/,
    '@internal',
  ],
  [/^torch\.SparseCSRTensor\.(joined|linear|rowsAt|checkRows)$/, '@internal'],
  [/^torch\.Generator\.(next_seed|attempt|mark|use|bookmark)$/, '@internal'],
  [/^torch\.nn\.\w+\.(childEntries|childLines|ownerOf|checkRank|all|add|present|find|replace)$/, 'protected'],
  [
    /^torch\.metrics\.\w+\.(start|form|add|exact|binned|count|value|updateWith|reduce|points|best|map|change|result|resamplingOf)$/,
    'protected',
  ],
  [/^torch\.metrics\.\w+\.(prepare|prepareMerge|resampling)$/, '@internal'],
  [
    /^softmargin\/trainer\.\w+\.(on_\w+|begin|runOf|bytesOf|bytesNow|running|alone|check|reasonToStop|say|keep|add|write|isAmongBest|pathOf|stop)$/,
    'private, or called by the trainer',
  ],
  [/^softmargin\/trainer\.Trainer\.(fit|validate)$/, 'asynchronous: rejects'],
  [/^new torch\.autograd\.Function$/, 'never made: apply is static'],
  [/^torch\.nn\.(MultiheadAttention\.initialize|Transformer\w+Layer\.feed)$/, 'private'],
  [
    /^torch\.utils\.data\.DataLoader\.(batches|batchOf|order|begin|asyncBatches|listsOfRows|asyncListsOfRows|grouped|rowsAt|steps|stepsByIndex|stepsOfStream|asyncStepsOfStream)$/,
    'private',
  ],
  [
    /^torch\.optim\.\w+\.(check|stateNames|initialState|initialNumbers|update|plan|stateOf|startAll|attempt|minimize|direction|flatGradient|move)$/,
    'protected',
  ],
  [
    /^torch\.optim\.(lr_scheduler|swa_utils)\.\w+\.(ratesAt|closedForm|begin|restart|jump|set|accepts|fields|currentRates|isBetter|reduce|valuesAt|scaled|advance|heightAt|scale|loadParts|shareAt)$/,
    'protected',
  ],
  [
    /^torch\.nn\.(Module|ModuleList|ModuleDict|ParameterList|ParameterDict)\.forward$/,
    'says that there is none to call',
  ],
  [/\.load_state_dict$|^torch\.save$/, 'takes a plain object'],
  [
    /^new torch\.(utils\.data\.(IterableDataset|Sampler)|optim\.Optimizer|optim\.lr_scheduler\.LRScheduler|metrics\.Metric)$/,
    'abstract',
  ],
  [/^softmargin\/loss\.HeapArray\.copy$/, 'private'],
  [/^torch\.is_tensor$/, 'any object may be asked about'],
  [/^new torch\.nn\.Identity$/, 'ignores what it is given, as torch does'],
  [
    /^(new torch\.utils\.data\.(DataLoader|Subset|StackDataset|RandomSampler|SequentialSampler)|torch\.utils\.data\.(random_split|stratified_split|default_convert))$/,
    'a dataset may be a plain object',
  ],
  [
    /^torch\.(nn\.(Identity|Sequential)|optim\.swa_utils\.AveragedModel)\.forward$/,
    'an input may be a plain object',
  ],
  [/^torch\.optim\.swa_utils\.AveragedModel\.average$/, 'private'],
  [/^new softmargin\/loss\.HeapArray$/, 'an array-like may be a plain object'],
  [
    /^(new torch\.nn\.(Module|Parameter)Dict|torch\.nn\.(Module|Parameter)Dict\.update|new torch\.nn\.Sequential)$/,
    'takes a plain object',
  ],
  [/^torch\.optim\.\w+\.add_param_group$|^new torch\.metrics\.MetricCollection$/, 'takes a plain object'],
]

class SilentBar {
  start(): void {}
  update(): void {}
  stop(): void {}
}

/** Arguments with which each class can be made, by its name: classes without arguments are left out. */
const MADE_FROM: Record<string, () => unknown[]> = {
  Linear: () => [2, 2],
  EarlyStopping: () => ['val_loss'],
  ProgressBar: () => [new SilentBar()],
  Embedding: () => [3, 2],
  EmbeddingBag: () => [3, 2],
  Conv2d: () => [1, 1, 1],
  MaxPool2d: () => [2],
  AvgPool2d: () => [2],
  AdaptiveAvgPool2d: () => [1],
  BatchNorm1d: () => [2],
  BatchNorm2d: () => [2],
  LayerNorm: () => [2],
  Threshold: () => [0.1, 20],
  Bilinear: () => [2, 2, 2],
  MultiheadAttention: () => [2, 1],
  TransformerEncoderLayer: () => [2, 1, 2],
  TransformerDecoderLayer: () => [2, 1, 2],
  TransformerEncoder: () => [new torch.nn.TransformerEncoderLayer(2, 1, 2), 1],
  TransformerDecoder: () => [new torch.nn.TransformerDecoderLayer(2, 1, 2), 1],
  Transformer: () => [2, 1, 1, 1, 2],
  Conv1d: () => [1, 1, 1],
  Conv3d: () => [1, 1, 1],
  ConvTranspose1d: () => [1, 1, 1],
  ConvTranspose2d: () => [1, 1, 1],
  ConvTranspose3d: () => [1, 1, 1],
  ConstantPad1d: () => [1, 0],
  ZeroPad1d: () => [1],
  ReflectionPad1d: () => [1],
  ReplicationPad1d: () => [1],
  CircularPad1d: () => [1],
  InstanceNorm1d: () => [2],
  AdaptiveMaxPool1d: () => [1],
  ConstantPad2d: () => [1, 0],
  ZeroPad2d: () => [1],
  ReflectionPad2d: () => [1],
  ReplicationPad2d: () => [1],
  CircularPad2d: () => [1],
  InstanceNorm2d: () => [2],
  AdaptiveMaxPool2d: () => [1],
  ConstantPad3d: () => [1, 0],
  ZeroPad3d: () => [1],
  ReflectionPad3d: () => [1],
  ReplicationPad3d: () => [1],
  CircularPad3d: () => [1],
  InstanceNorm3d: () => [2],
  AdaptiveMaxPool3d: () => [1],
  AdaptiveAvgPool1d: () => [1],
  AvgPool1d: () => [2],
  MaxPool1d: () => [2],
  AdaptiveAvgPool3d: () => [1],
  AvgPool3d: () => [2],
  MaxPool3d: () => [2],
  BatchNorm3d: () => [2],
  GroupNorm: () => [1, 2],
  RMSNorm: () => [2],
  LocalResponseNorm: () => [2],
  Unfold: () => [2],
  Fold: () => [2, 2],
  PixelShuffle: () => [2],
  PixelUnshuffle: () => [2],
  ChannelShuffle: () => [2],
  Unflatten: () => [1, [2]],
  RNN: () => [2, 2],
  GRU: () => [2, 2],
  LSTM: () => [2, 2],
  RNNCell: () => [2, 2],
  GRUCell: () => [2, 2],
  LSTMCell: () => [2, 2],
  PackedSequence: () => [torch.ones([1, 2]), torch.ones([1], { dtype: 'int32' })],
  Parameter: () => [torch.ones([2])],
  TensorDataset: () => [torch.ones([4, 2])],
  DataLoader: () => [new torch.utils.data.TensorDataset(torch.ones([4, 2]))],
  Subset: () => [new torch.utils.data.TensorDataset(torch.ones([4, 2])), [0, 1]],
  ChainDataset: () => [[[1], [2]]],
  ConcatDataset: () => [[new torch.utils.data.TensorDataset(torch.ones([4, 2]))]],
  StackDataset: () => [new torch.utils.data.TensorDataset(torch.ones([4, 2]))],
  BatchSampler: () => [[0, 1], 2, false],
  RandomSampler: () => [[0, 1]],
  SequentialSampler: () => [[0, 1]],
  SubsetRandomSampler: () => [[0, 1]],
  MultilabelStratifiedKFold: () => [2],
  WeightedRandomSampler: () => [[0.5, 0.5], 2],
  HeapArray: () => [4],
}

/** How an instance of a class is made where arguments are not enough. */
function instanceOf(name: string, type: Callable): unknown {
  if (name === 'torch.Tensor') return torch.ones([2, 2])
  if (name === 'torch.SparseCSRTensor') return torch.sparse_csr_tensor([0, 1, 2], [0, 1], [1, 2])
  if (name.startsWith('torch.optim.lr_scheduler.')) {
    const optimizer = new torch.optim.SGD([torch.ones([2]).requires_grad_()], { lr: 0.1 })
    const last = name.split('.').at(-1) as string
    const extra: Record<string, unknown[]> = {
      StepLR: [1],
      MultiStepLR: [[1]],
      ExponentialLR: [0.9],
      CosineAnnealingLR: [4],
      CosineAnnealingWarmRestarts: [4],
      LambdaLR: [() => 1],
      MultiplicativeLR: [() => 1],
      OneCycleLR: [{ max_lr: 1, total_steps: 4 }],
      CyclicLR: [0.1, 0.2, { cycle_momentum: false }],
      SequentialLR: [],
    }
    return Reflect.construct(type, [optimizer, ...(extra[last] ?? [])])
  }
  const last = name.split('.').at(-1) as string
  if (name === 'torch.metrics.MetricCollection') {
    return Reflect.construct(type, [[new torch.metrics.MultilabelF1Score(2)]])
  }
  if (name.startsWith('torch.metrics.')) {
    const extra: Record<string, object> = {
      MultilabelFBetaScore: { beta: 1 },
      MultilabelPrecisionAtK: { k: 1 },
      MultilabelRecallAtFixedPrecision: { min_precision: 0.5 },
      MultilabelPrecisionAtFixedRecall: { min_recall: 0.5 },
      MultilabelSensitivityAtSpecificity: { min_specificity: 0.5 },
      MultilabelSpecificityAtSensitivity: { min_sensitivity: 0.5 },
    }
    return Reflect.construct(type, [{ num_labels: 2, ...extra[last] }])
  }
  if (name === 'torch.optim.swa_utils.AveragedModel')
    return Reflect.construct(type, [new torch.nn.Linear(2, 2)])
  if (name === 'torch.optim.swa_utils.SWALR') {
    return Reflect.construct(type, [new torch.optim.SGD([torch.ones([2]).requires_grad_()]), 0.1])
  }
  if (name.startsWith('torch.optim.'))
    return Reflect.construct(type, [[torch.ones([2]).requires_grad_()], { lr: 0.1 }])
  return Reflect.construct(type, MADE_FROM[last]?.() ?? [])
}

/** Methods on all prototypes of a value but Object's, by their names. */
function methodsOf(instance: object): Map<string, unknown> {
  const methods = new Map<string, unknown>()
  for (
    let prototype = Object.getPrototypeOf(instance) as object | null;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    for (const key of Reflect.ownKeys(prototype)) {
      const value = Object.getOwnPropertyDescriptor(prototype, key)?.value
      if (typeof key !== 'string' || key === 'constructor' || typeof value !== 'function') continue
      if (!methods.has(key)) methods.set(key, value)
    }
  }
  return methods
}

const isError = (type: Callable) => type.prototype instanceof Error

/** All of them, and the classes of which no instance could be made. */
export function everything(): { entries: Entry[]; unmade: string[] } {
  const entries: Entry[] = []
  const unmade: string[] = []
  const seen = new Set<unknown>()
  const visit = (name: string, value: unknown): void => {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value))
      return
    if (typeof value === 'object') {
      seen.add(value)
      if (Object.getPrototypeOf(value) !== null && Object.getPrototypeOf(value) !== Object.prototype) return
      for (const key of Object.keys(value)) visit(`${name}.${key}`, (value as Record<string, unknown>)[key])
      return
    }
    const callable = value as Callable
    if (!isClass(callable)) {
      entries.push({ name, call: (...args) => callable(...args) })
      return
    }
    seen.add(value)
    if (isError(callable)) return
    entries.push({ name: `new ${name}`, call: (...args) => Reflect.construct(callable, args) })
    let instance: object
    try {
      instance = instanceOf(name, callable) as object
    } catch (error) {
      unmade.push(`${name}: ${error}`)
      return
    }
    for (const [method, work] of methodsOf(instance)) {
      // What a class inherits was seen where it comes from.
      if (seen.has(work)) continue
      seen.add(work)
      entries.push({
        name: `${name.replace(/^torch\.Tensor$/, 'Tensor')}.${method}`,
        call: (...args) => {
          const made = instanceOf(name, callable) as Record<string, Callable>
          return made[method](...args)
        },
      })
    }
  }
  visit('torch.Tensor', torch.Tensor)
  visit('torch.nn.Module', torch.nn.Module)
  visit('torch', torch)
  visit('softmargin/loss', { ...lossModule })
  visit('softmargin/onnx', { ...onnx })
  visit('softmargin/datasets', { ...datasets })
  visit('softmargin/report', { ...report })
  visit('softmargin/trainer', { ...trainer })
  return { entries, unmade }
}
