import { describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { defineInspection } from '../base/inspect.js'
import { clearGradients } from '../graph/gradients.js'
import type { RemovableHandle } from '../graph/hooks.js'
import type { Tensor } from '../tensor/tensor.js'
import { guarded } from './assignment.js'
import { deepCopy } from './deep_copy.js'
import { fieldsOf, reserve } from './fields.js'
import { addHook, type ForwardHook, type ForwardPreHook, type HookOptions, type Nothing } from './hooks.js'
import {
  addBuffer,
  addParameter,
  buffersOf,
  checkFree,
  checkName,
  isBuffer,
  parametersOf,
} from './members.js'
import * as calls from './module_calls.js'
import { Parameter } from './parameter.js'
import { type IncompatibleKeys, load, type StateDict, stateEntries } from './state_dict.js'
import { applyBelow, membersBelow, membersOf, once, type WalkOptions, walk } from './walk.js'

/**
 * Base of all layers and models. Fields that hold parameters, modules and registered buffers are
 * found automatically, in the order of assignment; numeric names come
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

  /** Takes no arguments: a subclass does not pass its own on. */
  constructor()
  constructor(...args: unknown[]) {
    calls.MODULE.read(args)
    defineInspection<Module>(Module.prototype, String)
    // biome-ignore lint/correctness/noConstructorReturn: a proxy, which sees assignments to fields.
    return guarded(this, isModule)
  }

  /** The computation. `never` lets every subclass choose its own arguments. */
  forward(..._inputs: never[]): unknown {
    throw new RuntimeError(`Module [${this.constructor.name}] is missing the required "forward" function`)
  }

  /**
   * Adds `tensor` to the module as a buffer, which is not learned; null reserves the name. It is part of
   * {@link state_dict} unless `persistent` is false.
   *
   * @throws TypeError for arguments of another type; ValueError if the name is taken by anything but a buffer
   */
  register_buffer(name: string, tensor: Tensor | null, persistent?: boolean | { persistent?: boolean }): void
  register_buffer(...args: unknown[]): void {
    addBuffer(this, ...calls.REGISTER_BUFFER.read(args))
  }

  /**
   * Makes `parameter` a field, as an assignment does, replacing another parameter or null; for example
   * so that two layers share it. Null reserves the name.
   *
   * @throws TypeError for arguments of another type; ValueError if the name is taken by anything but a parameter
   * @example decoder.register_parameter('weight', encoder.weight)
   */
  register_parameter(name: string, param: Parameter | null): void
  register_parameter(...args: unknown[]): void {
    addParameter(this, ...calls.REGISTER_PARAMETER.read(args))
  }

  /**
   * Makes `module` a child, as an assignment does, replacing another module or null. Null reserves
   * the name.
   *
   * @throws TypeError for arguments of another type; ValueError if the name is taken by anything but a module
   */
  add_module(name: string, module: Module | null): void
  add_module(...args: unknown[]): void {
    const [name, module] = calls.ADD_MODULE.read(args)
    checkName('module', name)
    checkFree(this, name, Module)
    if (module !== null) checkModule(this.constructor.name, module)
    Object.assign(this, { [name]: module })
    if (module === null) reserve(fieldsOf(this), name, 'module')
  }

  /** The same as {@link add_module}. */
  register_module(name: string, module: Module | null): void
  register_module(...args: unknown[]): void {
    const [name, module] = calls.ADD_MODULE.read(args)
    this.add_module(name, module as Module | null)
  }

  /** Direct children under each of their names. @internal */
  *childEntries(): Generator<[name: string, child: Module]> {
    for (const [name, value] of Object.entries(fieldsOf(this)))
      if (value instanceof Module) yield [name, value]
  }

  /** Direct children with their names, each once. */
  named_children(): Generator<[string, Module]>
  named_children(...args: unknown[]): Generator<[string, Module]> {
    calls.NAMED_CHILDREN.read(args)
    return once(this.childEntries())
  }

  /** Direct children, each once. */
  children(): Generator<Module>
  children(...args: unknown[]): Generator<Module> {
    calls.CHILDREN.read(args)
    return membersOf(this.named_children())
  }

  /**
   * This module and its descendants, with dotted names. `memo` is null; it keeps torch's order of arguments.
   *
   * @throws TypeError for arguments of another type
   */
  named_modules(
    memo?: null | Omit<WalkOptions, 'recurse'>,
    prefix?: string | Omit<WalkOptions, 'recurse' | 'prefix'>,
    remove_duplicate?: boolean,
  ): Generator<[string, Module]>
  named_modules(...args: unknown[]): Generator<[string, Module]> {
    const [, prefix, remove_duplicate] = calls.NAMED_MODULES.read(args)
    return walk<Module>(this, prefix, remove_duplicate ? new Set() : null, [])
  }

  /** This module and its descendants, each once unless `remove_duplicate` is false. */
  modules(remove_duplicate?: boolean | Pick<WalkOptions, 'remove_duplicate'>): Generator<Module>
  modules(...args: unknown[]): Generator<Module> {
    const [remove_duplicate] = calls.MODULES.read(args)
    return membersOf(this.named_modules({ remove_duplicate }))
  }

  /**
   * All parameters with dotted names.
   *
   * @throws TypeError for arguments of another type
   * @example model.named_parameters('model', { recurse: false })
   */
  named_parameters(
    prefix?: string | WalkOptions,
    recurse?: boolean | Omit<WalkOptions, 'prefix'>,
    remove_duplicate?: boolean | Pick<WalkOptions, 'remove_duplicate'>,
  ): Generator<[string, Parameter]>
  named_parameters(...args: unknown[]): Generator<[string, Parameter]> {
    const [prefix, recurse, remove_duplicate] = calls.NAMED_PARAMETERS.read(args)
    return membersBelow<Module, Parameter>(this, { prefix, recurse, remove_duplicate }, parametersOf)
  }

  /** All parameters, each once; only those of this module if `recurse` is false. */
  parameters(recurse?: boolean | Pick<WalkOptions, 'recurse'>): Generator<Parameter>
  parameters(...args: unknown[]): Generator<Parameter> {
    const [recurse] = calls.PARAMETERS.read(args)
    return membersOf(this.named_parameters({ recurse }))
  }

  /**
   * All buffers with dotted names, including those that are not persistent.
   *
   * @throws TypeError for arguments of another type
   */
  named_buffers(
    prefix?: string | WalkOptions,
    recurse?: boolean | Omit<WalkOptions, 'prefix'>,
    remove_duplicate?: boolean | Pick<WalkOptions, 'remove_duplicate'>,
  ): Generator<[string, Tensor]>
  named_buffers(...args: unknown[]): Generator<[string, Tensor]> {
    const [prefix, recurse, remove_duplicate] = calls.NAMED_BUFFERS.read(args)
    return membersBelow<Module, Tensor>(this, { prefix, recurse, remove_duplicate }, buffersOf)
  }

  /** All buffers, each once; only those of this module if `recurse` is false. */
  buffers(recurse?: boolean | Pick<WalkOptions, 'recurse'>): Generator<Tensor>
  buffers(...args: unknown[]): Generator<Tensor> {
    const [recurse] = calls.BUFFERS.read(args)
    return membersOf(this.named_buffers({ recurse }))
  }

  /**
   * The descendant with a dotted name; this module for ''.
   *
   * @throws RuntimeError if there is none
   * @example model.get_submodule('features.0')
   */
  get_submodule(target: string): Module
  get_submodule(...args: unknown[]): Module {
    const [target] = calls.GET_SUBMODULE.read(args)
    let module: Module = this
    for (const name of target === '' ? [] : target.split('.')) {
      const value = attribute(module, name)
      if (!(value instanceof Module)) throw new RuntimeError(`\`${name}\` is not an nn.Module`)
      module = value
    }
    return module
  }

  /** The parameter with a dotted name. @throws RuntimeError if there is none */
  get_parameter(target: string): Parameter
  get_parameter(...args: unknown[]): Parameter {
    const [module, name] = this.ownerOf(...calls.GET_PARAMETER.read(args))
    const value = attribute(module, name)
    if (!(value instanceof Parameter)) throw new RuntimeError(`\`${name}\` is not an nn.Parameter`)
    return value
  }

  /** The buffer with a dotted name; null if the name is only reserved. @throws RuntimeError if there is none */
  get_buffer(target: string): Tensor | null
  get_buffer(...args: unknown[]): Tensor | null {
    const [module, name] = this.ownerOf(...calls.GET_BUFFER.read(args))
    const value = attribute(module, name)
    if (!isBuffer(module, name)) throw new RuntimeError(`\`${name}\` is not a buffer`)
    return value as Tensor | null
  }

  private ownerOf(target: string): [owner: Module, name: string] {
    const dot = target.lastIndexOf('.')
    return [this.get_submodule(target.slice(0, Math.max(dot, 0))), target.slice(dot + 1)]
  }

  /** Calls `fn` on every descendant and then on this module. */
  apply(fn: (module: Module) => void): this
  apply(...args: unknown[]): this {
    const [fn] = calls.APPLY.read(args)
    applyBelow<Module>(this, fn as (module: Module) => void, [])
    return this
  }

  /**
   * Runs `hook` before each `forward` of this module, wherever it is called from. Its result, an
   * array of inputs or a single one, replaces the inputs.
   *
   * @returns a handle whose `remove()` removes the hook
   */
  register_forward_pre_hook<M extends Module>(
    this: M,
    hook: ForwardPreHook<M>,
    options?: HookOptions,
  ): RemovableHandle
  register_forward_pre_hook(...args: unknown[]): RemovableHandle {
    const [hook, prepend] = calls.REGISTER_FORWARD_PRE_HOOK.read(args)
    return addHook(this, 'before', hook, prepend)
  }

  /**
   * Runs `hook` after each `forward` of this module, wherever it is called from. Its result
   * replaces the output.
   *
   * @returns a handle whose `remove()` removes the hook
   * @example
   * const seen: torch.Tensor[] = []
   * const handle = model.features.register_forward_hook((_module, _inputs, output) => { seen.push(output) })
   */
  register_forward_hook<M extends Module>(
    this: M,
    hook: ForwardHook<M>,
    options?: HookOptions,
  ): RemovableHandle
  register_forward_hook(...args: unknown[]): RemovableHandle {
    const [hook, prepend] = calls.REGISTER_FORWARD_HOOK.read(args)
    return addHook(this, 'after', hook, prepend)
  }

  /**
   * A copy with parameters and buffers of its own, as Python's `copy.deepcopy` makes it; hooks stay behind. What the module
   * holds twice, the copy holds twice too.
   *
   * @example const teacher = model.clone().eval().requires_grad_(false)
   */
  clone(): this
  clone(...args: unknown[]): this {
    calls.CLONE.read(args)
    return deepCopy(this)
  }

  /**
   * Runs `hook` when a backward pass has reached the inputs of this module, with the gradients of its tensors among inputs and
   * outputs. What it returns replaces those of the inputs.
   *
   * @returns a handle whose `remove()` removes the hook
   */
  register_full_backward_hook(
    hook: (
      module: this,
      grad_input: readonly (Tensor | null)[],
      grad_output: readonly (Tensor | null)[],
    ) => readonly (Tensor | null)[] | Tensor | Nothing,
    prepend?: boolean | { prepend?: boolean },
  ): RemovableHandle
  register_full_backward_hook(...args: unknown[]): RemovableHandle {
    const [hook, prepend] = calls.REGISTER_BACKWARD_HOOK.read(args)
    return addHook(this, 'backward', hook, prepend)
  }

  /**
   * Runs `hook` when a backward pass has reached the outputs of this module, with their gradients. What it returns replaces them.
   *
   * @returns a handle whose `remove()` removes the hook
   */
  register_full_backward_pre_hook(
    hook: (
      module: this,
      grad_output: readonly (Tensor | null)[],
    ) => readonly (Tensor | null)[] | Tensor | Nothing,
    prepend?: boolean | { prepend?: boolean },
  ): RemovableHandle
  register_full_backward_pre_hook(...args: unknown[]): RemovableHandle {
    const [hook, prepend] = calls.REGISTER_BACKWARD_PRE_HOOK.read(args)
    return addHook(this, 'backwardBefore', hook, prepend)
  }

  /** Switches training mode on or off, for this module and its descendants. */
  train(mode?: boolean | { mode?: boolean }): this
  train(...args: unknown[]): this {
    const [mode] = calls.TRAIN.read(args)
    if (typeof mode !== 'boolean')
      throw new ValueError(`training mode is expected to be boolean, but got ${describe(mode)}`)
    for (const module of this.modules()) module.training = mode
    return this
  }

  /** The same as `train(false)`. */
  eval(): this
  eval(...args: unknown[]): this {
    calls.EVAL.read(args)
    return this.train(false)
  }

  /** The module itself: there is one device, and parameters are float32. */
  to(
    device?: 'cpu' | 'float32' | Tensor | null | { device?: 'cpu' | null; dtype?: 'float32' | null },
    dtype?: 'float32' | null,
    non_blocking?: boolean,
  ): this
  to(...args: unknown[]): this {
    calls.TO.read(args)
    return this
  }

  /** The module itself, which is on the CPU. */
  cpu(): this
  cpu(...args: unknown[]): this {
    calls.CPU.read(args)
    return this
  }

  /** The module itself, whose parameters are float32. */
  float(): this
  float(...args: unknown[]): this {
    calls.FLOAT.read(args)
    return this
  }

  /** Sets all gradients to null, or to 0. */
  zero_grad(set_to_none?: boolean | { set_to_none?: boolean }): void
  zero_grad(...args: unknown[]): void {
    const [set_to_none] = calls.ZERO_GRAD.read(args)
    clearGradients(this.parameters(), set_to_none)
  }

  /** Sets whether the parameters are learned. */
  requires_grad_(requires_grad?: boolean | { requires_grad?: boolean }): this
  requires_grad_(...args: unknown[]): this {
    const [requires_grad] = calls.REQUIRES_GRAD.read(args)
    for (const parameter of this.parameters()) parameter.requires_grad = requires_grad
    return this
  }

  /**
   * Parameters and persistent buffers by dotted name, each after `prefix`. The tensors share memory
   * with the module's; with `keep_vars` they are the module's own, otherwise they are detached.
   */
  state_dict(options?: { prefix?: string; keep_vars?: boolean }): StateDict
  state_dict(...args: unknown[]): StateDict {
    const [prefix, keep_vars] = calls.STATE_DICT.read(args)
    const entries = stateEntries<Module>(this)
    return Object.fromEntries(
      entries.map(([name, tensor]) => [prefix + name, keep_vars ? tensor : tensor.detach()]),
    )
  }

  /**
   * Copies values into the parameters and buffers of the same names.
   *
   * @throws RuntimeError, before anything is changed, if shapes differ or, if `strict`, names do
   * @returns the names that only one of the two has
   */
  load_state_dict(
    state_dict: StateDict,
    strict?: boolean | { strict?: boolean; assign?: false },
    options?: { assign?: false },
  ): IncompatibleKeys
  load_state_dict(...args: unknown[]): IncompatibleKeys {
    const [state_dict, strict] = calls.LOAD_STATE_DICT.read(args)
    return load<Module>(this, state_dict, strict)
  }

  /** The text between the parentheses of {@link toString}. */
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

/** Indents the lines after the first by two spaces. */
export const indent = (text: string): string => text.replaceAll('\n', '\n  ')

/** Modules that are being printed, to stop at one that contains itself. */
const printed = new Set<Module>()

const isModule = (value: unknown): value is Module => value instanceof Module

/** Throws unless `value` is a module. */
export function checkModule(owner: string, value: unknown): asserts value is Module {
  if (!(value instanceof Module)) throw new TypeError(`${owner}: ${describe(value)} is not a Module subclass`)
}

function attribute(module: Module, name: string): unknown {
  const value: unknown = Reflect.get(module, name)
  if (value === undefined) throw new RuntimeError(`${module.constructor.name} has no attribute \`${name}\``)
  return value
}
