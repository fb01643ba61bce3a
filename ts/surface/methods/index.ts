/** The methods of Tensor, a file for each family. */
import './core.js'
import './order.js'
import './products.js'

export type { ToOptions } from './core.js'
