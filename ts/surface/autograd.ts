/** Public functions of torch.autograd. */
import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { backwardEach, gradientsOf, type Root } from '../graph/backward.js'
import { zerosLike } from '../tensor/parts.js'
import { checkTensor, Tensor } from '../tensor/tensor.js'

export { type FunctionContext, OwnFunction as Function, once_differentiable } from './autograd_function.js'

const BACKWARD = signature(
  'autograd.backward',
  'tensors: Tensor|list',
  'grad_tensors: Tensor|list = None',
  'retain_graph: bool = None',
  'create_graph: bool = False',
  'grad_variables: None = None',
  'inputs: None = None',
)
const GRAD = signature(
  'autograd.grad',
  'outputs: Tensor|list',
  'inputs: Tensor|list',
  'grad_outputs: Tensor|list = None',
  'retain_graph: bool = None',
  'create_graph: bool = False',
  'allow_unused: bool = None',
  'is_grads_batched: False = False',
  'materialize_grads: bool = False',
)

const SECOND =
  'create_graph=True is not supported: gradients are not recorded, so that there are no gradients of gradients'

/** One tensor or several. */
type Tensors = Tensor | readonly Tensor[]

function listOf(op: string, argument: string, given: Tensor | readonly unknown[]): Tensor[] {
  const list: readonly unknown[] = given instanceof Tensor ? [given] : given
  // Holes too, which `map` skips.
  return Array.from(list, (x, i) => {
    checkTensor(op, `${argument}[${i}]`, x)
    return x
  })
}

/** What is differentiated, with a gradient for each. */
function rootsOf(
  op: string,
  argument: string,
  tensors: Tensor | readonly unknown[],
  given: Tensor | readonly unknown[] | null,
): Root[] {
  const list = listOf(op, argument, tensors)
  const gradients: readonly unknown[] =
    given === null ? list.map(() => null) : given instanceof Tensor ? [given] : given
  if (gradients.length !== list.length)
    throw new RuntimeError(`${op}: got ${list.length} tensors and ${gradients.length} gradients`)
  return list.map((x, i) => {
    const gradient = gradients[i]
    if (gradient !== null && gradient !== undefined && !(gradient instanceof Tensor))
      throw new TypeError(`gradients can be either Tensors or None, but got ${describe(gradient)}`)
    return { x, gradient: gradient ?? undefined }
  })
}

/** Keywords of {@link backward}. */
export interface BackwardOptions {
  /** The upstream gradients; 1 by default for tensors of one element. */
  grad_tensors?: Tensor | readonly (Tensor | null)[] | null
  /** Keeps the saved tensors for another backward pass. */
  retain_graph?: boolean | null
  create_graph?: false
}

/**
 * Adds the gradient of the sum of `tensors` to `grad` of every leaf that requires it. Source: torch.autograd.backward.
 *
 * @throws RuntimeError if one of them requires no gradient, or for `create_graph`
 */
export function backward(
  tensors: Tensors,
  grad_tensors?: BackwardOptions['grad_tensors'] | BackwardOptions,
  retain_graph?: boolean | Omit<BackwardOptions, 'grad_tensors'> | null,
): void
export function backward(...args: unknown[]): void {
  const [tensors, grad_tensors, retain_graph, create_graph] = BACKWARD.read(args)
  if (create_graph) throw new RuntimeError(`autograd.backward: ${SECOND}`)
  const roots = rootsOf('autograd.backward', 'tensors', tensors, grad_tensors)
  if (roots.length > 0) backwardEach(roots, retain_graph ?? false)
}

/** Keywords of {@link grad}. */
export interface GradOptions {
  /** The upstream gradients; 1 by default for tensors of one element. */
  grad_outputs?: Tensor | readonly (Tensor | null)[] | null
  /** Keeps the saved tensors for another backward pass. */
  retain_graph?: boolean | null
  create_graph?: false
  /** Gives null for inputs that the outputs do not depend on, instead of an error. */
  allow_unused?: boolean | null
  is_grads_batched?: false
  /** Gives zeros for them. */
  materialize_grads?: boolean
}

/**
 * The gradients of the sum of `outputs` towards `inputs`, one for each; `grad` of leaves stays as it is.
 * Source: torch.autograd.grad.
 *
 * @throws RuntimeError if an input requires no gradient or was not used, or for `create_graph`
 * @example const [gradient] = torch.autograd.grad(x.pow(2).sum(), x)
 */
export function grad(
  outputs: Tensors,
  inputs: Tensors,
  grad_outputs: GradOptions & { allow_unused: true; materialize_grads?: false },
): (Tensor | null)[]
export function grad(
  outputs: Tensors,
  inputs: Tensors,
  grad_outputs?: GradOptions['grad_outputs'] | GradOptions,
  retain_graph?: boolean | Omit<GradOptions, 'grad_outputs'> | null,
  create_graph?: false,
): Tensor[]
export function grad(...args: unknown[]): (Tensor | null)[] {
  const [outputs, given, grad_outputs, retain_graph, create_graph, unused, , materialize] = GRAD.read(args)
  if (create_graph) throw new RuntimeError(`autograd.grad: ${SECOND}`)
  if (materialize && unused === false)
    throw new RuntimeError(
      'Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False.',
    )
  const inputs = listOf('autograd.grad', 'inputs', given)
  const roots = rootsOf('autograd.grad', 'outputs', outputs, grad_outputs)
  const gradients = gradientsOf(roots, inputs, retain_graph ?? false)
  return gradients.map((gradient, i) => {
    if (gradient !== null) return gradient
    if (materialize) return zerosLike(inputs[i].shape)
    if (unused === true) return null
    throw new RuntimeError(
      'One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.',
    )
  })
}
