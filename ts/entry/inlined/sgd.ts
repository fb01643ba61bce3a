/** The commonest optimizer beside Adam, with its kernel. */
import family from '#sgd.wasm?inlined'
import * as descent from '../../optim/sgd.js'
import { withKernels } from './with_kernels.js'

export const SGD = withKernels(descent.SGD, 'sgd', family)
