import { no_grad } from '../autograd/grad_mode.js'
import { describe } from '../check.js'
import { RuntimeError, ValueError } from '../errors.js'
import { copy_ } from '../ops/in_place.js'
import { formatSize } from '../tensor/format.js'
import { sameShape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'
import { Parameter } from './parameter.js'

/** Parameters and buffers by their dotted names. */
export type StateDict = Record<string, Tensor>

/** Names of fields that hold buffers, by module. */
const bufferNames = new WeakMap<Module, Set<string>>()

/**
 * Base of all layers and models. Fields that hold parameters, modules and registered buffers are
 * found by themselves, in the order in which they were assigned.
 *
 * @example
 * class Tagger extends torch.nn.Module {
 *   fc = new torch.nn.Linear(300, 20)
 *   forward(x: torch.Tensor) { return this.fc.forward(x) }
 * }
 */
export class Module {
  /** Whether layers behave as in training; see {@link train} and {@link eval}. */
  training = true

  /** The computation. `never` lets every subclass choose its own arguments. */
  forward(..._inputs: never[]): unknown {
    throw new RuntimeError(`Module [${this.constructor.name}] is missing the required "forward" function`)
  }

  /** Makes `tensor` part of the state without being learned; null reserves the name. */
  register_buffer(name: string, tensor: Tensor | null): void {
    const names = bufferNames.get(this) ?? new Set()
    if (typeof name !== 'string') throw new TypeError(`buffer name should be a string. Got ${describe(name)}`)
    if (name === '' || name.includes('.'))
      throw new ValueError(`buffer name can't be empty or contain ".", but got "${name}"`)
    const present: unknown = Reflect.get(this, name)
    // A field that a class declares is there already, without a value or with the tensor.
    const isField = Object.hasOwn(this, name) && present instanceof Tensor && !(present instanceof Parameter)
    if (present !== undefined && present !== null && !isField)
      throw new ValueError(`attribute '${name}' already exists`)
    if (tensor !== null && !(tensor instanceof Tensor)) {
      throw new TypeError(`cannot assign '${describe(tensor)}' to buffer '${name}' (Tensor or null required)`)
    }
    tensor?.storage.keep()
    bufferNames.set(this, names.add(name))
    Object.assign(this, { [name]: tensor })
  }

  /** Direct children with their names. */
  *named_children(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this)) if (value instanceof Module) yield [name, value]
  }

  /** Direct children. */
  *children(): Generator<Module> {
    for (const [, child] of this.named_children()) yield child
  }

  /** This module and all below it, each once, with dotted names. */
  *named_modules(prefix = '', seen = new Set<Module>()): Generator<[string, Module]> {
    if (seen.has(this)) return
    seen.add(this)
    yield [prefix, this]
    for (const [name, child] of this.named_children()) yield* child.named_modules(join(prefix, name), seen)
  }

  /** This module and all below it, each once. */
  *modules(): Generator<Module> {
    for (const [, module] of this.named_modules()) yield module
  }

  /** All parameters, each once, with dotted names. */
  *named_parameters(): Generator<[string, Parameter]> {
    const seen = new Set<Tensor>()
    for (const [prefix, module] of this.named_modules()) {
      for (const [name, value] of Object.entries(module)) {
        if (!(value instanceof Parameter) || seen.has(value)) continue
        seen.add(value)
        yield [join(prefix, name), value]
      }
    }
  }

  /** All parameters, each once. */
  *parameters(): Generator<Parameter> {
    for (const [, parameter] of this.named_parameters()) yield parameter
  }

  /** All buffers with dotted names. */
  *named_buffers(): Generator<[string, Tensor]> {
    for (const [prefix, module] of this.named_modules()) {
      for (const name of bufferNames.get(module) ?? []) {
        const value: unknown = Reflect.get(module, name)
        if (value instanceof Tensor) yield [join(prefix, name), value]
      }
    }
  }

  /** All buffers. */
  *buffers(): Generator<Tensor> {
    for (const [, buffer] of this.named_buffers()) yield buffer
  }

  /** Calls `fn` on every module below and then on this one. */
  apply(fn: (module: Module) => void): this {
    applyBelow(this, fn, [])
    return this
  }

  /** Training behaviour on or off, here and below. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode
    return this
  }

  /** The same as `train(false)`. */
  eval(): this {
    return this.train(false)
  }

  /** Drops all gradients, or sets them to 0. */
  zero_grad(set_to_none = true): void {
    for (const parameter of this.parameters()) {
      if (set_to_none) parameter.grad = null
      else if (parameter.lentGrad !== null) copy_(parameter.lentGrad, 0)
    }
  }

  /** Whether the parameters are learned. */
  requires_grad_(requires_grad = true): this {
    for (const parameter of this.parameters()) parameter.requires_grad = requires_grad
    return this
  }

  /** Parameters and buffers by dotted name. The tensors share memory with the module's. */
  state_dict(): StateDict {
    return Object.fromEntries(stateEntries(this).map(([name, tensor]) => [name, tensor.detach()]))
  }

  /**
   * Copies values into the parameters and buffers of the same names.
   *
   * @throws RuntimeError, before anything is changed, where shapes differ or, if `strict`, names do
   */
  load_state_dict(state: StateDict, { strict = true }: { strict?: boolean } = {}) {
    if (typeof state !== 'object' || state === null) {
      throw new TypeError(`Expected state_dict to be dict-like, got ${describe(state)}.`)
    }
    const own = new Map(stateEntries(this))
    const given = new Map<string, unknown>(Object.entries(state))
    const missing_keys = [...own.keys()].filter((key) => !given.has(key))
    const unexpected_keys = [...given.keys()].filter((key) => !own.has(key))
    const quote = (keys: readonly string[]) => keys.map((key) => `"${key}"`).join(', ')
    const errors: string[] = []
    if (strict && missing_keys.length > 0)
      errors.push(`Missing key(s) in state_dict: ${quote(missing_keys)}. `)
    if (strict && unexpected_keys.length > 0)
      errors.push(`Unexpected key(s) in state_dict: ${quote(unexpected_keys)}. `)
    const copies: [into: Tensor, from: Tensor][] = []
    for (const [key, tensor] of own) {
      if (!given.has(key)) continue
      const value = given.get(key)
      if (!(value instanceof Tensor)) {
        errors.push(
          `While copying the parameter named "${key}", expected a Tensor, but got ${describe(value)}.`,
        )
      } else if (!sameShape(value.shape, tensor.shape)) {
        errors.push(
          `size mismatch for ${key}: copying a param with shape ${formatSize(value.shape)} from checkpoint, the shape in current model is ${formatSize(tensor.shape)}.`,
        )
      } else if (value.storage.isDisposed || tensor.storage.isDisposed) {
        errors.push(`While copying the parameter named "${key}": a disposed tensor was used.`)
      } else {
        copies.push([tensor, value])
      }
    }
    if (errors.length > 0) {
      throw new RuntimeError(
        `Error(s) in loading state_dict for ${this.constructor.name}:\n\t${errors.join('\n\t')}`,
      )
    }
    no_grad(() => {
      for (const [into, from] of copies) copy_(into, from)
    })
    return { missing_keys, unexpected_keys }
  }

  /** What stands between the parentheses of {@link toString}. */
  extra_repr(): string {
    return ''
  }

  /** As torch prints it. */
  toString(): string {
    const name = this.constructor.name
    const children = [...this.named_children()]
    if (children.length === 0) return `${name}(${this.extra_repr()})`
    if (printed.has(this)) return `${name}(...)`
    printed.add(this)
    try {
      const lines = children.map(([key, child]) => `  (${key}): ${String(child).replaceAll('\n', '\n  ')}`)
      return `${name}(\n${lines.join('\n')}\n)`
    } finally {
      printed.delete(this)
    }
  }
}

/** Modules that are being printed: one that contains itself, such as through its parent, ends there. */
const printed = new Set<Module>()

/** Children first, then the module; not again those in `above`, which contain themselves. */
function applyBelow(module: Module, fn: (module: Module) => void, above: readonly Module[]): void {
  if (above.includes(module)) return
  for (const child of module.children()) applyBelow(child, fn, [...above, module])
  fn(module)
}

const join = (prefix: string, name: string) => (prefix === '' ? name : `${prefix}.${name}`)

/** Parameters and buffers under every name they have, module by module; of a module inside itself once. */
function stateEntries(root: Module, prefix = '', above: readonly Module[] = []): [string, Tensor][] {
  if (above.includes(root)) return []
  const entries: [string, Tensor][] = []
  const fields = Object.entries(root)
  for (const [name, value] of fields)
    if (value instanceof Parameter) entries.push([join(prefix, name), value])
  for (const name of bufferNames.get(root) ?? []) {
    const value: unknown = Reflect.get(root, name)
    if (value instanceof Tensor) entries.push([join(prefix, name), value])
  }
  for (const [name, child] of root.named_children()) {
    entries.push(...stateEntries(child, join(prefix, name), [...above, root]))
  }
  return entries
}
