/** Recurrent layers, with their kernels. */
import family from '#recurrent.wasm?inlined'
import * as cells from '../../nn/recurrent/cells.js'
import * as layers from '../../nn/recurrent/layers.js'
import { withKernels } from './with_kernels.js'

export const RNN = withKernels(layers.RNN, 'recurrent', family)
export const GRU = withKernels(layers.GRU, 'recurrent', family)
export const LSTM = withKernels(layers.LSTM, 'recurrent', family)
export const RNNCell = withKernels(cells.RNNCell, 'recurrent', family)
export const GRUCell = withKernels(cells.GRUCell, 'recurrent', family)
export const LSTMCell = withKernels(cells.LSTMCell, 'recurrent', family)
