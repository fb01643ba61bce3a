export * from '../../optim/index.js'
export { Adadelta, Adamax, ASGD, NAdam, RAdam, Rprop } from './optim.js'
