/** The rarer optimizers, with their kernels. */
import family from '#optim.wasm?inlined'
import * as delta from '../../optim/adadelta.js'
import * as gradient from '../../optim/adagrad.js'
import * as max from '../../optim/adamax.js'
import * as averaged from '../../optim/asgd.js'
import * as nesterov from '../../optim/nadam.js'
import * as rectified from '../../optim/radam.js'
import * as squares from '../../optim/rmsprop.js'
import * as resilient from '../../optim/rprop.js'
import { withKernels } from './with_kernels.js'

export const Adadelta = withKernels(delta.Adadelta, 'optim_moments', family)
export const Adagrad = withKernels(gradient.Adagrad, 'optim_moments', family)
export const Adamax = withKernels(max.Adamax, 'optim_moments', family)
export const ASGD = withKernels(averaged.ASGD, 'optim_moments', family)
export const NAdam = withKernels(nesterov.NAdam, 'optim_moments', family)
export const RAdam = withKernels(rectified.RAdam, 'optim_moments', family)
export const RMSprop = withKernels(squares.RMSprop, 'optim_moments', family)
export const Rprop = withKernels(resilient.Rprop, 'optim_moments', family)
