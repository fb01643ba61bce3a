/** Layers that apply an activation: as torch prints them, and what they compute, in place too. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'

const { nn } = torch
const F = nn.functional
const x = () => torch.tensor([-4, -1, -0.25, 0, 0.25, 1, 4, 30])

/** Each layer, its text in torch, and its function. */
const LAYERS: [
  InstanceType<typeof nn.Module> & { forward(input: torch.Tensor): torch.Tensor },
  string,
  (x: torch.Tensor) => torch.Tensor,
][] = [
  [new nn.ELU(), 'ELU(alpha=1.0)', (x) => F.elu(x)],
  [new nn.ELU(0.5, true), 'ELU(alpha=0.5, inplace=True)', (x) => F.elu(x, 0.5)],
  [new nn.CELU({ alpha: 2 }), 'CELU(alpha=2.0)', (x) => F.celu(x, 2)],
  [new nn.SELU(), 'SELU()', (x) => F.selu(x)],
  [new nn.Hardtanh(-0.5, 2), 'Hardtanh(min_val=-0.5, max_val=2.0)', (x) => F.hardtanh(x, -0.5, 2)],
  [new nn.ReLU6({ inplace: true }), 'ReLU6(inplace=True)', (x) => F.relu6(x)],
  [new nn.Threshold(0.1, 20), 'Threshold(threshold=0.1, value=20)', (x) => F.threshold(x, 0.1, 20)],
  [new nn.Hardshrink(), 'Hardshrink(0.5)', (x) => F.hardshrink(x)],
  [new nn.Softshrink(0.75), 'Softshrink(0.75)', (x) => F.softshrink(x, { lambd: 0.75 })],
  [new nn.PReLU(), 'PReLU(num_parameters=1)', (x) => F.prelu(x, torch.tensor([0.25]))],
  [new nn.RReLU(0.125, 0.375).eval(), 'RReLU(lower=0.125, upper=0.375)', (x) => F.leaky_relu(x, 0.25)],
  [new nn.Hardswish(), 'Hardswish()', (x) => F.hardswish(x)],
  [new nn.Hardsigmoid(true), 'Hardsigmoid(inplace=True)', (x) => F.hardsigmoid(x)],
  [new nn.Mish(), 'Mish()', (x) => F.mish(x)],
  [new nn.Softplus(2), 'Softplus(beta=2.0, threshold=20.0)', (x) => F.softplus(x, 2)],
  [new nn.Softsign(), 'Softsign()', (x) => F.softsign(x)],
  [new nn.Tanhshrink(), 'Tanhshrink()', (x) => F.tanhshrink(x)],
  [new nn.LogSigmoid(), 'LogSigmoid()', (x) => F.logsigmoid(x)],
  [new nn.GLU(), 'GLU(dim=-1)', (x) => F.glu(x, 0)],
  [new nn.Softmin(0), 'Softmin(dim=0)', (x) => F.softmax(x.neg(), 0)],
]

describe('layers', () => {
  test.each(LAYERS)('%s', (layer, text, run) => {
    expect(String(layer)).toBe(text)
    const input = x()
    const output = layer.forward(input)
    expect(output.tolist()).toEqual(run(x()).tolist())
    const changes = 'inplace' in layer && layer.inplace === true
    expect(input.tolist()).toEqual(changes ? output.tolist() : x().tolist())
  })

  test('CELU of a negative alpha grows below 0', () => {
    const given = torch.tensor([-80, -3, -1e-3, 0, 2, Number.NEGATIVE_INFINITY], { requires_grad: true })
    const result = F.celu(given, -2)
    result.sum().backward()
    // What torch gives.
    const { NEGATIVE_INFINITY: low, POSITIVE_INFINITY: high } = Number
    expectClose(result.data(), [-4.707705406808392e17, -6.963377952575684, -0.0010002501076087356, 0, 2, low])
    expectClose(given.grad?.data() ?? [], [
      2.353852703404196e17,
      4.481688976287842,
      1.0005000829696655,
      1,
      1,
      high,
    ])
  })

  test('Softmax2d over channels', () => {
    expect(new nn.Softmax2d().forward(torch.zeros([1, 2, 1, 1])).tolist()).toEqual([[[[0.5]], [[0.5]]]])
    expect(() => new nn.Softmax2d().forward(x())).toThrow('expected input to be 3D or 4D, got 1D')
  })

  test('PReLU learns a slope for each channel', () => {
    const layer = new nn.PReLU(2, 0.5)
    layer
      .forward(
        torch.tensor([
          [-1, -2],
          [3, -4],
        ]),
      )
      .sum()
      .backward()
    expect(layer.weight.grad?.tolist()).toEqual([-1, -6])
  })
})

test('functions in place', () => {
  for (const run of [F.elu_, F.selu_, F.celu_, F.hardtanh_]) {
    const input = x()
    expect(run(input)).toBe(input)
    expect(input.tolist()).not.toEqual(x().tolist())
  }
  const input = x().requires_grad_().mul(1)
  F.leaky_relu(input, 0.5, true)
  F.relu(input, { inplace: true })
  expect(input.tolist()).toEqual(x().clamp(0).tolist())
})

test('what torch refuses', () => {
  expect(() => F.hardtanh(x(), 2, 1)).toThrow('min_val cannot be greater than max_val')
  expect(() => F.softshrink(x(), -1)).toThrow('lambda must be greater or equal to 0, but found to be -1.')
  expect(() => F.celu(x(), 0)).toThrow('alpha cannot be 0 for CELU')
  expect(() => F.glu(torch.ones([3]))).toThrow('Halving dimension must be even, but dimension 0 is size 3')
  expect(() => F.prelu(torch.ones([2, 3]), torch.ones([2]))).toThrow('Mismatch of parameter numbers')
  expect(() => new nn.RReLU().forward(x())).toThrow('random slopes is not supported')
  expect(() => torch.tensor([1, 2], { dtype: 'int32' }).floor_divide(0)).toThrow('ZeroDivisionError')
})
