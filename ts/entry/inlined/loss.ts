/** The losses other than the multi-label soft margin loss, with their kernels. */
import family from '#loss.wasm?inlined'
import * as focal from '../../nn/focal_loss.js'
import * as modules from '../../nn/loss.js'
import * as margins from '../../nn/margin_loss.js'
import * as regressions from '../../nn/regression_loss.js'
import * as functions from '../../surface/loss.js'
import * as margin_functions from '../../surface/margin_loss.js'
import * as regression_functions from '../../surface/regression_loss.js'
import { extremes } from './extremes.js'
import { withKernels } from './with_kernels.js'

export const AsymmetricLoss = withKernels(focal.AsymmetricLoss, 'mse_loss', family)
export const SigmoidFocalLoss = withKernels(focal.SigmoidFocalLoss, 'mse_loss', family)
export const BCELoss = withKernels(modules.BCELoss, 'mse_loss', family)
export const BCEWithLogitsLoss = withKernels(modules.BCEWithLogitsLoss, 'mse_loss', family)
const OfClasses = withKernels(modules.CrossEntropyLoss, 'max_axis', extremes)
export const CrossEntropyLoss = withKernels(OfClasses, 'mse_loss', family)
export const MSELoss = withKernels(modules.MSELoss, 'mse_loss', family)
export const MultiLabelMarginLoss = withKernels(modules.MultiLabelMarginLoss, 'mse_loss', family)
export const asymmetric_loss = withKernels(functions.asymmetric_loss, 'mse_loss', family)
export const binary_cross_entropy = withKernels(functions.binary_cross_entropy, 'mse_loss', family)
export const binary_cross_entropy_with_logits = withKernels(
  functions.binary_cross_entropy_with_logits,
  'mse_loss',
  family,
)
const of_classes = withKernels(functions.cross_entropy, 'max_axis', extremes)
export const cross_entropy = withKernels(of_classes, 'mse_loss', family)
export const mse_loss = withKernels(functions.mse_loss, 'mse_loss', family)
export const multilabel_margin_loss = withKernels(functions.multilabel_margin_loss, 'mse_loss', family)
export const sigmoid_focal_loss = withKernels(functions.sigmoid_focal_loss, 'mse_loss', family)
export const NLLLoss = withKernels(margins.NLLLoss, 'mse_loss', family)
export const MultiMarginLoss = withKernels(margins.MultiMarginLoss, 'mse_loss', family)
export const SoftMarginLoss = withKernels(margins.SoftMarginLoss, 'mse_loss', family)
export const L1Loss = withKernels(regressions.L1Loss, 'mse_loss', family)
export const SmoothL1Loss = withKernels(regressions.SmoothL1Loss, 'mse_loss', family)
export const HuberLoss = withKernels(regressions.HuberLoss, 'mse_loss', family)
export const nll_loss = withKernels(margin_functions.nll_loss, 'mse_loss', family)
export const multi_margin_loss = withKernels(margin_functions.multi_margin_loss, 'mse_loss', family)
export const soft_margin_loss = withKernels(margin_functions.soft_margin_loss, 'mse_loss', family)
export const l1_loss = withKernels(regression_functions.l1_loss, 'mse_loss', family)
export const smooth_l1_loss = withKernels(regression_functions.smooth_l1_loss, 'mse_loss', family)
export const huber_loss = withKernels(regression_functions.huber_loss, 'mse_loss', family)
