/** torch.metrics.functional: each metric of one batch, without a state. Source: torchmetrics.functional.classification. */
import { isPlainObject } from '../call/kinds.js'
import type { Tensor } from '../tensor/tensor.js'
import * as confusion from './confusion.js'
import * as curve_points from './curve_points.js'
import * as curves from './curves.js'
import type { Metric } from './metric.js'
import * as ranking from './ranking.js'
import * as stat_scores from './stat_scores.js'

type MetricClass<Args extends unknown[], Result> = new (...args: Args) => Metric<Result>

/** The function of a metric: predictions and targets, then what its class takes; or all of them by keywords. */
type MetricFunction<M> =
  M extends MetricClass<infer Args, infer Result>
    ? (preds: Tensor, target: Tensor, ...args: Args) => Result
    : never

/* @__NO_SIDE_EFFECTS__ */
function functionOf<M extends MetricClass<never[], unknown>>(type: M): MetricFunction<M> {
  const measured = (...args: unknown[]): unknown => {
    const last = args.at(-1)
    const keywords: Record<string, unknown> | null = isPlainObject(last) ? { ...last } : null
    if (keywords !== null) args.pop()
    const operands = args.splice(0, 2)
    for (const name of ['preds', 'target'].slice(operands.length)) {
      operands.push(keywords?.[name])
      delete keywords?.[name]
    }
    const metric = Reflect.construct(type, keywords === null ? args : [...args, keywords]) as Metric<unknown>
    for (const [i, name] of ['preds', 'target'].entries()) {
      if (operands[i] !== undefined) continue
      throw new TypeError(`the function of ${type.name}() missing required argument '${name}'`)
    }
    metric.update(...(operands as [Tensor, Tensor]))
    return metric.compute()
  }
  return measured as MetricFunction<M>
}

/** {@link stat_scores.MultilabelAccuracy} of one batch. */
export const multilabel_accuracy: MetricFunction<typeof stat_scores.MultilabelAccuracy> =
  /* @__PURE__ */ functionOf(stat_scores.MultilabelAccuracy)
/** {@link stat_scores.MultilabelExactMatch} of one batch. */
export const multilabel_exact_match: MetricFunction<typeof stat_scores.MultilabelExactMatch> =
  /* @__PURE__ */ functionOf(stat_scores.MultilabelExactMatch)
/** {@link stat_scores.MultilabelF1Score} of one batch. */
export const multilabel_f1_score: MetricFunction<typeof stat_scores.MultilabelF1Score> =
  /* @__PURE__ */ functionOf(stat_scores.MultilabelF1Score)
/** {@link stat_scores.MultilabelFBetaScore} of one batch. */
export const multilabel_fbeta_score: MetricFunction<typeof stat_scores.MultilabelFBetaScore> =
  /* @__PURE__ */ functionOf(stat_scores.MultilabelFBetaScore)
/** {@link stat_scores.MultilabelHammingDistance} of one batch. */
export const multilabel_hamming_distance: MetricFunction<typeof stat_scores.MultilabelHammingDistance> =
  /* @__PURE__ */ functionOf(stat_scores.MultilabelHammingDistance)
/** {@link stat_scores.MultilabelPrecision} of one batch. */
export const multilabel_precision: MetricFunction<typeof stat_scores.MultilabelPrecision> =
  /* @__PURE__ */ functionOf(stat_scores.MultilabelPrecision)
/** {@link stat_scores.MultilabelRecall} of one batch. */
export const multilabel_recall: MetricFunction<typeof stat_scores.MultilabelRecall> =
  /* @__PURE__ */ functionOf(stat_scores.MultilabelRecall)
/** {@link confusion.MultilabelConfusionMatrix} of one batch. */
export const multilabel_confusion_matrix: MetricFunction<typeof confusion.MultilabelConfusionMatrix> =
  /* @__PURE__ */ functionOf(confusion.MultilabelConfusionMatrix)
/** {@link confusion.MultilabelStatScores} of one batch. */
export const multilabel_stat_scores: MetricFunction<typeof confusion.MultilabelStatScores> =
  /* @__PURE__ */ functionOf(confusion.MultilabelStatScores)
/** {@link confusion.MultilabelSpecificity} of one batch. */
export const multilabel_specificity: MetricFunction<typeof confusion.MultilabelSpecificity> =
  /* @__PURE__ */ functionOf(confusion.MultilabelSpecificity)
/** {@link confusion.MultilabelNegativePredictiveValue} of one batch. */
export const multilabel_negative_predictive_value: MetricFunction<
  typeof confusion.MultilabelNegativePredictiveValue
> = /* @__PURE__ */ functionOf(confusion.MultilabelNegativePredictiveValue)
/** {@link confusion.MultilabelJaccardIndex} of one batch. */
export const multilabel_jaccard_index: MetricFunction<typeof confusion.MultilabelJaccardIndex> =
  /* @__PURE__ */ functionOf(confusion.MultilabelJaccardIndex)
/** {@link confusion.MultilabelMatthewsCorrCoef} of one batch. */
export const multilabel_matthews_corrcoef: MetricFunction<typeof confusion.MultilabelMatthewsCorrCoef> =
  /* @__PURE__ */ functionOf(confusion.MultilabelMatthewsCorrCoef)
/** {@link curves.MultilabelAUROC} of one batch. */
export const multilabel_auroc: MetricFunction<typeof curves.MultilabelAUROC> = /* @__PURE__ */ functionOf(
  curves.MultilabelAUROC,
)
/** {@link curves.MultilabelAveragePrecision} of one batch. */
export const multilabel_average_precision: MetricFunction<typeof curves.MultilabelAveragePrecision> =
  /* @__PURE__ */ functionOf(curves.MultilabelAveragePrecision)
/** {@link curve_points.MultilabelPrecisionRecallCurve} of one batch. */
export const multilabel_precision_recall_curve: MetricFunction<
  typeof curve_points.MultilabelPrecisionRecallCurve
> = /* @__PURE__ */ functionOf(curve_points.MultilabelPrecisionRecallCurve)
/** {@link curve_points.MultilabelROC} of one batch. */
export const multilabel_roc: MetricFunction<typeof curve_points.MultilabelROC> = /* @__PURE__ */ functionOf(
  curve_points.MultilabelROC,
)
/** {@link curve_points.MultilabelRecallAtFixedPrecision} of one batch. */
export const multilabel_recall_at_fixed_precision: MetricFunction<
  typeof curve_points.MultilabelRecallAtFixedPrecision
> = /* @__PURE__ */ functionOf(curve_points.MultilabelRecallAtFixedPrecision)
/** {@link curve_points.MultilabelPrecisionAtFixedRecall} of one batch. */
export const multilabel_precision_at_fixed_recall: MetricFunction<
  typeof curve_points.MultilabelPrecisionAtFixedRecall
> = /* @__PURE__ */ functionOf(curve_points.MultilabelPrecisionAtFixedRecall)
/** {@link curve_points.MultilabelSensitivityAtSpecificity} of one batch. */
export const multilabel_sensitivity_at_specificity: MetricFunction<
  typeof curve_points.MultilabelSensitivityAtSpecificity
> = /* @__PURE__ */ functionOf(curve_points.MultilabelSensitivityAtSpecificity)
/** {@link curve_points.MultilabelSpecificityAtSensitivity} of one batch. */
export const multilabel_specificity_at_sensitivity: MetricFunction<
  typeof curve_points.MultilabelSpecificityAtSensitivity
> = /* @__PURE__ */ functionOf(curve_points.MultilabelSpecificityAtSensitivity)
/** {@link ranking.MultilabelCoverageError} of one batch. */
export const multilabel_coverage_error: MetricFunction<typeof ranking.MultilabelCoverageError> =
  /* @__PURE__ */ functionOf(ranking.MultilabelCoverageError)
/** {@link ranking.MultilabelRankingAveragePrecision} of one batch. */
export const multilabel_ranking_average_precision: MetricFunction<
  typeof ranking.MultilabelRankingAveragePrecision
> = /* @__PURE__ */ functionOf(ranking.MultilabelRankingAveragePrecision)
/** {@link ranking.MultilabelRankingLoss} of one batch. */
export const multilabel_ranking_loss: MetricFunction<typeof ranking.MultilabelRankingLoss> =
  /* @__PURE__ */ functionOf(ranking.MultilabelRankingLoss)
