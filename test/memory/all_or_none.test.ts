/** What runs out of memory, at whatever allocation, has changed nothing, and succeeds when it is tried again. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { bitsOf, freshTorch, type Torch, UNLIMITED } from './fresh.js'

/** Something to do, and all that it may change. */
interface Work {
  run(): unknown
  /** Bits of what there is; results of `run` need not be in it. */
  state(): unknown
}

let torch: Torch
let countdown = Number.POSITIVE_INFINITY

beforeAll(async () => {
  torch = await freshTorch(UNLIMITED, (kernel) => (kernel === 'allocate' && countdown-- <= 0 ? 0 : undefined))
})

afterEach(() => {
  countdown = Number.POSITIVE_INFINITY
})

const bits = (x: Tensor | null) => (x === null ? null : bitsOf(x.float()))

/** Leaves nothing in linear memory, so that whatever is used must find room there again. */
function spill(): void {
  torch.wasm.set_budget(0)
  torch.wasm.set_budget(UNLIMITED)
}

/** Lets every allocation of the work fail in turn, and tries it again after each. */
function failEverywhere(make: () => Work, isSpilled: boolean): void {
  const begin = () => {
    torch.manual_seed(3)
    return make()
  }
  const reference = begin()
  reference.run()
  const wanted = reference.state()
  let failing = 0
  for (let failed = true; failed; failing++) {
    const work = begin()
    const before = work.state()
    if (isSpilled) spill()
    countdown = failing
    failed = false
    try {
      work.run()
    } catch (error) {
      expect(error).toBeInstanceOf(torch.OutOfMemoryError)
      failed = true
    }
    countdown = Number.POSITIVE_INFINITY
    if (failed) {
      expect(work.state(), `after allocation ${failing} failed`).toEqual(before)
      work.run()
    }
    expect(work.state(), `in the end, where allocation ${failing} failed`).toEqual(wanted)
  }
  // What is in linear memory may need nothing more.
  if (isSpilled) expect(failing).toBeGreaterThan(1)
}

const rng = () => [...torch.get_rng_state().data<Uint8Array>()]

/** Work on a tensor, or on none, that draws. */
const drawing = (run: (x: Tensor) => unknown, shape = [4, 3]) => {
  return () => {
    const x = torch.ones(shape)
    return { run: () => run(x), state: () => [rng(), bits(x)] }
  }
}

/** Work on a small model of layers with parameters and buffers. */
function model() {
  const { BatchNorm1d, Linear, ReLU, Sequential } = torch.nn
  const layers = new Sequential(new Linear(3, 4), new BatchNorm1d(4), new ReLU(), new Linear(4, 2))
  const loss = () => layers.forward(torch.ones([5, 3]).mul(torch.tensor([1, 2, 3]))).sum()
  const state = () => [
    rng(),
    ...Object.values(layers.state_dict()).map(bits),
    ...[...layers.parameters()].map(({ peekGrad }) => bits(peekGrad)),
  ]
  return { layers, loss, state }
}

/** A leaf with its gradient, and the tensors on the way to it. */
function graph(build: (x: Tensor, y: Tensor) => Tensor, asked: (x: Tensor) => void = () => {}) {
  return () => {
    const x = torch.arange(12).reshape([3, 4]).div(7).requires_grad_()
    const y = x.mul(2)
    asked(y)
    const z = build(x, y)
    return { run: () => z.backward(), state: () => [bits(x.peekGrad), bits(y.peekGrad), bits(z)] }
  }
}

const works: Record<string, () => Work> = {
  'Module.load_state_dict': () => {
    const { layers, state } = model()
    const saved = Object.entries(model().layers.state_dict()).map(
      ([name, x]) => [name, name.endsWith('tracked') ? torch.tensor([7]).reshape([]) : x.add(1)] as const,
    )
    return { run: () => layers.load_state_dict(Object.fromEntries(saved)), state }
  },
  'Module.zero_grad(false)': () => {
    const { layers, loss, state } = model()
    loss().backward()
    return { run: () => layers.zero_grad(false), state }
  },
  'Optimizer.zero_grad(false)': () => {
    const { layers, loss, state } = model()
    loss().backward()
    const optimizer = new torch.optim.SGD(layers.parameters())
    return { run: () => optimizer.zero_grad(false), state }
  },
  'Optimizer.load_state_dict': () => {
    const { layers, loss, state } = model()
    const [first, second] = [0.1, 0.2].map((lr) => new torch.optim.Adam(layers.parameters(), { lr }))
    loss().backward()
    first.step()
    const of = ({ state }: typeof first) =>
      [...state.values()].flatMap((entry) =>
        Object.values(entry).map((value) => (typeof value === 'number' ? value : bits(value))),
      )
    return {
      run: () => second.load_state_dict(first.state_dict()),
      state: () => [state(), of(second), second.param_groups[0].lr],
    }
  },
  'Optimizer.step': () => {
    const { layers, loss, state } = model()
    const optimizer = new torch.optim.Adam(layers.parameters(), { lr: 0.1 })
    loss().backward()
    return { run: () => optimizer.step(), state }
  },
  clip_grad_norm_: () => {
    const { layers, loss, state } = model()
    loss().backward()
    return { run: () => torch.nn.utils.clip_grad_norm_(layers.parameters(), 0.1), state }
  },
  BatchNorm1d: () => {
    const layer = new torch.nn.BatchNorm1d(3)
    const x = torch.arange(12).reshape([4, 3])
    return { run: () => layer.forward(x), state: () => Object.values(layer.state_dict()).map(bits) }
  },
  'a metric': () => {
    const metric = new torch.metrics.MultilabelF1Score({ num_labels: 3 })
    const [preds, target] = [torch.rand([4, 3]), torch.rand([4, 3]).gt(0.5)]
    metric.update(preds, target)
    return { run: () => metric.forward(preds, preds.gt(0.5)), state: () => bits(metric.compute()) }
  },
  'the state of a generator': () => {
    const generator = new torch.Generator()
    return {
      run: () => generator.manual_seed(5),
      state: () => [generator.initial_seed(), [...generator.get_state().data<Uint8Array>()]],
    }
  },
  // Random values.
  rand: drawing(() => torch.rand([3])),
  randn: drawing(() => torch.randn([30])),
  randint: drawing(() => torch.randint(0, 9, [3], { dtype: 'float32' })),
  randperm: drawing(() => torch.randperm(9)),
  bernoulli: drawing((x) => torch.bernoulli(x.div(2))),
  'normal of tensors': drawing((x) => torch.normal(x, x)),
  uniform_: drawing((x) => x.uniform_()),
  normal_: drawing((x) => x.normal_()),
  random_: drawing((x) => x.random_(5)),
  'random_ of integers': () => {
    const x = torch.zeros([4], { dtype: 'uint8' })
    return { run: () => x.random_(), state: () => [rng(), bits(x)] }
  },
  dropout: drawing((x) => torch.nn.functional.dropout(x, 0.5)),
  'Dropout in place': drawing((x) => new torch.nn.Dropout(0.5, true).forward(x)),
  'an order of a DataLoader': () => {
    const dataset = new torch.utils.data.TensorDataset(torch.ones([5]))
    const loader = new torch.utils.data.DataLoader(dataset, { shuffle: true })
    return { run: () => loader[Symbol.iterator]().next(), state: rng }
  },
  // Initialisation.
  kaiming_uniform_: drawing((x) => torch.nn.init.kaiming_uniform_(x)),
  xavier_normal_: drawing((x) => torch.nn.init.xavier_normal_(x)),
  orthogonal_: drawing((x) => torch.nn.init.orthogonal_(x)),
  trunc_normal_: drawing((x) => torch.nn.init.trunc_normal_(x)),
  'trunc_normal_ of a tail': drawing((x) => torch.nn.init.trunc_normal_(x, 0, 1, 1, 2)),
  dirac_: drawing((x) => torch.nn.init.dirac_(x), [4, 2, 3, 3]),
  eye_: drawing((x) => torch.nn.init.eye_(x)),
  constant_: drawing((x) => torch.nn.init.constant_(x, 4)),
  Linear: drawing(() => new torch.nn.Linear(3, 2)),
  Conv2d: drawing(() => new torch.nn.Conv2d(3, 2, 3)),
  Embedding: drawing(() => new torch.nn.Embedding(5, 2, 1)),
  'Linear.reset_parameters': () => {
    const layer = new torch.nn.Linear(3, 2)
    return { run: () => layer.reset_parameters(), state: () => [rng(), bits(layer.weight), bits(layer.bias)] }
  },
  // Changes in place, and passes back.
  mul_: () => {
    const x = torch.ones([3]).requires_grad_()
    const y = x.mul(torch.tensor([1, 2, 3]))
    const b = torch.tensor([4, 5, 6]).requires_grad_()
    const gradients = () => {
      const total = y.sum()
      x.grad = b.grad = null
      total.backward(null, { retain_graph: true })
      return [bits(x.grad), bits(b.grad)]
    }
    return { run: () => y.mul_(b), state: () => [bits(y), gradients()] }
  },
  backward: graph((x, y) => y.sigmoid().mul(x).sum().add(x.exp().sum())),
  'backward again': () => {
    const { run, state } = graph((x, y) => y.mul(x).sum())()
    const again = graph((x, y) => y.div(x.add(1)).sum())()
    again.run()
    return { run, state: () => [state(), again.state()] }
  },
  'backward with a retained gradient': graph(
    (x, y) => y.sigmoid().mul(x).sum(),
    (y) => y.retain_grad(),
  ),
  'backward with a retained gradient and a hook': graph(
    (_x, y) => y.mul(y).sum(),
    (y) => {
      y.retain_grad()
      y.register_hook((gradient) => gradient.mul(3))
    },
  ),
  'backward of a fused loss': graph((x, y) =>
    torch.nn.functional.multilabel_soft_margin_loss(y, x.detach().gt(0.5)).mul(3),
  ),
  'backward of a loss of its leaf': graph((x) =>
    // Times 3: for an upstream of 1 the gradient that forward made is the result, which takes no memory.
    torch.nn.functional.binary_cross_entropy_with_logits(x, x.detach().gt(0.5).float()).mul(3),
  ),
  'backward through relu of a loss': graph((x, y) =>
    torch.nn.functional.binary_cross_entropy_with_logits(y.relu(), x.detach().gt(0.5).float()),
  ),
  'backward of pooling and dropout': graph((_x, y) =>
    torch.nn.functional.dropout(torch.nn.functional.max_pool2d(y.reshape([1, 3, 4]), 2), 0.5).sum(),
  ),
  'backward of views that change': graph((x, y) => {
    const z = y.clone()
    z[0].mul_(x[1])
    z[1] = x[2]
    return z.mul(z).sum()
  }),
  'backward of layers': () => {
    const { loss, state } = model()
    const total = loss()
    return { run: () => total.backward(), state }
  },
  'backward of a convolution': () => {
    const layer = new torch.nn.Conv2d(2, 16, 3, { padding: 1 })
    const images = torch.rand([1, 2, 64, 64]).requires_grad_()
    const { max_pool2d } = torch.nn.functional
    const total = max_pool2d(layer.forward(images).relu(), 2).mul(2).sum()
    return {
      run: () => total.backward(),
      state: () => [images, layer.weight, layer.bias].map((x) => bits(x?.peekGrad ?? null)),
    }
  },
}

describe.each(Object.entries(works))('%s', (_, make) => {
  test('with all in linear memory', () => failEverywhere(make, false))
  test('with all of it spilled', () => failEverywhere(make, true))
})

describe('a hook that throws', () => {
  test.each([0, 1, 2, 3])('as number %i leaves a pass that can be tried again', (failing) => {
    const { functional } = torch.nn
    const x = torch.arange(12).reshape([3, 4]).div(7).requires_grad_()
    const seen: number[] = []
    let isFailing = true
    const asked = (z: Tensor, number: number) => {
      z.retain_grad()
      z.register_hook(() => {
        seen.push(number)
        if (number === failing && isFailing) throw new Error('a hook')
      })
      return z
    }
    asked(x, 3)
    const y = asked(x.mul(2), 2)
    const z = asked(y.relu(), 1)
    const loss = asked(functional.multilabel_soft_margin_loss(z, x.detach().gt(0.5)), 0)
    expect(() => loss.backward()).toThrow('a hook')
    expect([x, y, z, loss].map((tensor) => tensor.grad)).toEqual([null, null, null, null])
    isFailing = false
    loss.backward()
    const once = [x, y, z, loss].map((tensor) => [...(tensor.grad?.data() ?? [])])
    expect(once[3]).toEqual([1])
    const other = x.detach().requires_grad_()
    const middle = other.mul(2)
    middle.retain_grad()
    functional.multilabel_soft_margin_loss(middle.relu(), x.detach().gt(0.5)).backward()
    expect(once.slice(0, 2)).toEqual([other, middle].map((tensor) => [...(tensor.grad?.data() ?? [])]))
    // And what was saved is gone: this was the last pass.
    expect(() => loss.backward()).toThrow('Trying to backward through the graph a second time')
  })
})
