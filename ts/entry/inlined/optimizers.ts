export * from '../../optim/index.js'
export { LBFGS } from './extremes.js'
export { Adadelta, Adagrad, Adamax, ASGD, NAdam, RAdam, RMSprop, Rprop } from './optim.js'
export { SGD } from './sgd.js'
