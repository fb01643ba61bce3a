/** torch.metrics: multi-label metrics with torchmetrics' names and semantics, threshold tuning and class weights. */

export { type BootstrapOptions, type BootstrapResult, bootstrap, type MetricOfRows } from './bootstrap.js'
export { type CalibrationOptions, calibration_curve } from './calibration_curve.js'
export {
  type CalibrationErrorOptions,
  type CalibrationNorm,
  MultilabelCalibrationError,
} from './calibration_error.js'
export { type ClassWeightOptions, class_weights, pos_weight, type WeightScheme } from './class_weights.js'
export { classification_report, type ReportLine, type ReportOptions } from './classification_report.js'
export { MetricCollection } from './collection.js'
export {
  type ConfusionMatrixOptions,
  type JaccardOptions,
  MultilabelConfusionMatrix,
  MultilabelJaccardIndex,
  MultilabelMatthewsCorrCoef,
  MultilabelNegativePredictiveValue,
  MultilabelSpecificity,
  MultilabelStatScores,
} from './confusion.js'
export {
  type BestPoints,
  type CurvePoints,
  type CurvePointsOptions,
  MultilabelPrecisionAtFixedRecall,
  MultilabelPrecisionRecallCurve,
  MultilabelRecallAtFixedPrecision,
  MultilabelROC,
  MultilabelSensitivityAtSpecificity,
  MultilabelSpecificityAtSensitivity,
} from './curve_points.js'
export { type CurveOptions, MultilabelAUROC, MultilabelAveragePrecision } from './curves.js'
export type { DecisionOptions, FractionOptions, StatScoresOptions } from './decisions.js'
/** Metrics of one batch. Source: torchmetrics.functional.classification. */
export * as functional from './functional.js'
export {
  find_label_issues,
  type LabelFilter,
  type LabelIssueOptions,
  type LabelScore,
} from './label_issues.js'
export { Metric } from './metric.js'
export type { Average, MetricOptions, MultidimAverage, Normalize, Threshold, Thresholds } from './options.js'
export {
  MultilabelCoverageError,
  MultilabelPrecisionAtK,
  MultilabelRankingAveragePrecision,
  MultilabelRankingLoss,
} from './ranking.js'
export {
  MultilabelAccuracy,
  MultilabelExactMatch,
  MultilabelF1Score,
  MultilabelFBetaScore,
  MultilabelHammingDistance,
  MultilabelPrecision,
  MultilabelRecall,
} from './stat_scores.js'
export { type TunedThresholds, type TuningMetric, type TuningOptions, tune_thresholds } from './thresholds.js'
