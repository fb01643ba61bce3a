/** The methods of Tensor, a file for each family. */
import './core.js'

export type { ToOptions } from './core.js'
