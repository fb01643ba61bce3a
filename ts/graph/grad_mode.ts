import { runSynchronously } from '../base/synchronous.js'
import { takesNothing } from '../call/nothing.js'
import { readFirst, signature } from '../call/signature.js'

/** Whether operations are recorded for backward: what {@link is_grad_enabled} returns. @internal */
export let gradEnabled = true

/** Whether operations are recorded for backward. */
export function is_grad_enabled(): boolean
export function is_grad_enabled(...none: unknown[]): boolean {
  takesNothing('is_grad_enabled', none)
  return gradEnabled
}

const NO_GRAD = signature('no_grad', 'work: function')
const ENABLE_GRAD = signature('enable_grad', 'work: function')

/**
 * Runs `work`, synchronously, without recording, and returns its result.
 *
 * @throws TypeError if `work` is asynchronous, or a generator
 */
export function no_grad<T>(work: () => T): T
export function no_grad(...args: unknown[]): unknown {
  return withMode('no_grad', false, NO_GRAD.read(args)[0])
}

/**
 * Runs `work`, synchronously, with recording, inside of a {@link no_grad} too.
 *
 * @throws TypeError if `work` is asynchronous, or a generator
 */
export function enable_grad<T>(work: () => T): T
export function enable_grad(...args: unknown[]): unknown {
  return withMode('enable_grad', true, ENABLE_GRAD.read(args)[0])
}

const SET_GRAD_ENABLED = signature('set_grad_enabled', 'mode: bool', 'work: function = None')
const INFERENCE_MODE = signature('inference_mode', 'work: function')
const INFERENCE_MODE_OF = signature('inference_mode', 'mode: bool', 'work: function')

/**
 * Starts or stops recording from now on; with `work`, only while that runs, synchronously.
 *
 * @throws TypeError if `work` is asynchronous, or a generator
 * @example torch.set_grad_enabled(training, () => model.forward(x))
 */
export function set_grad_enabled(mode: boolean): void
export function set_grad_enabled<T>(mode: boolean, work: () => T): T
export function set_grad_enabled(...args: unknown[]): unknown {
  const [mode, work] = SET_GRAD_ENABLED.read(args)
  if (work !== null) return withMode('set_grad_enabled', mode, work)
  gradEnabled = mode
  return undefined
}

/**
 * Runs `work`, synchronously, without recording, as {@link no_grad} does; with `mode` false as it is.
 *
 * @throws TypeError if `work` is asynchronous, or a generator
 */
export function inference_mode<T>(work: () => T): T
export function inference_mode<T>(mode: boolean, work: () => T): T
export function inference_mode(...args: unknown[]): unknown {
  const [form, given] = readFirst(args, INFERENCE_MODE, INFERENCE_MODE_OF)
  if (form === '0') return withMode('inference_mode', false, given[0])
  return withMode('inference_mode', given[0] ? false : gradEnabled, given[1])
}

function withMode<T>(op: string, mode: boolean, work: () => T): T {
  return inMode(mode, () => runSynchronously(op, work))
}

/** Runs the synchronous `work` with or without recording. @internal */
export function inMode<T>(mode: boolean, work: () => T): T {
  const before = switchMode(mode)
  try {
    return work()
  } finally {
    switchMode(before)
  }
}

/** Starts or stops recording; returns what was before. @internal */
export function switchMode(mode: boolean): boolean {
  const before = gradEnabled
  gradEnabled = mode
  return before
}
