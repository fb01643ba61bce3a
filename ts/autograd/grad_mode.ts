import { runSynchronously } from '../synchronous.js'

let enabled = true

/** Whether operations record what backward needs. */
export function is_grad_enabled(): boolean {
  return enabled
}

/**
 * Runs `work`, synchronously, without recording, and returns its result.
 *
 * @throws TypeError if `work` is asynchronous, or a generator
 */
export function no_grad<T>(work: () => T): T {
  return withMode('no_grad', false, work)
}

/**
 * Runs `work`, synchronously, with recording, inside of a {@link no_grad} too.
 *
 * @throws TypeError if `work` is asynchronous, or a generator
 */
export function enable_grad<T>(work: () => T): T {
  return withMode('enable_grad', true, work)
}

function withMode<T>(op: string, mode: boolean, work: () => T): T {
  const before = enabled
  enabled = mode
  try {
    return runSynchronously(op, work)
  } finally {
    enabled = before
  }
}
