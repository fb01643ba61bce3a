/** Names, their order and what may be given by position, held to a live torch: test/call/signatures.py. */
import { describe, expect, it, test } from 'vitest'
import torch from '../../ts/index.js'
import { fixture } from '../support/fixture.js'
import { leaf } from '../support/tensors.js'

interface Parameter {
  name: string
  keyword_only?: true
}

const { signatures } = fixture<{ signatures: Record<string, Parameter[]> }>('call/signatures')
const { nn, ones, optim, utils } = torch
const optimizer = () => new optim.SGD([leaf([1, 1])], 0.1)
const dataset = new utils.data.TensorDataset(ones([4, 2]))
const generator = new torch.Generator()

type Callable = (...args: unknown[]) => unknown
const make =
  (type: unknown) =>
  (...args: unknown[]) =>
    Reflect.construct(type as Callable, args)
const method =
  (of: () => object, name: string) =>
  (...args: unknown[]) => {
    const owner = of()
    return (Reflect.get(owner, name) as Callable).apply(owner, args)
  }

/** Ours, by torch's name; what comes before keywords where a plain object would be an argument. */
function find(name: string): { call: Callable; first: unknown[] } {
  const [owner, called] = name.split('.')
  if (owner === 'Module') {
    const takesDict = called === 'load_state_dict' ? [{}] : []
    return { call: method(() => new nn.Linear(1, 1), called), first: takesDict }
  }
  if (owner === 'Optimizer') return { call: method(optimizer, called), first: [] }
  if (called !== undefined) return { call: method(() => Reflect.get(nn, owner) as object, called), first: [] }
  const namespaces = [nn, optim, optim.lr_scheduler, torch.metrics, utils.data]
  const type = namespaces.map((each) => Reflect.get(each, name)).find((value) => value !== undefined)
  const first = /^(DataLoader|Subset|random_split)$/.test(name) ? [dataset] : []
  if (typeof type === 'function' && /^class/.test(String(type))) return { call: make(type), first }
  const plain = type ?? Reflect.get(nn.utils, name) ?? Reflect.get(nn.functional, name)
  return { call: plain as Callable, first }
}

/** Those that take a plain object and nothing else, or say their names in another way. */
const WITHOUT_NAMES = /^(ModuleDict|Optimizer\.(add_param_group|load_state_dict))$/

/** Names that torch has not, and why ours has. */
const OURS_ALONE: Record<string, string> = {
  zero_division: 'torchmetrics has it for F-scores alone',
  generator: 'torch draws from the default one',
  ignore_index: 'labels may be missing in every multi-label loss',
  label_smoothing: 'torch has it for cross_entropy alone',
  pos_weight: 'torch has it for binary_cross_entropy_with_logits alone',
  weight: 'mse_loss has weights since 2.9, named so',
}

const sentence = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

/** Too long to be a slip of the hand: the error lists the names. */
const UNKNOWN = 'unknown_'.repeat(6)

describe.each(Object.entries(signatures).filter(([name]) => !WITHOUT_NAMES.test(name)))(
  '%s',
  (name, theirs) => {
    const { call, first } = find(name)
    const said = sentence(() => call(...first, { [UNKNOWN]: 1 }))
    const ours = / it has (.*)$/.exec(said)?.[1].split(', ') ?? []
    const torchs = theirs.map((parameter) => parameter.name)

    it("has torch's names in torch's order", () => {
      if (theirs.length === 0) {
        expect(said).toMatch('it takes no arguments')
        return
      }
      expect(said).toMatch(' it has ')
      const shared = ours.filter((each) => torchs.includes(each))
      expect(shared).toEqual(torchs.filter((each) => ours.includes(each)))
      expect(ours.filter((each) => !torchs.includes(each) && OURS_ALONE[each] === undefined)).toEqual([])
      // What is not there leaves no gap in the positions.
      const positional = theirs
        .filter((parameter) => !parameter.keyword_only)
        .map((parameter) => parameter.name)
      const last = positional.length - 1 - [...positional].reverse().findIndex((each) => ours.includes(each))
      expect(positional.slice(0, last + 1).filter((each) => !ours.includes(each))).toEqual([])
    })

    it('takes by position what torch takes so', () => {
      const most = theirs.filter(
        ({ name: each, keyword_only }) => !keyword_only && ours.includes(each),
      ).length
      const refused = sentence(() => call(...new Array(40).fill(7)))
      const allowed = /at most (\d+) positional/.exec(refused)?.[1] ?? 0
      const added = ours.filter((each) => !torchs.includes(each) && OURS_ALONE[each] !== undefined)
      expect([most, most + added.length]).toContain(Number(allowed))
    })
  },
)

/** Every argument by position, none of them as it is by default. */
const POSITIONAL: Record<string, () => unknown[]> = {
  Linear: () => [3, 4, false],
  Conv2d: () => [4, 8, [3, 5], 2, 1, 2, 2, false],
  MaxPool2d: () => [3, 2, 1, 1, false, true],
  AvgPool2d: () => [3, 2, 1, true, false, 5],
  AdaptiveAvgPool2d: () => [[2, null]],
  BatchNorm1d: () => [3, 1e-3, null, false, false],
  BatchNorm2d: () => [3, 1e-3, 0.5, false, false],
  LayerNorm: () => [[2, 3], 1e-3, true, false],
  Dropout: () => [0.3, true],
  Embedding: () => [5, 3, 2],
  EmbeddingBag: () => [5, 3, null, 2, false, 'sum', false, null, true, 2],
  ReLU: () => [true],
  LeakyReLU: () => [0.3, true],
  SiLU: () => [true],
  GELU: () => ['tanh'],
  Softmax: () => [1],
  LogSoftmax: () => [1],
  Flatten: () => [0, 1],
  ModuleList: () => [[new nn.ReLU()]],
  ParameterList: () => [[ones([2])]],
  MultiLabelSoftMarginLoss: () => [ones([2]).mul(3), null, null, 'sum'],
  BCEWithLogitsLoss: () => [ones([2]).mul(3), null, null, 'sum', ones([2]).mul(5)],
  BCELoss: () => [ones([2]).mul(3), null, null, 'sum'],
  MultiLabelMarginLoss: () => [null, null, 'sum'],
  CrossEntropyLoss: () => [ones([2]).mul(3), null, 7, null, 'sum', 0.25],
  MSELoss: () => [null, null, 'none'],
  SGD: () => [[leaf([1, 1])], 0.5, 0.9, 0, 0.01, true],
  Adam: () => [[leaf([1, 1])], 0.5, [0.8, 0.99], 1e-5, 0.01, true],
  AdamW: () => [[leaf([1, 1])], 0.5, [0.8, 0.99], 1e-5, 0.02, true],
  RMSprop: () => [[leaf([1, 1])], 0.5, 0.9, 1e-5, 0.01, 0.5, true, false, null, true],
  Adagrad: () => [[leaf([1, 1])], 0.5, 0.1, 0.01, 0.2, 1e-5],
  StepLR: () => [optimizer(), 3, 0.5, -1],
  MultiStepLR: () => [optimizer(), [3, 5], 0.5, -1],
  ExponentialLR: () => [optimizer(), 0.5, -1],
  ConstantLR: () => [optimizer(), 0.5, 3, -1],
  LinearLR: () => [optimizer(), 0.5, 0.75, 3, -1],
  CosineAnnealingLR: () => [optimizer(), 9, 0.01, -1],
  OneCycleLR: () => [optimizer(), 1, 9, null, null, 0.25, 'linear', true, 0.8, 0.9, 20, 1e3, true, -1],
  ReduceLROnPlateau: () => [optimizer(), 'max', 0.5, 3, 0.1, 'abs', 2, 0.01, 1e-4],
  MultilabelFBetaScore: () => [2, 3, 0.4, 'micro', 'global', -1, true, 1],
  MultilabelF1Score: () => [3, [0.1, 0.2, 0.3], 'none', 'global', -1, false, 1],
  MultilabelPrecision: () => [3, 0.4, 'micro', 'global', -1, true],
  MultilabelExactMatch: () => [3, 0.4, 'global', -1, true],
  MultilabelAUROC: () => [3, 'micro', 5, -1, true],
  MultilabelCoverageError: () => [3, -1, true],
  DataLoader: () => [dataset, 3, true, null, null, 0, null, false, true, 0, null, null, generator],
  Subset: () => [dataset, [3, 1]],
}

/** What an object holds, as texts. */
const contents = (made: object) =>
  JSON.stringify(made, (key, value: unknown) =>
    key === 'optimizer' ? undefined : typeof value === 'bigint' ? String(value) : value,
  ) + String(made)

test.each(Object.entries(POSITIONAL))('%s by position and by keywords', (name, args) => {
  const { call, first } = find(name)
  const names = signatures[name].map((parameter) => parameter.name)
  const keywords = Object.fromEntries(args().map((value, i) => [names[i], value]))
  for (let i = 0; i < first.length; i++) delete keywords[names[i]]
  torch.manual_seed(0)
  const byPosition = call(...args()) as object
  torch.manual_seed(0)
  expect(contents(call(...first, keywords) as object)).toBe(contents(byPosition))
  torch.manual_seed(0)
  const [a, ...rest] = args()
  const others = Object.fromEntries(rest.map((value, i) => [names[i + 1], value]))
  expect(contents(call(a, others) as object)).toBe(contents(byPosition))
})
