import * as kernels from '#kernels'
import { describe } from '../check.js'
import { ValueError } from '../errors.js'
import { launch } from '../memory/residency.js'
import { zeros } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { checkNotNegative, Optimizer, type Params } from './optimizer.js'

export interface AdamOptions {
  lr: number
  /** Decay of the running means of the gradient and of its square. */
  betas: readonly [number, number]
  eps: number
  weight_decay: number
  amsgrad: boolean
  maximize: boolean
}

interface State {
  step: number
  mean: Tensor
  square: Tensor
  /** Greatest `square` so far, with amsgrad. */
  maximum: Tensor | null
}

const DEFAULTS: AdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weight_decay: 0,
  amsgrad: false,
  maximize: false,
}

/**
 * Adam (Kingma & Ba 2015); `weight_decay` is added to the gradient. Source: torch.optim.Adam.
 *
 * @example new torch.optim.Adam(model.parameters(), { lr: 1e-3 })
 */
export class Adam extends Optimizer<AdamOptions> {
  /** Whether weight decay acts on the parameter instead of the gradient. */
  protected readonly decoupled: boolean = false
  private readonly states = new WeakMap<Tensor, State>()

  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, { ...DEFAULTS, ...options })
  }

  protected override check({ lr, betas, eps, weight_decay }: AdamOptions): void {
    checkNotNegative('learning rate', lr)
    checkNotNegative('epsilon value', eps)
    if (!Array.isArray(betas) || betas.length !== 2) {
      throw new ValueError(`Invalid betas: they must be an array of two numbers, but got ${describe(betas)}`)
    }
    betas.forEach((beta, i) => {
      const isValid = typeof beta === 'number' && beta >= 0 && beta < 1
      if (!isValid) throw new ValueError(`Invalid beta parameter at index ${i}: ${describe(beta)}`)
    })
    checkNotNegative('weight_decay value', weight_decay)
  }

  protected override update(parameter: Tensor, gradient: Tensor, options: AdamOptions): void {
    const { lr, eps, weight_decay, amsgrad, maximize } = options
    const [beta1, beta2] = options.betas
    const state = this.states.get(parameter) ?? this.start(parameter)
    if (amsgrad) state.maximum ??= zeros(parameter.shape)
    launch(() => {
      const [p, g, m, v] = [parameter, gradient, state.mean, state.square].map((tensor) => tensor.pointer())
      state.step++
      kernels.adam(
        p,
        g,
        m,
        v,
        amsgrad && state.maximum !== null ? state.maximum.pointer() : 0,
        parameter.numel(),
        lr / (1 - beta1 ** state.step),
        beta1,
        beta2,
        eps,
        Math.sqrt(1 - beta2 ** state.step),
        this.decoupled ? 0 : weight_decay,
        this.decoupled ? 1 - lr * weight_decay : 1,
        Boolean(maximize),
      )
    })
  }

  private start(parameter: Tensor): State {
    const state = { step: 0, mean: zeros(parameter.shape), square: zeros(parameter.shape), maximum: null }
    this.states.set(parameter, state)
    return state
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019), 0.01 by default. Source: torch.optim.AdamW.
 *
 * @example new torch.optim.AdamW(model.parameters(), { lr: 1e-3, weight_decay: 0.05 })
 */
export class AdamW extends Adam {
  protected override readonly decoupled = true

  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, { weight_decay: 0.01, ...options })
  }
}
