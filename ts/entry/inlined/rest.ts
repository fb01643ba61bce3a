/** What `softmargin/core` has not: the other methods of tensors, and the kernels that only these and other functions need. */
import family from '#rest.wasm?inlined'
import { kernels } from '../../kernels/instance.js'
import '../../surface/methods/index.js'
import { extremes } from './extremes.js'
import { withKernels } from './with_kernels.js'

// One that is in the family; the build fails if it is not.
withKernels(kernels, 'topk', family)
withKernels(kernels, 'max_axis', extremes)
