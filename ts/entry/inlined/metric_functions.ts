/** Metrics of one batch, with their kernels. */
import family from '#metrics.wasm?inlined'
import * as functions from '../../metrics/functional.js'
import { withKernels } from './with_kernels.js'

export const multilabel_accuracy = withKernels(functions.multilabel_accuracy, 'metrics_mean', family)
export const multilabel_exact_match = withKernels(functions.multilabel_exact_match, 'metrics_mean', family)
export const multilabel_f1_score = withKernels(functions.multilabel_f1_score, 'metrics_mean', family)
export const multilabel_fbeta_score = withKernels(functions.multilabel_fbeta_score, 'metrics_mean', family)
export const multilabel_hamming_distance = withKernels(
  functions.multilabel_hamming_distance,
  'metrics_mean',
  family,
)
export const multilabel_precision = withKernels(functions.multilabel_precision, 'metrics_mean', family)
export const multilabel_recall = withKernels(functions.multilabel_recall, 'metrics_mean', family)
export const multilabel_confusion_matrix = withKernels(
  functions.multilabel_confusion_matrix,
  'metrics_mean',
  family,
)
export const multilabel_stat_scores = withKernels(functions.multilabel_stat_scores, 'metrics_mean', family)
export const multilabel_specificity = withKernels(functions.multilabel_specificity, 'metrics_mean', family)
export const multilabel_negative_predictive_value = withKernels(
  functions.multilabel_negative_predictive_value,
  'metrics_mean',
  family,
)
export const multilabel_jaccard_index = withKernels(
  functions.multilabel_jaccard_index,
  'metrics_mean',
  family,
)
export const multilabel_matthews_corrcoef = withKernels(
  functions.multilabel_matthews_corrcoef,
  'metrics_mean',
  family,
)
export const multilabel_auroc = withKernels(functions.multilabel_auroc, 'metrics_mean', family)
export const multilabel_average_precision = withKernels(
  functions.multilabel_average_precision,
  'metrics_mean',
  family,
)
export const multilabel_precision_recall_curve = withKernels(
  functions.multilabel_precision_recall_curve,
  'metrics_mean',
  family,
)
export const multilabel_roc = withKernels(functions.multilabel_roc, 'metrics_mean', family)
export const multilabel_recall_at_fixed_precision = withKernels(
  functions.multilabel_recall_at_fixed_precision,
  'metrics_mean',
  family,
)
export const multilabel_precision_at_fixed_recall = withKernels(
  functions.multilabel_precision_at_fixed_recall,
  'metrics_mean',
  family,
)
export const multilabel_sensitivity_at_specificity = withKernels(
  functions.multilabel_sensitivity_at_specificity,
  'metrics_mean',
  family,
)
export const multilabel_specificity_at_sensitivity = withKernels(
  functions.multilabel_specificity_at_sensitivity,
  'metrics_mean',
  family,
)
export const multilabel_coverage_error = withKernels(
  functions.multilabel_coverage_error,
  'metrics_mean',
  family,
)
export const multilabel_ranking_average_precision = withKernels(
  functions.multilabel_ranking_average_precision,
  'metrics_mean',
  family,
)
export const multilabel_ranking_loss = withKernels(functions.multilabel_ranking_loss, 'metrics_mean', family)
