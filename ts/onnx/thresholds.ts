/** Labels as the last output: probabilities that are compared with thresholds. */
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import type { Shape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'
import type { Run } from './run.js'
import type { Writer } from './write.js'

export interface Thresholds {
  readonly shape: Shape
  readonly values: readonly number[]
}

/** The thresholds of a call, or null for none. */
export function checkThresholds(given: unknown): Thresholds | null {
  if (given === null) return null
  const values: readonly unknown[] | null =
    given instanceof Tensor && given.dim() <= 1
      ? [...given.data()]
      : typeof given === 'number'
        ? [given]
        : Array.isArray(given)
          ? given
          : null
  if (values === null || values.length === 0) {
    throw new TypeError(
      `onnx.export: thresholds must be a number, or a list or vector of one for each label, but got ${describe(given)}`,
    )
  }
  const wrong = values.findIndex((value) => typeof value !== 'number' || Number.isNaN(value))
  if (wrong >= 0)
    throw new ValueError(`onnx.export: thresholds must be numbers, but got ${describe(values[wrong])}`)
  const isOne = typeof given === 'number' || (given instanceof Tensor && given.dim() === 0)
  return { shape: isOne ? [] : [values.length], values: values as number[] }
}

/** Adds the comparison; gives its name. */
export function addLabels(writer: Writer, runs: readonly Run[], { shape, values }: Thresholds): string {
  const [{ outputs, recorder }] = runs
  const [scores] = outputs
  const labels = scores.shape.at(-1)
  if (scores.dtype !== 'float32')
    throw new ValueError(
      `onnx.export: thresholds are for scores of float32, but the output is ${scores.dtype}`,
    )
  if (shape.length === 1 && shape[0] !== labels) {
    throw new ValueError(
      `onnx.export: thresholds must be one number, or one for each of ${labels ?? 1} labels, but got ${shape[0]}`,
    )
  }
  const isProbability =
    scores.from !== undefined && recorder.operations[scores.from.operation].name === 'sigmoid'
  const site = writer.site('thresholds', [scores], { dtype: 'bool', shapes: writer.shapesOf(scores) })
  const probability = isProbability ? site.in(0) : site.add('Sigmoid', [site.in(0)])
  return site.add('GreaterOrEqual', [probability, site.numbers(values, shape)])
}
