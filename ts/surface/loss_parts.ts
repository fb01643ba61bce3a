/** Texts of signatures that losses share. */

/** torch's deprecated parameters, which keep the order of the following ones. */
export const SIZE_AVERAGE = 'size_average: None = None'
export const REDUCE = 'reduce: None = None'
export const REDUCTION = "reduction: reduction = 'mean'"
export const OPERANDS = ['input: Tensor', 'target: Tensor'] as const
/** A keyword only, as torch's losses have no such argument. */
export const IGNORE_INDEX = ['*', 'ignore_index: number = None'] as const
export const WEIGHT = 'weight: Tensor = None'
