let enabled = true

/** Whether operations record what backward needs. */
export function is_grad_enabled(): boolean {
  return enabled
}

/** Runs `work`, synchronously, without recording, and returns its result. */
export function no_grad<T>(work: () => T): T {
  return withMode(false, work)
}

/** Runs `work`, synchronously, with recording, inside of a {@link no_grad} too. */
export function enable_grad<T>(work: () => T): T {
  return withMode(true, work)
}

function withMode<T>(mode: boolean, work: () => T): T {
  const before = enabled
  enabled = mode
  try {
    return work()
  } finally {
    enabled = before
  }
}
