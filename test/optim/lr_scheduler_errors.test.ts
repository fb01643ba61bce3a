import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { testRefused, testSentences, untyped } from '../support/errors.js'
import { leaf } from '../support/tensors.js'

const { Adagrad, SGD, lr_scheduler } = torch.optim
const {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  MultiplicativeLR,
  CosineAnnealingLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  OneCycleLR,
  ReduceLROnPlateau,
  SequentialLR,
  StepLR,
} = lr_scheduler

const two = () => new SGD([{ params: [leaf([0])] }, { params: [leaf([0])] }], { lr: 0.1 })

describe('bad input: torch’s sentence', () => {
  const over = () => {
    const schedule = new OneCycleLR(new SGD([leaf([0])], { momentum: 0.9 }), 0.1, { total_steps: 2 })
    for (let step = 0; step < 3; step++) schedule.step()
  }
  const milestones = () => {
    const optimizer = two()
    new SequentialLR(optimizer, [new StepLR(optimizer, 3), new ExponentialLR(optimizer, 0.5)], [])
  }
  const plateau = () => {
    const optimizer = two()
    const schedule = new ReduceLROnPlateau(optimizer, { min_lr: [0.1, 0.2], patience: 0 })
    optimizer.add_param_group({ params: [leaf([0])] })
    for (const loss of [1, 1]) schedule.step(loss)
  }
  const actions: Record<string, () => unknown> = {
    initial_lr: () => new StepLR(two(), 3, { last_epoch: 4 }),
    'not an optimizer': () => new StepLR(untyped(new torch.nn.Parameter(torch.zeros([2]))), 3),
    'LambdaLR: length': () => new LambdaLR(two(), [() => 1]),
    'ConstantLR: factor': () => new ConstantLR(two(), { factor: 2 }),
    'LinearLR: start_factor': () => new LinearLR(two(), { start_factor: 0 }),
    'LinearLR: end_factor': () => new LinearLR(two(), { end_factor: 2 }),
    'SequentialLR: none': () => new SequentialLR(two(), [], []),
    'SequentialLR: milestones': milestones,
    'OneCycleLR: total_steps': () => new OneCycleLR(two(), 0.1, { total_steps: 0 }),
    'OneCycleLR: no length': () => new OneCycleLR(two(), 0.1, { epochs: 3 }),
    'OneCycleLR: epochs': () => new OneCycleLR(two(), 0.1, { epochs: -3, steps_per_epoch: 3 }),
    'OneCycleLR: steps_per_epoch': () => new OneCycleLR(two(), 0.1, { epochs: 3, steps_per_epoch: 1.5 }),
    'OneCycleLR: pct_start': () => new OneCycleLR(two(), 0.1, { total_steps: 9, pct_start: 1.5 }),
    'OneCycleLR: anneal_strategy': () =>
      new OneCycleLR(two(), 0.1, { total_steps: 9, anneal_strategy: untyped('sine') }),
    'OneCycleLR: max_lr': () => new OneCycleLR(two(), [0.1], { total_steps: 9 }),
    'OneCycleLR: no momentum': () => new OneCycleLR(new Adagrad([leaf([0])]), 0.1, { total_steps: 9 }),
    'OneCycleLR: over': over,
    'MultiplicativeLR: length': () => new MultiplicativeLR(two(), [() => 1]),
    'CosineAnnealingWarmRestarts: T_0': () => new CosineAnnealingWarmRestarts(two(), 0),
    'CosineAnnealingWarmRestarts: T_mult': () => new CosineAnnealingWarmRestarts(two(), 3, 0),
    'CosineAnnealingWarmRestarts: epoch': () => new CosineAnnealingWarmRestarts(two(), 3).step(-1),
    'CyclicLR: no momentum': () => new CyclicLR(new Adagrad([leaf([0])]), 0.1, 0.2),
    'CyclicLR: max_lr': () => new CyclicLR(two(), 0.1, [0.2]),
    'CyclicLR: mode': () => new CyclicLR(two(), 0.1, 0.2, { mode: untyped('square') }),
    'ChainedScheduler: none': () => new ChainedScheduler([]),
    'ReduceLROnPlateau: factor': () => new ReduceLROnPlateau(two(), { factor: 1 }),
    'ReduceLROnPlateau: mode': () => new ReduceLROnPlateau(two(), { mode: untyped('least') }),
    'ReduceLROnPlateau: threshold_mode': () =>
      new ReduceLROnPlateau(two(), { threshold_mode: untyped('both') }),
    'ReduceLROnPlateau: min_lr': () => new ReduceLROnPlateau(two(), { min_lr: [0.1] }),
    'ReduceLROnPlateau: a group more': plateau,
  }

  testSentences('optim/lr_scheduler', actions)
})

describe('bad input: a clear sentence', () => {
  const another = () => new SequentialLR(two(), [new StepLR(two(), 3)], [])
  testRefused([
    ['gamma', () => new StepLR(two(), 3, untyped([0.1])), 'StepLR: gamma must be a number, but got Array'],
    [
      'step_size: keywords',
      () => new StepLR(two(), untyped({ stepSize: 3 })),
      "StepLR() got an unexpected keyword argument 'stepSize'; did you mean 'step_size'?",
    ],
    ['step_size 0', () => new StepLR(two(), 0), 'StepLR: step_size must be greater than 0, but got 0'],
    [
      'T_max NaN',
      () => new CosineAnnealingLR(two(), Number.NaN),
      'T_max must be greater than 0, but got NaN',
    ],
    [
      'a misspelt option',
      () => new CosineAnnealingLR(two(), 3, untyped({ min_lr: 3 })),
      "CosineAnnealingLR() got an unexpected keyword argument 'min_lr'; it has optimizer, T_max, eta_min, last_epoch",
    ],
    [
      'milestones',
      () => new MultiStepLR(two(), untyped(3)),
      'MultiStepLR: milestones must be an iterable, but got 3',
    ],
    [
      'a milestone',
      () => new MultiStepLR(two(), untyped(['3'])),
      'milestones must be a number, but got string 3',
    ],
    ['gamma', () => new ExponentialLR(two(), untyped('x')), 'gamma must be a number, but got string x'],
    ['lambda', () => new LambdaLR(two(), untyped([() => 1, 3])), 'lr_lambda should be a function, but got 3'],
    ['no lambda', () => new LambdaLR(two(), untyped(null)), 'lr_lambda should be a function, but got null'],
    [
      'lambda: result',
      () =>
        new LambdaLR(
          two(),
          untyped(() => 'x'),
        ),
      'the result of lr_lambda must be a number',
    ],
    [
      'metrics',
      () => new ReduceLROnPlateau(two()).step(untyped('0.5')),
      'metrics must be a number or a Tensor, but got string 0.5',
    ],
    ['epoch', () => new StepLR(two(), 3).step(untyped('3')), 'epoch must be a number, but got string 3'],
    ['SequentialLR: another optimizer', another, 'expects all schedulers to belong to the same optimizer'],
    [
      'SequentialLR: ReduceLROnPlateau',
      () => new SequentialLR(two(), [untyped(new ReduceLROnPlateau(two()))], []),
      'schedulers must be schedules that count steps, but got ReduceLROnPlateau at index 0',
    ],
    ['SequentialLR: no arrays', () => new SequentialLR(two(), untyped(3), []), 'schedulers must be an array'],
  ])

  test('a schedule that fails leaves the optimizer alone', () => {
    const optimizer = two()
    const before = JSON.stringify(optimizer.state_dict())
    for (const wrong of [
      () => new StepLR(optimizer, -1),
      () => new OneCycleLR(optimizer, 0.1),
      () => new LambdaLR(optimizer, () => untyped(null)),
    ]) {
      expect(wrong).toThrow()
      const { param_groups } = optimizer.state_dict()
      for (const group of param_groups) delete group.initial_lr
      expect(JSON.stringify({ state: {}, param_groups })).toBe(before)
    }
  })

  test('a learning rate of NaN', () => {
    const schedule = new ConstantLR(two(), { factor: 0, total_iters: 1 })
    expect(() => schedule.step()).toThrow('ConstantLR: the learning rates of epoch 1 would be NaN, NaN')
    expect(schedule.last_epoch).toBe(0)
    expect(schedule.get_last_lr()).toEqual([0, 0])
  })

  test('a step that fails can be taken again', () => {
    let isReady = true
    const optimizer = two()
    const schedule = new LambdaLR(optimizer, (epoch) => {
      if (!isReady) throw new Error('not yet')
      return 1 / (1 + epoch)
    })
    isReady = false
    expect(() => schedule.step()).toThrow('not yet')
    expect(schedule.get_last_lr()).toEqual([0.1, 0.1])
    isReady = true
    schedule.step()
    expect(schedule.get_last_lr()).toEqual([0.05, 0.05])
  })

  const states: [string, unknown, string][] = [
    ['null', null, 'Expected state_dict to be dict-like, got null.'],
    ['gamma', { gamma: '0.5' }, 'StepLR: gamma of the state_dict must be like 0.1, but got string 0.5'],
    [
      'base_lrs',
      { last_epoch: 7, base_lrs: [0.1, '0.1'] },
      'base_lrs of the state_dict must be like [0.1,0.1]',
    ],
    ['base_lrs: none', { base_lrs: 3 }, 'base_lrs of the state_dict must be like [0.1,0.1], but got 3'],
  ]
  test.each(states)('state_dict: %s', (_name, state_dict, sentence) => {
    const schedule = new StepLR(two(), 3)
    const before = schedule.state_dict()
    expect(() => schedule.load_state_dict(untyped(state_dict))).toThrow(sentence)
    expect(schedule.state_dict()).toEqual(before)
  })

  test('a state_dict has no say over methods', () => {
    const schedule = new StepLR(two(), 1)
    schedule.load_state_dict({ step: 3, ratesAt: 3, optimizer: 3, ['__proto__']: { gamma: 0.5 } })
    schedule.step()
    expectClose(schedule.get_last_lr(), [0.01, 0.01])
  })

  test('SequentialLR takes all of a state_dict or nothing', () => {
    const optimizer = two()
    const create = () => new SequentialLR(optimizer, [new LinearLR(optimizer), new StepLR(optimizer, 3)], [5])
    const schedule = create()
    const before = schedule.state_dict()
    const [linear, steps] = before._schedulers as Record<string, unknown>[]
    for (const _schedulers of [
      undefined,
      [linear],
      [{ ...linear, last_epoch: 3 }, { ...steps, gamma: null }, 3],
    ]) {
      expect(() => schedule.load_state_dict({ ...before, last_epoch: 4, _schedulers })).toThrow()
      expect(schedule.state_dict()).toEqual(before)
    }
  })

  test('ReduceLROnPlateau: a mode of a state_dict', () => {
    const schedule = new ReduceLROnPlateau(two())
    expect(() => schedule.load_state_dict({ mode: 'least' })).toThrow(
      'mode of the state_dict must be like "min", but got string least',
    )
    expect(schedule.mode).toBe('min')
  })
})
