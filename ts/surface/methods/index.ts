/** The methods of Tensor, a file for each family. */
import './autograd.js'
import './contractions.js'
import './core.js'
import './creation.js'
import './extremes.js'
import './order.js'
import './gathering.js'
import './elementwise.js'
import './products.js'
import './shape.js'

export type { ToOptions } from './core.js'
