/** Parameters as one vector. */
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { unspent } from '../call/unspent.js'
import { no_grad } from '../graph/grad_mode.js'
import { copy_ } from '../ops/shape/in_place.js'
import { cat } from '../ops/shape/join.js'
import { narrow } from '../ops/shape/slice.js'
import { reshape } from '../ops/shape/view.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'

const TO_VECTOR = signature('parameters_to_vector', 'parameters: iterable')
const TO_PARAMETERS = signature('vector_to_parameters', 'vec: Tensor', 'parameters: iterable')

/**
 * All elements of the parameters, one after another; part of autograd. Source: torch.nn.utils.parameters_to_vector.
 *
 * @example torch.nn.utils.parameters_to_vector(model.parameters()).norm()
 */
export function parameters_to_vector(
  parameters: Iterable<Tensor> | { parameters: Iterable<Tensor> },
): Tensor<readonly [number]>
export function parameters_to_vector(...args: unknown[]): Tensor {
  const op = 'parameters_to_vector'
  return cat(listOf(op, TO_VECTOR.read(args)[0]).map((parameter) => reshape(parameter, [-1])))
}

/**
 * Copies the elements of a vector into the parameters, in their order; what is left of it is not used, as in torch.
 * Source: torch.nn.utils.vector_to_parameters.
 *
 * @throws ValueError, before anything is changed, if there are too few
 */
export function vector_to_parameters(
  vec: Tensor,
  parameters: Iterable<Tensor> | { parameters: Iterable<Tensor> },
): void
export function vector_to_parameters(...args: unknown[]): void {
  const op = 'vector_to_parameters'
  const [vec, given] = TO_PARAMETERS.read(args)
  const parameters = listOf(op, given)
  const wanted = parameters.reduce((sum, parameter) => sum + parameter.numel(), 0)
  if (vec.dim() !== 1 || vec.numel() < wanted) {
    throw new ValueError(
      `${op}: vec must have the ${wanted} elements of the parameters, but got ${describe(vec)} with ${vec.numel()}`,
    )
  }
  no_grad(() => {
    let start = 0
    for (const parameter of parameters) {
      copy_(parameter, reshape(narrow(vec, 0, start, parameter.numel()), parameter.shape))
      start += parameter.numel()
    }
  })
}

function listOf(op: string, parameters: Iterable<unknown>): Tensor[] {
  return Array.from(unspent(op, 'parameters', parameters), (parameter) => {
    checkTensor(op, 'parameters', parameter)
    return parameter
  })
}
