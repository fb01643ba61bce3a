import { checkNumber, describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { enable_grad, no_grad } from '../graph/grad_mode.js'
import { unscoped } from '../memory/scope.js'
import { add, mul, sub } from '../ops/elementwise/binary.js'
import { abs, neg } from '../ops/elementwise/math.js'
import { amax } from '../ops/reduce/extreme.js'
import { sum } from '../ops/reduce/reduce.js'
import { copy_ } from '../ops/shape/in_place.js'
import { cat } from '../ops/shape/join.js'
import { narrow } from '../ops/shape/slice.js'
import { reshape } from '../ops/shape/view.js'
import { copyEach, duplicate } from '../tensor/copy.js'
import { zeros } from '../tensor/create.js'
import { formatSize } from '../tensor/format.js'
import { Tensor } from '../tensor/tensor.js'
import { type Point, strongWolfe } from './line_search.js'
import { checkNotNegative, type Keywords, Optimizer, type Params, type Rate } from './optimizer.js'
import type { OptimizerStateDict } from './state_dict.js'

/** Options of LBFGS. */
export interface LBFGSOptions {
  /** 1 by default. */
  lr: number
  /** The most iterations of a step; 20 by default. */
  max_iter: number
  /** The most evaluations of a step; null, the default, for 1.25 times `max_iter`. */
  max_eval: number | null
  /** Ends a step if no element of the gradient is larger; 1e-7 by default. */
  tolerance_grad: number
  /** Ends a step if loss or parameters change less; 1e-9 by default. */
  tolerance_change: number
  /** The number of past steps that are kept; 100 by default. */
  history_size: number
  /** 'strong_wolfe', or null for steps of fixed length. */
  line_search_fn: 'strong_wolfe' | null
  /** Maximises instead of minimises. */
  maximize: boolean
}

/** Keyword arguments of LBFGS. */
export type LBFGSArguments = Keywords<LBFGSOptions>

const LBFGS_SIGNATURE = signature(
  'LBFGS',
  'params: value',
  'lr: number|Tensor = 1',
  'max_iter: int = 20',
  'max_eval: int = None',
  'tolerance_grad: number = 1e-7',
  'tolerance_change: number = 1e-9',
  'history_size: int = 100',
  'line_search_fn: str = None',
  '*',
  'maximize: bool = False',
)
const STEP = signature('LBFGS.step', 'closure: function')

/** What an optimizer keeps between steps, by torch's names. */
interface Memory {
  func_evals: number
  n_iter: number
  d: Tensor | null
  t: number
  old_dirs: Tensor[]
  old_stps: Tensor[]
  ro: number[]
  H_diag: number
  prev_flat_grad: Tensor | null
  prev_loss: number
}

/** What has an entry for each past step. */
const LISTS = ['old_dirs', 'old_stps', 'ro'] as const

const NOTHING: Memory = {
  func_evals: 0,
  n_iter: 0,
  d: null,
  t: 0,
  old_dirs: [],
  old_stps: [],
  ro: [],
  H_diag: 1,
  prev_flat_grad: null,
  prev_loss: 0,
}

const dot = (a: Tensor, b: Tensor): number => sum(mul(a, b)).item()
const largest = (x: Tensor): number => (x.numel() === 0 ? 0 : amax(abs(x)).item())
const numberOf = (loss: unknown): number => (loss instanceof Tensor ? loss.item() : Number(loss))

/**
 * The quasi-Newton method with limited memory. A step evaluates the closure several times, and there is only one group.
 * Source: torch.optim.LBFGS.
 *
 * @throws TypeError for options of another type; ValueError for options out of range, or several groups
 * @example
 * const optimizer = new torch.optim.LBFGS(model.parameters(), { line_search_fn: 'strong_wolfe' })
 * optimizer.step(() => {
 *   optimizer.zero_grad()
 *   const loss = loss_fn.forward(model.forward(x), y)
 *   loss.backward()
 *   return loss
 * })
 */
export class LBFGS extends Optimizer<LBFGSOptions, never> {
  private memory: Memory = copyOf(NOTHING)

  constructor(
    params: Params<LBFGSOptions>,
    lr?: Rate | LBFGSArguments,
    max_iter?: number | LBFGSArguments,
    max_eval?: number | null | LBFGSArguments,
    tolerance_grad?: number | LBFGSArguments,
    tolerance_change?: number | LBFGSArguments,
    history_size?: number | LBFGSArguments,
    line_search_fn?: 'strong_wolfe' | null | LBFGSArguments,
    options?: Pick<LBFGSArguments, 'maximize'>,
  )
  constructor(...args: unknown[]) {
    const [params, lr, max_iter, max_eval, ...rest] = LBFGS_SIGNATURE.read(args)
    const [tolerance_grad, tolerance_change, history_size, search, maximize] = rest
    super(params, {
      lr,
      max_iter,
      max_eval: max_eval ?? Math.floor((max_iter * 5) / 4),
      tolerance_grad,
      tolerance_change,
      history_size,
      line_search_fn: search as 'strong_wolfe',
      maximize,
    })
    if (this.param_groups.length !== 1) {
      throw new ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
    }
  }

  /** @internal */
  protected override get declared() {
    return LBFGS_SIGNATURE
  }

  protected override check(options: LBFGSOptions, isNew: boolean): void {
    checkNotNegative('learning rate', options.lr, isNew)
    for (const name of ['max_iter', 'tolerance_grad', 'tolerance_change', 'history_size'] as const) {
      checkNumber('LBFGS', name, options[name])
    }
  }

  protected override stateNames() {
    return []
  }

  protected override update(): void {
    throw new RuntimeError('LBFGS: step needs a closure')
  }

  /**
   * Minimises along directions of the inverse Hessian, until a tolerance or the number of iterations or evaluations is reached.
   *
   * @param closure clears the gradients, computes the loss, calls `backward()` and returns the loss
   * @returns the first loss
   */
  override step(closure?: null): never
  override step<T>(closure: () => T): T
  override step(...args: unknown[]): unknown {
    const [closure] = STEP.read(args) as [() => unknown]
    const evaluate = () => enable_grad(closure)
    return no_grad(() => this.attempt(evaluate))
  }

  /** All or nothing: what an evaluation within throws leaves parameters and memory as they were. */
  private attempt(closure: () => unknown): unknown {
    const memory = copyOf(this.memory)
    const parameters: (readonly [Tensor, Tensor])[] = []
    let isFirst = true
    try {
      return this.minimize(() => {
        const loss = closure()
        if (isFirst) {
          const copies = unscoped(() => this.param_groups[0].params.map((x) => [x, duplicate(x)] as const))
          parameters.push(...copies)
        }
        isFirst = false
        return loss
      })
    } catch (error) {
      copyEach(parameters)
      this.memory = memory
      throw error
    }
  }

  private minimize(closure: () => unknown): unknown {
    const [{ params, ...options }] = this.param_groups
    this.check({ ...options } as LBFGSOptions, false)
    if (options.line_search_fn !== null && options.line_search_fn !== 'strong_wolfe')
      throw new RuntimeError("only 'strong_wolfe' is supported")
    const sign = options.maximize ? -1 : 1
    const first = closure()
    if (params.length === 0) return first
    const memory = this.memory
    let loss = sign * numberOf(first)
    let gradient = this.flatGradient(sign)
    let evaluations = 1
    memory.func_evals++
    const isOptimal = () => largest(gradient) <= options.tolerance_grad
    if (isOptimal()) return first

    const limit = options.max_eval ?? Math.floor((options.max_iter * 5) / 4)
    for (let iteration = 1; iteration <= options.max_iter; iteration++) {
      memory.n_iter++
      const current = gradient
      const direction = unscoped(() => this.direction(current))
      memory.d = direction
      memory.prev_flat_grad = gradient
      memory.prev_loss = loss
      memory.t = memory.n_iter === 1 ? Math.min(1, 1 / sum(abs(gradient)).item()) * options.lr : options.lr
      const slope = dot(gradient, direction)
      if (slope > -options.tolerance_change) break

      let used = 0
      if (options.line_search_fn === null) {
        this.move(params.map(duplicate), memory.t, direction)
        if (iteration !== options.max_iter) {
          loss = sign * numberOf(closure())
          gradient = this.flatGradient(sign)
          used = 1
        }
      } else {
        const start = unscoped(() => params.map(duplicate))
        const at = (t: number): Point<Tensor> => {
          this.move(start, t, direction)
          const value = sign * numberOf(closure())
          const found = this.flatGradient(sign)
          for (const [i, parameter] of params.entries()) copy_(parameter, start[i])
          return { t, loss: value, gradient: found, slope: dot(found, direction) }
        }
        const from = { t: 0, loss, gradient, slope }
        const size = largest(direction)
        const most = limit - evaluations
        const found = strongWolfe(at, from, memory.t, size, options.tolerance_change, most)
        ;({ loss, gradient, t: memory.t } = found.point)
        used = found.evaluations
        this.move(start, memory.t, direction)
      }
      evaluations += used
      memory.func_evals += used
      if (iteration === options.max_iter || evaluations >= limit || isOptimal()) break
      if (largest(direction) * Math.abs(memory.t) <= options.tolerance_change) break
      if (Math.abs(loss - memory.prev_loss) < options.tolerance_change) break
    }
    return first
  }

  /** The direction of descent, and the newest step in the memory. */
  private direction(gradient: Tensor): Tensor {
    const { memory } = this
    if (memory.n_iter === 1 || memory.prev_flat_grad === null || memory.d === null) return neg(gradient)
    const change = sub(gradient, memory.prev_flat_grad)
    const step = mul(memory.d, memory.t)
    const product = dot(change, step)
    const { old_dirs, old_stps, ro } = memory
    if (product > 1e-10) {
      if (old_dirs.length === this.param_groups[0].history_size) {
        for (const list of [old_dirs, old_stps, ro]) list.shift()
      }
      old_dirs.push(change)
      old_stps.push(step)
      ro.push(1 / product)
      memory.H_diag = product / dot(change, change)
    }
    const factors: number[] = []
    let q = neg(gradient)
    for (let i = old_dirs.length - 1; i >= 0; i--) {
      factors[i] = dot(old_stps[i], q) * ro[i]
      q = add(q, old_dirs[i], -factors[i])
    }
    let direction = mul(q, memory.H_diag)
    for (const [i, old] of old_dirs.entries()) {
      direction = add(direction, old_stps[i], factors[i] - dot(old, direction) * ro[i])
    }
    return direction
  }

  /** The gradients one after another, 0 for a parameter that has none. */
  private flatGradient(sign: number): Tensor {
    return unscoped(() => {
      const [{ params }] = this.param_groups
      const parts = params.map((parameter) => {
        const gradient = parameter.peekGrad
        return gradient === null ? zeros([parameter.numel()]) : reshape(gradient, [-1])
      })
      const flat = cat(parts)
      return sign < 0 ? neg(flat) : flat
    })
  }

  /** Sets the parameters to `t` along `direction` from `start`. */
  private move(start: readonly Tensor[], t: number, direction: Tensor): void {
    let offset = 0
    for (const [i, parameter] of this.param_groups[0].params.entries()) {
      const length = parameter.numel()
      const part = reshape(narrow(direction, 0, offset, length), parameter.shape)
      copy_(parameter, add(start[i], part, t))
      offset += length
    }
  }

  /** One entry, of the first parameter, as in torch. */
  override get state(): Map<Tensor, Record<string, number | Tensor>> {
    const [{ params }] = this.param_groups
    const { memory } = this
    if (memory.func_evals === 0 || params.length === 0) return new Map()
    const { d, t, prev_flat_grad, prev_loss, func_evals, n_iter, ...lists } = copyOf(memory)
    const entry = { func_evals, n_iter, ...(d === null ? {} : { d, t, ...lists, prev_flat_grad, prev_loss }) }
    return new Map([[params[0], entry as unknown as Record<string, number | Tensor>]])
  }

  override load_state_dict(state_dict: OptimizerStateDict): void
  override load_state_dict(...args: [OptimizerStateDict]): void {
    const saved: unknown = args[0]?.state?.[0]
    const elements = this.param_groups[0].params.reduce((sum, parameter) => sum + parameter.numel(), 0)
    const memory = unscoped(() => memoryOf(saved, elements))
    const [given, ...rest] = args
    super.load_state_dict(...([{ ...given, state: {} }, ...rest] as [OptimizerStateDict]))
    this.memory = memory
  }
}

function copyOf(memory: Memory): Memory {
  const { old_dirs, old_stps, ro } = memory
  return { ...memory, old_dirs: [...old_dirs], old_stps: [...old_stps], ro: [...ro] }
}

/** The memory that a state describes, of vectors of so many elements; torch's has tensors for some of the numbers. */
function memoryOf(saved: unknown, elements: number): Memory {
  const memory: Record<string, unknown> & Pick<Memory, (typeof LISTS)[number]> = { ...copyOf(NOTHING) }
  if (saved === undefined) return memory as never
  if (typeof saved !== 'object' || saved === null) {
    throw new ValueError(`loaded state dict does not fit LBFGS: its state is ${describe(saved)}`)
  }
  for (const [name, own] of Object.entries(memory)) {
    const value: unknown = Reflect.get(saved, name)
    if (value === undefined || value === null) continue
    const each = (one: unknown) => (name === 'ro' ? numberOf(one) : vectorOf(name, one, elements))
    if (typeof own === 'number') memory[name] = numberOf(value)
    else memory[name] = Array.isArray(value) ? value.map(each) : each(value)
  }
  const lengths = LISTS.map((name) => memory[name].length)
  if (new Set(lengths).size > 1)
    throw new ValueError(
      `loaded state dict does not fit LBFGS: ${LISTS.join(', ')} have ${lengths.join(', ')} entries`,
    )
  return memory as never
}

function vectorOf(name: string, value: unknown, elements: number): Tensor {
  if (!(value instanceof Tensor))
    throw new ValueError(`loaded state dict does not fit LBFGS: it has ${describe(value)} for a Tensor`)
  if (value.dim() !== 1 || value.numel() !== elements) {
    throw new ValueError(
      `loaded state dict does not fit LBFGS: ${name} has shape ${formatSize(value.shape)}, but the parameters have ${elements} elements`,
    )
  }
  return duplicate(value.detach())
}
