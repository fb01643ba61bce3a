import { beforeAll, describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import * as onnx from '../../ts/onnx/index.js'
import { type Case, cases } from './onnx_models.js'
import { expectSame, type Result, runAll, tensorsOf } from './onnx_runs.js'

type Tensor = torch.Tensor

/** All tensors of nested arguments. */
const flat = (args: readonly unknown[]): Tensor[] =>
  args.flatMap((each) => (Array.isArray(each) ? flat(each) : [each as Tensor]))

/** The arguments with these tensors. */
function replaced(args: readonly unknown[], tensors: Tensor[]): unknown[] {
  return args.map((each) => (Array.isArray(each) ? replaced(each, tensors) : tensors.shift()))
}

/** Other numbers like those of `x`, in a shape. */
function like(x: Tensor, shape: number[]): Tensor {
  const count = shape.reduce((product, size) => product * size, 1)
  const places = torch.randint(0, x.numel(), [count]).int()
  return x.reshape([-1]).index_select(0, places).reshape(shape)
}

const axesOf = ({ args, axes }: Case) => axes ?? flat(args).map(() => ({ 0: 'batch' }))

function inputsOf(each: Case, sizes: Record<string, number>): Tensor[] {
  const axes = axesOf(each)
  return flat(each.args).map((x, i) => {
    const shape = x.shape.map((size, dim) => {
      const name = (axes[i] as Record<number, string> | undefined)?.[dim]
      return name === undefined ? size : (sizes[name] ?? size)
    })
    return like(x, shape)
  })
}

function exported(each: Case): Uint8Array {
  const axes = axesOf(each)
  const count = flat(each.args).length
  const names = flat(each.args).map((_, i) => (count === 1 ? 'input' : `input_${i}`))
  const entries = names.flatMap((name, i) => (axes[i] === undefined ? [] : [[name, axes[i]]]))
  return onnx.export(each.model, each.args, { dynamic_axes: Object.fromEntries(entries) })
}

describe('onnxruntime-web gives what the model gives', () => {
  const runs: { name: string; inputs: Tensor[]; wanted: Tensor[] }[] = []
  const failures = new Map<string, unknown>()
  let results: Result[]

  beforeAll(async () => {
    const files: { bytes: Uint8Array; inputs: Record<string, Tensor> }[] = []
    for (const [name, each] of Object.entries(cases)) {
      try {
        const bytes = exported(each)
        for (const sizes of [{}, ...(each.runs ?? [{ batch: 1 }, { batch: 7 }])]) {
          const inputs = inputsOf(each, sizes)
          const model = each.model.eval() as torch.nn.Module & { forward(...args: unknown[]): unknown }
          const wanted = torch.no_grad(() =>
            tensorsOf(
              model.forward(
                ...replaced(
                  each.args,
                  inputs.map((x) => x.clone()),
                ),
              ),
            ),
          )
          runs.push({ name, inputs, wanted })
          const names = inputs.length === 1 ? ['input'] : inputs.map((_, i) => `input_${i}`)
          files.push({ bytes, inputs: Object.fromEntries(names.map((key, i) => [key, inputs[i]])) })
        }
      } catch (error) {
        failures.set(name, error)
      }
    }
    results = await runAll('onnx_tracing', files)
  }, 120_000)

  test.each(Object.keys(cases))('for %s', (name) => {
    if (failures.has(name)) throw failures.get(name)
    for (const [i, run] of runs.entries()) {
      if (run.name !== name) continue
      try {
        expectSame(results[i], run.wanted)
      } catch (error) {
        throw new Error(
          `of shapes ${run.inputs.map(({ shape }) => `[${shape}]`)}: ${(error as Error).message}`,
        )
      }
    }
    expect(runs.some((run) => run.name === name)).toBe(true)
  })
})

test('labels are what probabilities reach their thresholds', async () => {
  const model = new torch.nn.Sequential(
    new torch.nn.Linear(4, 3),
    new torch.nn.ReLU(),
    new torch.nn.Linear(3, 5),
  )
  const thresholds = torch.tensor([0.2, 0.4, 0.5, 0.6, 0.55])
  const options = { dynamic_axes: { input: { 0: 'batch' } } }
  const probable = new torch.nn.Sequential(model, new torch.nn.Sigmoid())
  const x = torch.randn([50, 4])
  const [logits, one, own] = await runAll('onnx_labels', [
    { bytes: onnx.export(model, torch.zeros([1, 4]), { ...options, thresholds }), inputs: { input: x } },
    { bytes: onnx.export(model, torch.zeros([1, 4]), { ...options, thresholds: 0.5 }), inputs: { input: x } },
    { bytes: onnx.export(probable, torch.zeros([1, 4]), { ...options, thresholds }), inputs: { input: x } },
  ])
  const scores = torch.no_grad(() => model.forward(x))
  const probabilities = torch.sigmoid(scores)
  expectSame(logits, [scores, probabilities.ge(thresholds)])
  expectSame(one, [scores, probabilities.ge(0.5)])
  expectSame(own, [probabilities, probabilities.ge(thresholds)])
})

test('tokens are int64 if it is asked for', async () => {
  class Scaled extends torch.nn.Module {
    embed = new torch.nn.Embedding(20, 3)
    override forward(tokens: Tensor, scale: Tensor): [Tensor, Tensor] {
      return [this.embed.forward(tokens).mul(scale.unsqueeze(-1)), tokens]
    }
  }
  const model = new Scaled()
  const tokens = torch.tensor(
    [
      [3, 1],
      [2, 0],
      [19, 5],
    ],
    { dtype: 'int32' },
  )
  const scale = torch.rand([3, 2])
  // A name that the node of the first might have.
  const input_names = ['tokens', 'tokens.int32']
  const bytes = onnx.export(model, [tokens, scale], { input_names, int64_inputs: true })
  const [result] = await runAll('onnx_int64', [{ bytes, inputs: { tokens, 'tokens.int32': scale } }])
  expectSame(
    result,
    torch.no_grad(() => model.forward(tokens, scale)),
  )
  const int64 = Buffer.from([0x08, 7])
  expect(Buffer.from(bytes).indexOf(int64, bytes.length - 200)).toBeGreaterThan(0)
})
