import { isThenable } from '../base/builtin.js'
import type { CallbackHooks, HookName } from './callback.js'
import { ModelCheckpoint } from './model_checkpoint.js'
import type { Progress } from './options.js'
import type { Run, State } from './state.js'

/** Callbacks, then the task, then those that save, so that they save what the others did. */
export function hookedOf(callbacks: readonly CallbackHooks[], task: object): CallbackHooks[] {
  const isKeeper = (each: object) => each instanceof ModelCheckpoint
  return [
    ...callbacks.filter((each) => !isKeeper(each)),
    task as CallbackHooks,
    ...callbacks.filter(isKeeper),
  ]
}

/** Calls a hook of all. A promise if there is one to wait for, which is seldom. */
export function hook(state: State, name: HookName, ...args: unknown[]): Promise<void> | null {
  return hookFrom(state, 0, name, args)
}

function hookFrom(state: State, first: number, name: HookName, args: unknown[]): Promise<void> | null {
  const { hooked, plan } = state.run as Run
  for (let i = first; i < hooked.length; i++) {
    const call = hooked[i][name] as ((...args: unknown[]) => unknown) | undefined
    if (typeof call !== 'function') continue
    const result = call.call(hooked[i], state.owner, plan.given, ...args)
    if (isThenable(result)) return goOnAfter(result, () => hookFrom(state, i + 1, name, args))
  }
  return null
}

async function goOnAfter(result: PromiseLike<unknown>, work: () => Promise<void> | null): Promise<void> {
  await result
  await work()
}

/** Tells all of an error, which is not lost if one of them throws another. */
export async function hookOfException(state: State, error: unknown): Promise<void> {
  const { hooked, plan } = state.run as Run
  for (const each of hooked) {
    try {
      await each.on_exception?.(state.owner, plan.given, error)
    } catch {
      // The first error is the one to know of.
    }
  }
}

/** Calls `on_progress`. */
export function tell(
  { settings, position }: State,
  stage: Progress['stage'],
  batch_idx: number,
  num_batches: number | null,
  loss: number | null,
): unknown {
  const { on_progress, max_epochs } = settings
  const { epoch, global_step } = position
  return on_progress?.({ stage, epoch, max_epochs, batch_idx, num_batches, global_step, loss })
}
