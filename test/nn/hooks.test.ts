import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { untyped } from '../support/errors.js'

const { Linear, Module, Sequential, Sigmoid } = torch.nn

describe('hooks', () => {
  function doubled(): torch.nn.Linear {
    const layer = new Linear(1, 1, { bias: false })
    torch.nn.init.constant_(layer.weight, 2)
    return layer
  }

  test('see inputs and output, in order, and change them', () => {
    const layer = doubled()
    const log: unknown[] = []
    layer.register_forward_pre_hook((module, inputs) => {
      log.push(['before', module === layer, inputs[0].item()])
    })
    layer.register_forward_pre_hook((_, [x]) => x.add(1))
    layer.register_forward_pre_hook((_, [x]) => [x.mul(10)])
    layer.register_forward_hook((_, [x], y) => {
      log.push(['after', x.item(), y.item()])
    })
    layer.register_forward_hook((_module, _inputs, y) => y.mul(3))
    layer.register_forward_hook(() => void log.push('first'), { prepend: true })
    layer.register_forward_pre_hook(() => void log.push('very first'), { prepend: true })
    expect(layer.forward(torch.tensor([4])).item()).toBe(300)
    expect(log).toEqual(['very first', ['before', true, 4], 'first', ['after', 50, 100]])
  })

  test('run wherever a module is called from, and part of autograd', () => {
    const model = new Sequential(doubled(), new Sigmoid())
    const seen: number[] = []
    model[0].register_forward_hook((_module, _inputs, y) => {
      seen.push((y as torch.Tensor).item())
    })
    model[1].register_forward_pre_hook((_, [x]) => x.mul(0))
    const x = torch.tensor([3], { requires_grad: true })
    const y = model.forward(x)
    expect([y.item(), ...seen]).toEqual([0.5, 6])
    y.backward()
    expect(x.grad?.tolist()).toEqual([0])
  })

  test('that register or remove others change the runs to come, not this one', () => {
    const layer = doubled()
    const log: string[] = []
    const last = layer.register_forward_hook(() => void log.push('removed'), { prepend: true })
    const first = layer.register_forward_hook(
      () => {
        log.push('first')
        last.remove()
        layer.register_forward_hook(() => void log.push('added'))
      },
      { prepend: true },
    )
    layer.forward(torch.tensor([1]))
    expect(log).toEqual(['first', 'removed'])
    first.remove()
    layer.forward(torch.tensor([1]))
    expect(log).toEqual(['first', 'removed', 'added'])
    const before = layer.register_forward_pre_hook(() => {
      before.remove()
      layer.register_forward_hook(() => void log.push('after'))
    })
    layer.forward(torch.tensor([1]))
    expect(log.slice(3)).toEqual(['added', 'after'])
  })

  test('buffers that are registered while they are gone through come next time', () => {
    const layer = doubled()
    layer.register_buffer('a', torch.ones([1]))
    for (const [name] of layer.named_buffers()) layer.register_buffer(`${name}a`, torch.ones([1]))
    expect([...layer.named_buffers()].map(([name]) => name)).toEqual(['a', 'aa'])
  })

  test('are taken away one by one, and leave no trace', () => {
    const layer = doubled()
    const plain = layer.forward
    const triple = (_module: unknown, _inputs: unknown, y: torch.Tensor) => y.mul(3)
    const handles = [layer.register_forward_hook(triple), layer.register_forward_hook(triple)]
    const run = () => layer.forward(torch.tensor([1])).item()
    expect(Object.keys(layer)).not.toContain('forward')
    expect(run()).toBe(18)
    handles[0].remove()
    handles[0].remove()
    expect(run()).toBe(6)
    handles[1].remove()
    expect(run()).toBe(2)
    expect(layer.forward).toBe(plain)
    expect(Object.hasOwn(layer, 'forward')).toBe(false)
    layer.register_forward_hook(triple)
    expect(run()).toBe(6)
  })

  test('may take themselves away while they run', () => {
    const layer = doubled()
    let runs = 0
    const handle = layer.register_forward_hook(() => {
      runs++
      handle.remove()
    })
    layer.forward(torch.tensor([1]))
    layer.forward(torch.tensor([1]))
    expect(runs).toBe(1)
  })

  test('go around a forward that was assigned to the module', () => {
    class Assigned extends Module {
      override forward = (x: torch.Tensor): torch.Tensor => x.add(1)
    }
    const module = new Assigned()
    const original = module.forward
    const handle = module.register_forward_hook((_module, _inputs, y) => y.mul(10))
    expect(module.forward(torch.tensor([1])).item()).toBe(20)
    module.forward = (x) => x.add(2)
    expect(module.forward(torch.tensor([1])).item()).toBe(30)
    module.forward = original
    handle.remove()
    expect(module.forward).toBe(original)
  })

  test('what cannot replace an output is an error, not an output', () => {
    const layer = doubled()
    const seen: torch.Tensor[] = []
    layer.register_forward_hook(
      untyped((_module: unknown, _inputs: unknown, y: torch.Tensor) => seen.push(y)),
    )
    expect(() => layer.forward(torch.tensor([1]))).toThrow(
      'register_forward_hook: a hook must return nothing or what replaces Tensor, but got 1',
    )
    const other = doubled()
    other.register_forward_pre_hook(untyped(async () => undefined))
    expect(() => other.forward(torch.tensor([1]))).toThrow(
      'register_forward_pre_hook: a hook must return nothing or what replaces Tensor, but got Promise',
    )
  })

  test('an error passes through', () => {
    const layer = doubled()
    layer.register_forward_pre_hook(() => {
      throw new Error('stop')
    })
    expect(() => layer.forward(torch.tensor([1]))).toThrow('stop')
    expect(() => layer.register_forward_hook(untyped(3))).toThrow('hook must be a function, but got 3')
  })
})
