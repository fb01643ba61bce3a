/** Layers as functions: torch.nn.functional. */
export { logsigmoid, relu, sigmoid } from '../ops/elementwise.js'
export { linear } from '../ops/matmul.js'
export { multilabel_soft_margin_loss } from '../ops/multilabel_soft_margin.js'
