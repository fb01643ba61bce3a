import { runSynchronously } from '../base/synchronous.js'
import { takesNothing } from '../call/nothing.js'
import { signature } from '../call/signature.js'

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
