/** Ranking metrics: means over the rows, NaN without rows. */

import * as calls from '#kernels/calls'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Batch } from './batch.js'
import { StatefulMetric } from './metric.js'
import { IGNORE_INDEX, type MetricOptions, NUM_LABELS, rankingCodes, VALIDATE_ARGS } from './options.js'
import { Sums } from './state.js'

const PARAMETERS = [NUM_LABELS, IGNORE_INDEX, VALIDATE_ARGS] as const

abstract class RankingMetric extends StatefulMetric<Sums> {
  protected override readonly kind = 'scores'
  protected abstract readonly measure: keyof typeof rankingCodes
  /** Options of precision at k. */
  protected first = 1

  protected override start(): Sums {
    return new Sums(2)
  }

  protected override add(batch: Batch): void {
    const workspace = new Storage(8 * this.num_labels)
    launch(() => {
      const { scores, codes, rows, labels } = batch
      calls.ranking_update(kernels, {
        metric: rankingCodes[this.measure],
        k: this.first,
        scores: scores.pointer(),
        codes: codes.pointer(),
        state: this.state.pointer(),
        rows,
        labels,
        workspace: workspace.pointer(),
      })
    })
    workspace.dispose()
    batch.dispose()
  }

  protected override value(): Tensor {
    return this.state.mean(this.constructor.name, Number.NaN)
  }
}

const RANKING_AVERAGE_PRECISION = signature('MultilabelRankingAveragePrecision', ...PARAMETERS)

/**
 * Label ranking average precision (LRAP): the mean over each row's true labels of (true labels ranked at least as
 * high) / (all labels ranked at least as high); 1 for a row with no true labels or only true ones. An ignored label
 * counts as false, ranked below all others.
 * Source: torchmetrics.classification.MultilabelRankingAveragePrecision.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example
 * const lrap = new torch.metrics.MultilabelRankingAveragePrecision({ num_labels: 3 })
 * lrap.update(torch.tensor([[0.75, 0.5, 1], [1, 0.2, 0.1]]), torch.tensor([[1, 0, 0], [0, 0, 1]]))
 * lrap.compute().item() // 0.4167
 */
export class MultilabelRankingAveragePrecision extends RankingMetric {
  protected override readonly measure = 'average_precision'

  constructor(
    num_labels: number | MetricOptions,
    ignore_index?: number | null | Omit<MetricOptions, 'num_labels'>,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, ignore_index] = RANKING_AVERAGE_PRECISION.read(args)
    super(num_labels, ignore_index)
  }
}

const RANKING_LOSS = signature('MultilabelRankingLoss', ...PARAMETERS)

/**
 * The share of pairs of a true and a false label that are in the wrong order. Ties count as wrong,
 * as in scikit-learn (torchmetrics leaves them to its sort). 0 for a row with no true labels
 * or only true ones. An ignored label counts as false, ranked below all others.
 * Source: torchmetrics.classification.MultilabelRankingLoss.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example new torch.metrics.MultilabelRankingLoss({ num_labels: 3 })
 */
export class MultilabelRankingLoss extends RankingMetric {
  protected override readonly measure = 'loss'

  constructor(
    num_labels: number | MetricOptions,
    ignore_index?: number | null | Omit<MetricOptions, 'num_labels'>,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, ignore_index] = RANKING_LOSS.read(args)
    super(num_labels, ignore_index)
  }
}

const COVERAGE_ERROR = signature('MultilabelCoverageError', ...PARAMETERS)

/**
 * The number of top-ranked labels that are needed to cover all true labels of a row: at best the number of true labels, 0 if
 * there are none. A row with an ignored label counts as num_labels, as in torchmetrics.
 * Source: torchmetrics.classification.MultilabelCoverageError.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example new torch.metrics.MultilabelCoverageError({ num_labels: 3 })
 */
export class MultilabelCoverageError extends RankingMetric {
  protected override readonly measure = 'coverage'

  constructor(
    num_labels: number | MetricOptions,
    ignore_index?: number | null | Omit<MetricOptions, 'num_labels'>,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, ignore_index] = COVERAGE_ERROR.read(args)
    super(num_labels, ignore_index)
  }
}

const PRECISION_AT_K = signature(
  'MultilabelPrecisionAtK',
  NUM_LABELS,
  'k: value',
  IGNORE_INDEX,
  VALIDATE_ARGS,
)

/**
 * Precision@k: the number of true labels among the k highest scores, divided by k (even if
 * there are fewer). If tied scores straddle rank k, the expected value for a random order of them.
 * Ignored labels are left out. The same as torchmetrics.retrieval.RetrievalPrecision with `top_k`, each row a query with
 * positive scores.
 *
 * @throws ValueError unless `k` is a positive integer
 * @example
 * const metric = new torch.metrics.MultilabelPrecisionAtK({ num_labels: 3, k: 2 })
 * metric.update(torch.tensor([[0.9, 0.1, 0.5]]), torch.tensor([[1, 1, 0]]))
 * metric.compute().item() // 0.5
 */
export class MultilabelPrecisionAtK extends RankingMetric {
  readonly k: number
  protected override readonly measure = 'precision'

  constructor(
    num_labels: number | (MetricOptions & { k: number }),
    k?: number | (Omit<MetricOptions, 'num_labels'> & { k: number }),
    ignore_index?: number | null | Pick<MetricOptions, 'ignore_index' | 'validate_args'>,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, k, ignore_index] = PRECISION_AT_K.read(args)
    super(num_labels, ignore_index)
    if (typeof k !== 'number' || !Number.isInteger(k) || k < 1) {
      throw new ValueError(
        `MultilabelPrecisionAtK: \`k\` has to be a positive integer, but got ${describe(k)}`,
      )
    }
    this.k = k
    this.first = k
  }
}
