/** torch.metrics: multi-label metrics with torchmetrics' names and semantics, threshold tuning and class weights. */
export { type ClassWeightOptions, class_weights, pos_weight, type WeightScheme } from './class_weights.js'
export { type CurveOptions, MultilabelAUROC, MultilabelAveragePrecision } from './curves.js'
export { Metric } from './metric.js'
export type { Average, MetricOptions, Threshold, Thresholds } from './options.js'
export {
  MultilabelCoverageError,
  MultilabelPrecisionAtK,
  MultilabelRankingAveragePrecision,
  MultilabelRankingLoss,
} from './ranking.js'
export {
  type DecisionOptions,
  type FractionOptions,
  MultilabelAccuracy,
  MultilabelExactMatch,
  MultilabelF1Score,
  MultilabelFBetaScore,
  MultilabelHammingDistance,
  MultilabelPrecision,
  MultilabelRecall,
  type StatScoresOptions,
} from './stat_scores.js'
export { type TunedThresholds, type TuningMetric, type TuningOptions, tune_thresholds } from './thresholds.js'
