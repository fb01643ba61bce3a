import type { RemovableHandle } from '../autograd/hooks.js'
import { describe } from '../check.js'
import { RuntimeError, ValueError } from '../errors.js'
import { copy_ } from '../ops/in_place.js'
import type { Tensor } from '../tensor/tensor.js'
import { addHook, type ForwardHook, type ForwardPreHook, type HookOptions } from './hooks.js'
import {
  addBuffer,
  addParameter,
  buffersOf,
  checkFree,
  checkName,
  isBuffer,
  parametersOf,
} from './members.js'
import { Parameter } from './parameter.js'
import { type IncompatibleKeys, load, type StateDict, stateEntries } from './state_dict.js'
import { applyBelow, membersBelow, type WalkOptions, walk } from './walk.js'

/**
 * Base of all layers and models. Fields that hold parameters, modules and registered buffers are
 * found by themselves, in the order in which they were assigned; those whose names are numbers come
 * first. Source: torch.nn.Module.
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

  /**
   * Makes `tensor` part of the module without being learned; null reserves the name. It is part of
   * {@link state_dict} unless `persistent` is false.
   *
   * @throws ValueError if the name is taken by anything but a buffer
   */
  register_buffer(
    name: string,
    tensor: Tensor | null,
    { persistent = true }: { persistent?: boolean } = {},
  ): void {
    addBuffer(this, name, tensor, persistent)
  }

  /**
   * Makes `parameter` a field, as an assignment does, in place of another parameter or null; such
   * that two layers share one. Null reserves the name.
   *
   * @throws ValueError if the name is taken by anything but a parameter
   * @example decoder.register_parameter('weight', encoder.weight)
   */
  register_parameter(name: string, parameter: Parameter | null): void {
    addParameter(this, name, parameter)
  }

  /**
   * Makes `module` a child, as an assignment does, in place of another module or null. Null reserves
   * the name.
   *
   * @throws ValueError if the name is taken by anything but a module
   */
  add_module(name: string, module: Module | null): void {
    checkName('module', name)
    checkFree(this, name, Module)
    if (module !== null) checkModule(this.constructor.name, module)
    Object.assign(this, { [name]: module })
  }

  /** The same as {@link add_module}. */
  register_module(name: string, module: Module | null): void {
    this.add_module(name, module)
  }

  /** Direct children under each name that they have. @internal */
  *childEntries(): Generator<[name: string, child: Module]> {
    for (const [name, value] of Object.entries(this)) if (value instanceof Module) yield [name, value]
  }

  /** Direct children with their names, each once. */
  *named_children(): Generator<[string, Module]> {
    const seen = new Set<Module>()
    for (const [name, child] of this.childEntries()) {
      if (seen.has(child)) continue
      seen.add(child)
      yield [name, child]
    }
  }

  /** Direct children, each once. */
  *children(): Generator<Module> {
    for (const [, child] of this.named_children()) yield child
  }

  /** This module and all below it, with dotted names. */
  *named_modules({
    prefix = '',
    remove_duplicate = true,
  }: Omit<WalkOptions, 'recurse'> = {}): Generator<[string, Module]> {
    yield* walk(this, prefix, remove_duplicate ? new Set() : null, [])
  }

  /** This module and all below it, each once. */
  *modules(): Generator<Module> {
    for (const [, module] of this.named_modules()) yield module
  }

  /** All parameters with dotted names. */
  *named_parameters(options: WalkOptions = {}): Generator<[string, Parameter]> {
    yield* membersBelow(this, options, parametersOf)
  }

  /** All parameters, each once; those of this module alone where `recurse` is false. */
  *parameters({ recurse = true }: { recurse?: boolean } = {}): Generator<Parameter> {
    for (const [, parameter] of this.named_parameters({ recurse })) yield parameter
  }

  /** All buffers with dotted names, also those that are not persistent. */
  *named_buffers(options: WalkOptions = {}): Generator<[string, Tensor]> {
    yield* membersBelow(this, options, buffersOf)
  }

  /** All buffers, each once; those of this module alone where `recurse` is false. */
  *buffers({ recurse = true }: { recurse?: boolean } = {}): Generator<Tensor> {
    for (const [, buffer] of this.named_buffers({ recurse })) yield buffer
  }

  /**
   * The module below at a dotted name; this one at ''.
   *
   * @throws RuntimeError if there is none
   * @example model.get_submodule('features.0')
   */
  get_submodule(target: string): Module {
    checkTarget('get_submodule', target)
    let module: Module = this
    for (const name of target === '' ? [] : target.split('.')) {
      const value = attribute(module, name)
      if (!(value instanceof Module)) throw new RuntimeError(`\`${name}\` is not an nn.Module`)
      module = value
    }
    return module
  }

  /** The parameter at a dotted name. @throws RuntimeError if there is none */
  get_parameter(target: string): Parameter {
    const [module, name] = this.ownerOf('get_parameter', target)
    const value = attribute(module, name)
    if (!(value instanceof Parameter)) throw new RuntimeError(`\`${name}\` is not an nn.Parameter`)
    return value
  }

  /** The buffer at a dotted name; null where one is only reserved. @throws RuntimeError if there is none */
  get_buffer(target: string): Tensor | null {
    const [module, name] = this.ownerOf('get_buffer', target)
    const value = attribute(module, name)
    if (!isBuffer(module, name)) throw new RuntimeError(`\`${name}\` is not a buffer`)
    return value as Tensor | null
  }

  private ownerOf(method: string, target: string): [owner: Module, name: string] {
    checkTarget(method, target)
    const dot = target.lastIndexOf('.')
    return [this.get_submodule(target.slice(0, Math.max(dot, 0))), target.slice(dot + 1)]
  }

  /** Calls `fn` on every module below and then on this one. */
  apply(fn: (module: Module) => void): this {
    applyBelow(this, fn, [])
    return this
  }

  /**
   * Runs `hook` before each `forward` of this module, wherever it is called from. What it returns, an
   * array of inputs or a single one, replaces the inputs.
   *
   * @returns a handle whose `remove()` takes the hook away
   */
  register_forward_pre_hook<M extends Module>(
    this: M,
    hook: ForwardPreHook<M>,
    options?: HookOptions,
  ): RemovableHandle {
    return addHook(this, 'before', hook, options)
  }

  /**
   * Runs `hook` after each `forward` of this module, wherever it is called from. What it returns
   * replaces the output.
   *
   * @returns a handle whose `remove()` takes the hook away
   * @example
   * const seen: torch.Tensor[] = []
   * const handle = model.features.register_forward_hook((_module, _inputs, output) => { seen.push(output) })
   */
  register_forward_hook<M extends Module>(
    this: M,
    hook: ForwardHook<M>,
    options?: HookOptions,
  ): RemovableHandle {
    return addHook(this, 'after', hook, options)
  }

  /** Training behaviour on or off, here and below. */
  train(mode = true): this {
    if (typeof mode !== 'boolean')
      throw new ValueError(`training mode is expected to be boolean, but got ${describe(mode)}`)
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

  /**
   * Parameters and persistent buffers by dotted name, each after `prefix`. The tensors share memory
   * with the module's; with `keep_vars` they are the module's own, otherwise outside of autograd.
   */
  state_dict({ prefix = '', keep_vars = false }: { prefix?: string; keep_vars?: boolean } = {}): StateDict {
    const entries = stateEntries(this)
    return Object.fromEntries(
      entries.map(([name, tensor]) => [prefix + name, keep_vars ? tensor : tensor.detach()]),
    )
  }

  /**
   * Copies values into the parameters and buffers of the same names.
   *
   * @throws RuntimeError, before anything is changed, where shapes differ or, if `strict`, names do
   * @returns the names that only one of the two has
   */
  load_state_dict(state: StateDict, { strict = true }: { strict?: boolean } = {}): IncompatibleKeys {
    return load(this, state, strict)
  }

  /** What stands between the parentheses of {@link toString}. */
  extra_repr(): string {
    return ''
  }

  /** The children, as lines of {@link toString}. */
  protected childLines(): string[] {
    return Array.from(this.childEntries(), ([name, child]) => `(${name}): ${indent(String(child))}`)
  }

  /** As torch prints it. */
  toString(): string {
    const name = this.constructor.name
    if (printed.has(this)) return `${name}(...)`
    printed.add(this)
    try {
      const extra = this.extra_repr()
      const children = this.childLines()
      if (children.length === 0 && !extra.includes('\n')) return `${name}(${extra})`
      const lines = [...(extra === '' ? [] : extra.split('\n')), ...children]
      return `${name}(\n${lines.map((line) => `  ${line}\n`).join('')})`
    } finally {
      printed.delete(this)
    }
  }
}

/** Lines after the first two spaces further in. */
export const indent = (text: string): string => text.replaceAll('\n', '\n  ')

/** Modules that are being printed: one that contains itself, such as through its parent, ends there. */
const printed = new Set<Module>()

/** Throws unless `value` is a module. */
export function checkModule(owner: string, value: unknown): asserts value is Module {
  if (!(value instanceof Module)) throw new TypeError(`${owner}: ${describe(value)} is not a Module subclass`)
}

function checkTarget(method: string, target: unknown): void {
  if (typeof target !== 'string')
    throw new TypeError(`${method}: target must be a string, but got ${describe(target)}`)
}

function attribute(module: Module, name: string): unknown {
  const value: unknown = Reflect.get(module, name)
  if (value === undefined) throw new RuntimeError(`${module.constructor.name} has no attribute \`${name}\``)
  return value
}
