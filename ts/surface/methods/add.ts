/** How functions become methods of {@link Tensor}, in their own form and in place. */
import { checkChange } from '../../graph/in_place.js'
import { update } from '../../ops/shape/in_place.js'
import { relayout } from '../../ops/shape/relayout.js'
import { checkTensor, Tensor } from '../../tensor/tensor.js'

type AnyFunction = (...args: never[]) => unknown
type Work = (...args: unknown[]) => unknown

/** Makes methods of functions, with the tensor as first argument. */
export function addMethods(functions: Readonly<Record<string, AnyFunction>>): void {
  for (const [name, work] of Object.entries(functions)) {
    Object.defineProperty(Tensor.prototype, name, {
      value: methodOf(name, work as Work),
      // Otherwise an assignment would create a property that hides the method.
      writable: false,
      configurable: true,
    })
  }
}

function methodOf(name: string, work: Work): unknown {
  const named = {
    // Without spreading, which takes as long as a small kernel.
    [name](this: Tensor, ...args: unknown[]): unknown {
      if (args.length === 0) return work(this)
      return args.length === 1 ? work(this, args[0]) : work(this, ...args)
    },
  }
  return named[name]
}

/** Makes properties that are read of functions of the tensor. */
export function addProperties(functions: Readonly<Record<string, (x: Tensor) => unknown>>): void {
  for (const [name, read] of Object.entries(functions)) {
    Object.defineProperty(Tensor.prototype, name, {
      get(this: Tensor) {
        return read(this)
      },
      configurable: true,
    })
  }
}

/** Properties that make a tensor, or throw: read by name alone, so that nobody who walks over properties meets them. */
export const unlisted = new Map<string, (x: Tensor) => unknown>()

/**
 * Makes the in-place method `name_` of each function: it overwrites the tensor with the function's result, which must have the
 * tensor's shape and a type that its type holds. The arguments are those of the function.
 *
 * @example addInPlace({ sin }) // x.sin_()
 */
export function addInPlace(functions: Readonly<Record<string, AnyFunction>>): void {
  addMethods(
    Object.fromEntries(
      Object.entries(functions).map(([name, work]) => [`${name}_`, inPlaceOf(`${name}_`, work as Work)]),
    ),
  )
}

function inPlaceOf(name: string, work: Work): Work {
  return (self, ...args) => {
    checkTensor(name, 'self', self)
    const others = tensorsIn(args)
    checkChange(self, others)
    return update(self, name, others[0] ?? null, () => work(self, ...args) as Tensor)
  }
}

/** Makes the in-place method `name_` of each function that gives a view: the tensor itself gets the shape and strides of the view. */
export function addLayouts(functions: Readonly<Record<string, AnyFunction>>): void {
  for (const [name, work] of Object.entries(functions)) {
    const change = (self: unknown, ...args: unknown[]) => {
      checkTensor(`${name}_`, 'self', self)
      return relayout(self, () => (work as Work)(self, ...args) as Tensor)
    }
    addMethods({ [`${name}_`]: change })
  }
}

/** The tensors among arguments and keywords. */
function tensorsIn(args: readonly unknown[]): Tensor[] {
  return args.flatMap((arg) => {
    if (arg instanceof Tensor) return [arg]
    return typeof arg === 'object' && arg !== null
      ? Object.values(arg).filter((x) => x instanceof Tensor)
      : []
  })
}
