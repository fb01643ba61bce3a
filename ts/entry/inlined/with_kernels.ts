import type inlined from '#core.wasm?inlined'
import type { Kernels } from '#kernels'
// Goes first: families need its memory.
import '../../kernels/inline/inlined.js'
import { unpack } from '../../kernels/inline/unpack.js'
import { installFamily, kernels } from '../../kernels/instance.js'

/** Returns `user`, which needs the family of kernels that `kernel` is of. Marked pure: bundlers drop it with its result. */
export function withKernels<T>(user: T, kernel: keyof Kernels, family: typeof inlined): T {
  // Unless it is there already, or the kernels are one whole module.
  if (kernels[kernel] === undefined) installFamily(unpack(family))
  return user
}
