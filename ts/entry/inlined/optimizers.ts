export * from '../../optim/index.js'
export { Adadelta, Adagrad, Adamax, ASGD, NAdam, RAdam, RMSprop, Rprop } from './optim.js'
