/** The greatest elements along dimensions, and where they are, which `softmargin/core` needs for some losses, and for LBFGS. */
import family from '#extremes.wasm?inlined'
import * as memory from '../../optim/lbfgs.js'
import { withKernels } from './with_kernels.js'

export const LBFGS = withKernels(memory.LBFGS, 'max_axis', family)
export const extremes = family
