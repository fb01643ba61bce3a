import { checkNumber } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'

/** A group whose momentum a schedule changes. */
export type CycledGroup<Names extends string> = { [name in Names]?: number } & {
  lr: number
  momentum?: number
  betas?: readonly [number, number]
}

/** A number for each group. */
export function forEachGroup(
  op: string,
  groups: readonly unknown[],
  name: string,
  value: number | readonly unknown[],
): number[] {
  const values = Array.isArray(value) ? [...value] : Array(groups.length).fill(value)
  if (values.length !== groups.length) {
    throw new ValueError(
      `${name} must have the same length as optimizer.param_groups. ${name} has ${values.length} values, param_groups has ${groups.length}.`,
    )
  }
  for (const each of values) checkNumber(op, name, each)
  return values
}

/** Whether momentum is the first of `betas`. Throws torch's error unless the optimizer has one of the two. */
export function usesBeta1(defaults: object, cycle_momentum: boolean): boolean {
  const use_beta1 = 'betas' in defaults
  if (cycle_momentum && !use_beta1 && !('momentum' in defaults)) {
    throw new ValueError('optimizer must support momentum or beta1 with `cycle_momentum` option enabled')
  }
  return use_beta1
}

/** Sets a group's momentum. */
export function setMomentum(group: CycledGroup<never>, use_beta1: boolean, momentum: number): void {
  const { betas } = group
  if (use_beta1 && betas !== undefined) group.betas = [momentum, betas[1]]
  else group.momentum = momentum
}
