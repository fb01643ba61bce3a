import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testSentences, untyped } from '../support/errors.js'
import { names, testModules } from '../support/modules.js'

const {
  Embedding,
  EmbeddingBag,
  GELU,
  Identity,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  Module,
  ModuleDict,
  ModuleList,
  Parameter,
  ParameterList,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Tanh,
} = torch.nn

const { ones, zeros } = torch

/** As in test/nn/modules.py. */
class Net extends Module {
  first = new Linear(2, 2)
  body = new Sequential(new Linear(2, 3), new ReLU())
  scale = new Parameter(ones([3]))
  number = 5

  constructor() {
    super()
    this.register_buffer('seen', zeros([2]))
    this.register_buffer('passing', zeros([1]), { persistent: false })
    this.register_buffer('nothing', null)
  }

  override forward(x: torch.Tensor): torch.Tensor {
    return this.body.forward(this.first.forward(x))
  }
}

class Described extends Module {
  layer = new Linear(1, 1)
  override extra_repr(): string {
    return 'size=1'
  }
}

class TwoLines extends Module {
  override extra_repr(): string {
    return 'size=1\nkind=2'
  }
}

/** `module`, after `change`. */
function after<M>(module: M, change: (module: M) => unknown): M {
  change(module)
  return module
}

const modules: Record<string, () => torch.nn.Module> = {
  Net: () => new Net(),
  Described: () => new Described(),
  TwoLines: () => new TwoLines(),
  Module: () => new Module(),
  Tanh: () => new Tanh(),
  SiLU: () => new SiLU(),
  GELU: () => new GELU(),
  'GELU by tanh': () => new GELU({ approximate: 'tanh' }),
  LeakyReLU: () => new LeakyReLU(),
  'LeakyReLU 1e-5': () => new LeakyReLU(1e-5),
  Softmax: () => new Softmax(1),
  LogSoftmax: () => new LogSoftmax(-1),
  Identity: () => new Identity(3, 4),
  LayerNorm: () => new LayerNorm(3),
  'LayerNorm of a shape': () => new LayerNorm([2, 3], { eps: 1e-3 }),
  'LayerNorm, plain': () => new LayerNorm(3, { elementwise_affine: false }),
  'LayerNorm without bias': () => new LayerNorm(3, { bias: false }),
  Embedding: () => new Embedding(4, 3),
  'Embedding, padding': () => new Embedding(4, 3, { padding_idx: -1 }),
  EmbeddingBag: () => new EmbeddingBag(4, 3),
  'EmbeddingBag, max, padding': () =>
    new EmbeddingBag(4, 3, { mode: 'max', include_last_offset: true, padding_idx: 1 }),
  'Sequential by name': () => new Sequential({ hidden: new Linear(2, 2), act: new Tanh() }),
  'Sequential, sliced': () => new Sequential(new Linear(2, 2), new ReLU(), new Linear(2, 1)).slice(1),
  'Sequential, sliced from the end': () =>
    new Sequential(new Linear(2, 2), new ReLU(), new Linear(2, 1)).slice(0, -1),
  'Sequential, appended': () => new Sequential(new ReLU()).append(new Linear(1, 1)),
  'Sequential, extended': () => new Sequential(new ReLU()).extend([new Tanh(), new Linear(1, 1)]),
  'Sequential, inserted': () => new Sequential(new ReLU(), new Tanh()).insert(1, new Linear(1, 1)),
  'Sequential, inserted from the end': () =>
    new Sequential(new ReLU(), new Tanh()).insert(-1, new Linear(1, 1)),
  'Sequential, popped': () =>
    after(new Sequential(new ReLU(), new Tanh(), new Linear(1, 1)), (s) => s.pop(0)),
  ModuleList: () => new ModuleList([new Linear(4, 3), new Linear(3, 2)]),
  'ModuleList of equals': () =>
    new ModuleList([new Linear(1, 1), new Linear(1, 1), new ReLU(), new ReLU(), new Linear(1, 1)]),
  'ModuleList of sequences': () =>
    new ModuleList([1, 2].map(() => new Sequential(new Linear(1, 1), new ReLU()))),
  'empty ModuleList': () => new ModuleList(),
  'ModuleList, sliced': () => new ModuleList([new ReLU(), new Tanh(), new Sigmoid()]).slice(1),
  ModuleDict: () => new ModuleDict({ topic: new Linear(2, 3), mood: new Linear(2, 1) }),
  'ModuleDict of pairs': () =>
    new ModuleDict([
      ['act', new ReLU()],
      ['last', new Linear(1, 1)],
    ]),
  'ModuleDict, updated': () =>
    after(new ModuleDict<Record<string, torch.nn.Module>>({ a: new ReLU() }), (dict) =>
      dict.update({ b: new Tanh(), a: new GELU() }),
    ),
  'ModuleDict, popped': () =>
    after(new ModuleDict({ a: new ReLU(), b: new Tanh() }), (dict) => dict.pop('a')),
  'empty ModuleDict': () => new ModuleDict(),
  ParameterList: () => new ParameterList([ones([2, 3]), torch.tensor(1)]),
  'ParameterList of one': () => new ParameterList([ones([2])]),
  'ParameterList, appended': () => new ParameterList([ones([2])]).append(ones([3])).extend([ones([4])]),
  'empty ParameterList': () => new ParameterList(),
  shared: () => {
    const layer = new Linear(1, 1)
    return new Sequential(layer, new ReLU(), layer)
  },
  tied: () => {
    const [encoder, decoder] = [new Linear(2, 2), new Linear(2, 2)]
    decoder.register_parameter('weight', encoder.weight)
    return new Sequential(encoder, decoder)
  },
  added: () =>
    after(new Net(), (net) => {
      net.add_module('last', new Tanh())
      net.register_module('first', new ReLU())
    }),
  registered: () =>
    after(new Net(), (net) => {
      net.register_parameter('bias', new Parameter(ones([2])))
      net.register_parameter('later', null)
      net.register_buffer('seen', ones([1]), { persistent: false })
    }),
}

const errors: Record<string, () => unknown> = {
  'register_buffer: dot': () => new Net().register_buffer('a.b', ones([1])),
  'register_buffer: empty': () => new Net().register_buffer('', ones([1])),
  'register_buffer: taken': () => new Net().register_buffer('number', ones([1])),
  'register_buffer: module': () => new Net().register_buffer('first', ones([1])),
  'register_buffer: parameter': () => new Net().register_buffer('scale', ones([1])),
  'register_buffer: forward': () => new Net().register_buffer('forward', ones([1])),
  'register_parameter: dot': () => new Net().register_parameter('a.b', null),
  'register_parameter: empty': () => new Net().register_parameter('', null),
  'register_parameter: taken': () => new Net().register_parameter('number', new Parameter(ones([1]))),
  'register_parameter: buffer': () => new Net().register_parameter('seen', new Parameter(ones([1]))),
  'register_parameter: reserved buffer': () =>
    new Net().register_parameter('nothing', new Parameter(ones([1]))),
  'add_module: dot': () => new Net().add_module('a.b', new ReLU()),
  'add_module: empty': () => new Net().add_module('', new ReLU()),
  'add_module: taken': () => new Net().add_module('number', new ReLU()),
  'get_submodule: none': () => new Net().get_submodule('body.5'),
  'get_submodule: parameter': () => new Net().get_submodule('scale'),
  'get_submodule: below a parameter': () => new Net().get_submodule('body.0.weight'),
  'get_parameter: none': () => new Net().get_parameter('body.0.foo'),
  'get_parameter: buffer': () => new Net().get_parameter('seen'),
  'get_parameter: module': () => new Net().get_parameter('body'),
  'get_buffer: none': () => new Net().get_buffer('foo'),
  'get_buffer: parameter': () => new Net().get_buffer('scale'),
  'get_buffer: number': () => new Net().get_buffer('number'),
  'load_state_dict: not persistent': () =>
    new Net().load_state_dict({ ...new Net().state_dict(), passing: ones([1]) }),
  'load_state_dict: no buffer': () => {
    const { seen, ...others } = new Net().state_dict()
    return new Net().load_state_dict(others)
  },
  'load_state_dict: reserved': () =>
    new Net().load_state_dict({ ...new Net().state_dict(), nothing: ones([1]) }),
  'load_state_dict: size': () =>
    new Net().load_state_dict({ ...new Net().state_dict(), scale: ones([1, 3]) }),
  train: () => new Net().train(untyped('x')),
  forward: () => new ModuleList([new ReLU()]).forward(),
  'forward of ModuleDict': () => new ModuleDict().forward(),
  'forward of ParameterList': () => new ParameterList().forward(),
  'Sequential: index': () => new Sequential(new ReLU()).at(1),
  'Sequential: index from the end': () => new Sequential(new ReLU()).at(-2),
  'Sequential: pop': () => new Sequential(new ReLU()).pop(3),
  'ModuleList: index': () => new ModuleList([new ReLU()]).at(1),
  'ModuleList: pop': () => new ModuleList([new ReLU()]).pop(5),
  'ParameterList: index': () => new ParameterList([ones([1])]).at(1),
  'Embedding: padding': () => new Embedding(4, 3, { padding_idx: 4 }),
  'Embedding: weight': () => new Embedding(4, 3, { _weight: ones([3, 3]) }),
  'LayerNorm: input': () => new LayerNorm(4).forward(ones([2, 3])),
  GELU: () => new GELU({ approximate: untyped('x') }),
  'Softmax: dim': () => new Softmax(3).forward(ones([2, 3])),
}

testModules('nn/modules', modules)

testSentences('nn/modules', errors, (message) => message.replace(/\.$/, ''))

describe('walking', () => {
  test('prefix, recurse and remove_duplicate', () => {
    const net = new Net()
    expect(names(net.named_parameters({ recurse: false }))).toEqual(['scale'])
    expect(names(net.named_parameters({ prefix: 'net', recurse: false }))).toEqual(['net.scale'])
    expect(names(net.named_buffers({ prefix: 'net' }))).toEqual(['net.seen', 'net.passing'])
    expect(names(net.named_modules({ prefix: 'net' })).slice(0, 2)).toEqual(['net', 'net.first'])
    expect(Object.keys(net.state_dict({ prefix: 'net.' }))[0]).toBe('net.scale')
    expect([...net.parameters({ recurse: false })]).toEqual([net.scale])
    expect([...net.buffers({ recurse: false })].length).toBe(2)
    const shared = modules.shared()
    expect(names(shared.named_children())).toEqual(['0', '1'])
    expect(names(shared.named_modules({ remove_duplicate: false }))).toEqual(['', '0', '1', '2'])
    expect(names(shared.named_parameters({ remove_duplicate: false }))).toEqual([
      '0.weight',
      '0.bias',
      '2.weight',
      '2.bias',
    ])
  })

  test('a module inside itself ends every walk', () => {
    const net = new Net()
    Object.assign(net, { self: net })
    expect(names(net.named_modules()).length).toBe(5)
    expect(names(net.named_modules({ remove_duplicate: false })).length).toBe(5)
    expect(Object.keys(net.state_dict()).length).toBe(6)
    expect(String(net)).toContain('(self): Net(...)')
  })

  test('a layer that is there twice runs twice', () => {
    const layer = new Linear(1, 1, { bias: false })
    torch.nn.init.constant_(layer.weight, 3)
    expect(new Sequential(layer, new ReLU(), layer).forward(ones([1, 1])).item()).toBe(9)
  })

  test('null reserves a name', () => {
    const net = new Net()
    net.add_module('later', null)
    net.register_parameter('bias', null)
    expect([Object.keys(net).slice(-2), names(net.named_children())]).toEqual([
      ['later', 'bias'],
      ['first', 'body'],
    ])
    net.add_module('later', new ReLU())
    net.register_parameter('bias', new Parameter(ones([1])))
    expect([net.get_submodule('later'), net.get_parameter('bias').tolist()]).toEqual([expect.any(ReLU), [1]])
    expect(() => net.add_module('next', untyped(3))).toThrow('Net: 3 is not a Module subclass')
    expect(() => net.add_module(untyped(3), null)).toThrow(
      'Module.add_module: name must be a string, but got 3',
    )
    expect(() => net.register_parameter('next', untyped(ones([1])))).toThrow(
      "cannot assign 'Tensor' to parameter 'next' (torch.nn.Parameter or null required)",
    )
  })

  test('get_ finds what the names say', () => {
    const net = new Net()
    expect(net.get_submodule('')).toBe(net)
    expect(net.get_submodule('body.0')).toBe(net.body[0])
    expect(net.get_parameter('scale')).toBe(net.scale)
    expect(net.get_parameter('body.0.weight').shape).toEqual([3, 2])
    expect(net.get_buffer('seen')?.tolist()).toEqual([0, 0])
    expect(net.get_buffer('passing')?.tolist()).toEqual([0])
    expect(net.get_buffer('nothing')).toBeNull()
    expect(() => net.get_submodule(untyped(3))).toThrow('get_submodule: target must be a string, but got 3')
    expect(() => net.get_buffer(untyped(null))).toThrow('get_buffer: target must be a string, but got null')
  })

  test('apply goes from the inside out', () => {
    const seen: string[] = []
    new Net().apply((module) => seen.push(module.constructor.name))
    expect(seen).toEqual(['Linear', 'Linear', 'ReLU', 'Sequential', 'Net'])
  })

  test('state_dict shares memory; keep_vars gives the parameters themselves', () => {
    const net = new Net()
    const { scale } = net.state_dict()
    scale.fill_(7)
    expect([net.scale.tolist(), scale.requires_grad]).toEqual([[7, 7, 7], false])
    expect(net.state_dict({ keep_vars: true }).scale).toBe(net.scale)
  })

  test('tied weights learn as one', () => {
    const tied = modules.tied()
    tied.zero_grad()
    expect([...tied.parameters()].length).toBe(3)
    const x = ones([1, 2])
    ;(tied as torch.nn.Sequential).forward(x).sum().backward()
    const [weight] = tied.parameters()
    expect(weight.grad?.shape).toEqual([2, 2])
    expect(tied.get_parameter('1.weight')).toBe(weight)
  })
})
