/**
 * PyTorch's own inputs of its layers, losses (ModuleInfo) and optimizers (OptimizerInfo), as far as they exist here: results,
 * gradients of inputs and of parameters, refusals, and parameters after each step.
 *
 * MODULES=Linear,Adam looks at these alone. MODULES_FILE names another file of samples, as `test/samples/modules.py FILE` writes it.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { difference, ENGINE, OURS } from './outcome.js'
import { prepare, resultsOf, type Sample, type StoredTensor, upstreamOf, type Value } from './samples.js'

interface Call {
  args: Value[]
  kwargs: Record<string, Value>
}

interface ModuleSample {
  module: string
  training: boolean
  constructor: Call
  forward: Call | null
  state: Record<string, StoredTensor>
  output: Value
  grads: (StoredTensor | null)[]
  parameter_grads: Record<string, StoredTensor | null>
  slack?: number
  error?: string
}

interface OptimizerSample {
  optimizer: string
  options: Record<string, Value>
  start: StoredTensor[]
  gradients: StoredTensor[][]
  steps: StoredTensor[][]
  error?: string
}

type Stored = ModuleSample | OptimizerSample

/** What torch has and this package refuses, each with its sentence. */
const REFUSED: Record<string, RegExp> = {
  Adagrad: /lr must be a number, but got Tensor/,
  LBFGS: /lr must be a number, but got Tensor/,
  SGD: /lr must be a number, but got Tensor/,
}

const path = process.env.MODULES_FILE ?? 'test/samples/modules.json.gz'
const lines = gunzipSync(readFileSync(path)).toString().split('\n')
const all = lines.flatMap((line) =>
  /^\{"(module|optimizer)"/.test(line) ? [JSON.parse(line.replace(/,$/, '')) as Stored] : [],
)

const nameOf = (sample: Stored): string => ('module' in sample ? sample.module : sample.optimizer)
const room = (sample: Stored) =>
  ('module' in sample ? torch.nn : torch.optim) as unknown as Record<string, unknown>
const wanted = process.env.MODULES?.split(',')
const samples = all.filter(
  (sample) => nameOf(sample) in room(sample) && (wanted === undefined || wanted.includes(nameOf(sample))),
)

type Made = InstanceType<typeof torch.nn.Module> & { forward(...args: unknown[]): unknown }

function argumentsOf({ args, kwargs }: Call) {
  const { positional, named, leaves } = prepare({ args, kwargs } as Sample)
  return { args: [...positional, ...(Object.keys(named).length > 0 ? [named] : [])], leaves }
}

function make(sample: Stored, args: readonly unknown[]): unknown {
  const made = room(sample)[nameOf(sample)] as new (...args: readonly unknown[]) => unknown
  return new made(...args)
}

const tensorsIn = (x: unknown): torch.Tensor[] =>
  x instanceof torch.Tensor ? [x] : Array.isArray(x) ? x.flatMap(tensorsIn) : []

const storedIn = (x: Value): StoredTensor[] =>
  Array.isArray(x) ? x.flatMap(storedIn) : typeof x === 'object' && x !== null && 'tensor' in x ? [x] : []

/** What differs, by name. */
function compareAll(
  name: string,
  found: readonly (torch.Tensor | null)[],
  want: readonly (StoredTensor | null)[],
  slack = 0,
): string[] {
  if (found.length !== want.length) return [`${name}: ${found.length}, not ${want.length}`]
  return want.flatMap((stored, i) => {
    const x = found[i]
    if (stored === null) return []
    if (x === null) return [`${name} ${i} is null`]
    const message = difference(x, stored, slack)
    return message === null ? [] : [`${name} ${i}: ${message}`]
  })
}

function wrongOfModule(sample: ModuleSample): string[] {
  const module = make(sample, argumentsOf(sample.constructor).args) as Made
  const { args, leaves } = argumentsOf(sample.forward as Call)
  module.train(sample.training)
  const state = argumentsOf({ args: Object.values(sample.state), kwargs: {} }).args as torch.Tensor[]
  module.load_state_dict(Object.fromEntries(Object.keys(sample.state).map((name, i) => [name, state[i]])))
  torch.manual_seed(42)
  const output = resultsOf(module.forward(...args))
  const results = tensorsIn(output)
  const found = compareAll('output', results, storedIn(sample.output), sample.slack)
  const differentiable = results.filter((x) => x.requires_grad)
  if (sample.grads.length + Object.keys(sample.parameter_grads).length === 0 || differentiable.length === 0)
    return found
  differentiable.reduce((sum, x) => sum.add(x.mul(upstreamOf(x)).sum()), torch.tensor(0)).backward()
  const parameters = new Map(module.named_parameters())
  return [
    ...found,
    ...compareAll(
      'gradient of input',
      leaves.map(({ grad }) => grad),
      sample.grads,
      sample.slack,
    ),
    ...Object.entries(sample.parameter_grads).flatMap(([name, want]) =>
      compareAll(`gradient of ${name}`, [parameters.get(name)?.grad ?? null], [want], sample.slack),
    ),
  ]
}

function wrongOfOptimizer(sample: OptimizerSample): string[] {
  const parameters = argumentsOf({ args: sample.start, kwargs: {} }).args as torch.Tensor[]
  for (const parameter of parameters) parameter.requires_grad_()
  const [options] = argumentsOf({ args: [], kwargs: sample.options }).args as [
    { maximize?: boolean } | undefined,
  ]
  const optimizer = make(sample, [parameters, ...(options === undefined ? [] : [options])]) as InstanceType<
    typeof torch.optim.LBFGS
  >
  const closure = () => {
    optimizer.zero_grad()
    const loss = parameters
      .map((p) => p.sub(1).square().sum())
      .reduce((sum, x) => sum.add(x))
      .div(options?.maximize ? -2 : 2)
    loss.backward()
    return loss
  }
  return sample.steps.flatMap((want, step) => {
    const gradients = argumentsOf({ args: sample.gradients[step], kwargs: {} }).args as torch.Tensor[]
    if (sample.optimizer !== 'LBFGS')
      parameters.forEach((parameter, i) => {
        parameter.grad = gradients[i]
      })
    if (sample.optimizer === 'LBFGS') optimizer.step(closure)
    else (optimizer as unknown as InstanceType<typeof torch.optim.SGD>).step()
    return compareAll(
      `step ${step}`,
      parameters.map((p) => p.detach()),
      want,
    )
  })
}

/** What is wrong with a call that must be refused. */
function wrongRefusal(sample: Stored): string[] {
  try {
    if ('module' in sample) {
      const module = make(sample, argumentsOf(sample.constructor).args) as Made
      if (sample.forward === null) return [`was made, but must be refused: ${sample.error}`]
      module.forward(...argumentsOf(sample.forward).args)
    } else {
      make(sample, [
        [torch.zeros(1).requires_grad_()],
        argumentsOf({ args: [], kwargs: sample.options }).args[0],
      ])
    }
  } catch (error) {
    return sentenceOf(error)
  }
  return [`must be refused: ${sample.error}`]
}

function sentenceOf(error: unknown): string[] {
  const message = error instanceof Error ? error.message : String(error)
  return OURS.some((kind) => error instanceof kind) && !ENGINE.test(message)
    ? []
    : [`trap: ${error instanceof Error ? error.stack : message}`]
}

function wrong(sample: Stored): string[] {
  if (sample.error !== undefined) return wrongRefusal(sample)
  try {
    return 'module' in sample ? wrongOfModule(sample) : wrongOfOptimizer(sample)
  } catch (error) {
    const message = String(error)
    return REFUSED[nameOf(sample)]?.test(message) ? [] : [...sentenceOf(error), message]
  }
}

const short = (sample: Stored): string =>
  JSON.stringify(
    'module' in sample ? [sample.training, sample.constructor, sample.forward] : sample.options,
    (_key, inner) =>
      typeof inner === 'object' && inner !== null && 'tensor' in inner
        ? `${inner.tensor}[${inner.shape}]`
        : inner,
  )

describe.each([...new Set(samples.map(nameOf))])('%s', (name) => {
  test('is as in PyTorch', () => {
    const found = samples
      .filter((sample) => nameOf(sample) === name)
      .flatMap((sample) => {
        const message = wrong(sample).join('; ')
        return message === '' ? [] : [`${short(sample)}: ${message.slice(0, 500)}`]
      })
    expect(found.slice(0, 20).join('\n')).toBe('')
  })
})
