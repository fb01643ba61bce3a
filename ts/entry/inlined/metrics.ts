/** Metrics, with their kernels. */
import data from '#data.wasm?inlined'
import family from '#metrics.wasm?inlined'
import * as calibration from '../../metrics/calibration_error.js'
import * as weights from '../../metrics/class_weights.js'
import * as report from '../../metrics/classification_report.js'
import * as confusion from '../../metrics/confusion.js'
import * as points from '../../metrics/curve_points.js'
import * as curves from '../../metrics/curves.js'
import * as issues from '../../metrics/label_issues.js'
import * as base from '../../metrics/metric.js'
import * as ranking from '../../metrics/ranking.js'
import * as counts from '../../metrics/stat_scores.js'
import * as thresholds from '../../metrics/thresholds.js'
import { withKernels } from './with_kernels.js'

export const class_weights = withKernels(weights.class_weights, 'metrics_mean', family)
export const pos_weight = withKernels(weights.pos_weight, 'metrics_mean', family)
export const MultilabelAUROC = withKernels(curves.MultilabelAUROC, 'metrics_mean', family)
export const MultilabelAveragePrecision = withKernels(
  curves.MultilabelAveragePrecision,
  'metrics_mean',
  family,
)
export const MultilabelCalibrationError = withKernels(
  calibration.MultilabelCalibrationError,
  'metrics_mean',
  family,
)
export const Metric = withKernels(base.Metric, 'metrics_mean', family)
export const MultilabelCoverageError = withKernels(ranking.MultilabelCoverageError, 'metrics_mean', family)
export const MultilabelPrecisionAtK = withKernels(ranking.MultilabelPrecisionAtK, 'metrics_mean', family)
export const MultilabelRankingAveragePrecision = withKernels(
  ranking.MultilabelRankingAveragePrecision,
  'metrics_mean',
  family,
)
export const MultilabelRankingLoss = withKernels(ranking.MultilabelRankingLoss, 'metrics_mean', family)
export const MultilabelAccuracy = withKernels(counts.MultilabelAccuracy, 'metrics_mean', family)
export const MultilabelExactMatch = withKernels(counts.MultilabelExactMatch, 'metrics_mean', family)
export const MultilabelF1Score = withKernels(counts.MultilabelF1Score, 'metrics_mean', family)
export const MultilabelFBetaScore = withKernels(counts.MultilabelFBetaScore, 'metrics_mean', family)
export const MultilabelHammingDistance = withKernels(counts.MultilabelHammingDistance, 'metrics_mean', family)
export const MultilabelPrecision = withKernels(counts.MultilabelPrecision, 'metrics_mean', family)
export const MultilabelRecall = withKernels(counts.MultilabelRecall, 'metrics_mean', family)
export const tune_thresholds = withKernels(thresholds.tune_thresholds, 'metrics_mean', family)
export const MultilabelConfusionMatrix = withKernels(
  confusion.MultilabelConfusionMatrix,
  'metrics_mean',
  family,
)
export const MultilabelStatScores = withKernels(confusion.MultilabelStatScores, 'metrics_mean', family)
export const MultilabelSpecificity = withKernels(confusion.MultilabelSpecificity, 'metrics_mean', family)
export const MultilabelNegativePredictiveValue = withKernels(
  confusion.MultilabelNegativePredictiveValue,
  'metrics_mean',
  family,
)
export const MultilabelJaccardIndex = withKernels(confusion.MultilabelJaccardIndex, 'metrics_mean', family)
export const MultilabelMatthewsCorrCoef = withKernels(
  confusion.MultilabelMatthewsCorrCoef,
  'metrics_mean',
  family,
)
export const MultilabelPrecisionRecallCurve = withKernels(
  points.MultilabelPrecisionRecallCurve,
  'metrics_mean',
  family,
)
export const MultilabelROC = withKernels(points.MultilabelROC, 'metrics_mean', family)
export const MultilabelRecallAtFixedPrecision = withKernels(
  points.MultilabelRecallAtFixedPrecision,
  'metrics_mean',
  family,
)
export const MultilabelPrecisionAtFixedRecall = withKernels(
  points.MultilabelPrecisionAtFixedRecall,
  'metrics_mean',
  family,
)
export const MultilabelSensitivityAtSpecificity = withKernels(
  points.MultilabelSensitivityAtSpecificity,
  'metrics_mean',
  family,
)
export const MultilabelSpecificityAtSensitivity = withKernels(
  points.MultilabelSpecificityAtSensitivity,
  'metrics_mean',
  family,
)
export { MetricCollection } from '../../metrics/collection.js'
export * as functional from './metric_functions.js'
export const classification_report = withKernels(report.classification_report, 'metrics_mean', family)
export { bootstrap } from '../../metrics/bootstrap.js'
export { calibration_curve } from '../../metrics/calibration_curve.js'

// It encodes targets as metrics do.
const encoding = withKernels(issues.find_label_issues, 'metrics_mean', family)
export const find_label_issues = withKernels(encoding, 'label_issues', data)
