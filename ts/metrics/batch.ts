import { IndexError, RuntimeError, ValueError } from '../base/errors.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { sigmoid } from '../ops/elementwise/math.js'
import { selected } from '../ops/shape/index_select.js'
import { permute } from '../ops/shape/permute.js'
import { to } from '../tensor/convert.js'
import { formatShape, type Shape, sameShape } from '../tensor/shape.js'
import { dense } from '../tensor/strided.js'
import { checkTensor, empty, type Tensor } from '../tensor/tensor.js'

/**
 * How a metric interprets predictions: 'labels' are 0 and 1, or probabilities, or logits;
 * 'probabilities' are those or logits; 'scores' are either, without a sigmoid, which would keep the order but
 * round large logits to one value.
 */
export type Kind = 'labels' | 'probabilities' | 'scores'

interface Expected {
  kind: Kind
  /** Null for any number of labels. */
  num_labels: number | null
  ignore_index: number | null
  /** Names of the two arguments. */
  names?: readonly [preds: string, target: string]
}

/** Predictions and targets of one update, checked, as rows of labels. */
export class Batch {
  private constructor(
    /** float32 [rows, labels]. */
    readonly scores: Tensor,
    /** uint8 [rows, labels]: 0, 1, or 2 for ignored targets. */
    readonly codes: Tensor,
    private readonly preds: Tensor,
  ) {}

  /** Whether the predictions were 0 and 1 of an integer type, which need no threshold. */
  get areLabels(): boolean {
    return this.preds.dtype !== 'float32'
  }

  get rows(): number {
    return this.codes.shape[0]
  }

  /** The shape of the predictions: [N, C, ...]. */
  get shape(): Shape {
    return this.preds.shape
  }

  get labels(): number {
    return this.codes.shape[1]
  }

  /**
   * Predictions and targets [N, C, ...]; dimensions after C count as more rows.
   *
   * @throws RuntimeError, ValueError or IndexError, with torchmetrics' messages, if they are invalid
   */
  static read(
    op: string,
    preds: unknown,
    target: unknown,
    { kind, num_labels, ignore_index, names: [predsName, targetName] = ['preds', 'target'] }: Expected,
  ): Batch {
    checkTensor(op, predsName, preds)
    checkTensor(op, targetName, target)
    if (!sameShape(preds.shape, target.shape)) {
      throw new RuntimeError(
        `${op}: Predictions and targets are expected to have the same shape, but got ${formatShape(preds.shape)} and ${formatShape(target.shape)}.`,
      )
    }
    checkLabels(op, target, num_labels)
    if (kind !== 'labels' && preds.dtype !== 'float32') {
      throw new ValueError(
        `${op}: Expected argument \`${predsName}\` to be an floating tensor with probability/logit scores, but got tensor with dtype ${preds.dtype}`,
      )
    }
    const codes = encode(op, targetName, target, ignore_index)
    if (preds.dtype !== 'float32') {
      const labels = encode(op, predsName, preds, null)
      const scores = to(labels, 'float32')
      labels.dispose()
      return new Batch(scores, codes, preds)
    }
    const scores = asRows(preds)
    // Scores outside [0, 1], or NaN, are logits.
    const isLogits = kind !== 'scores' && !launch(() => kernels.within_unit(scores.pointer(), scores.numel()))
    if (!isLogits) return new Batch(scores, codes, preds)
    const probabilities = sigmoid(scores)
    if (scores.storage !== preds.storage) scores.dispose()
    return new Batch(probabilities, codes, preds)
  }

  /** Whether the scores share the user's memory. */
  get isBorrowed(): boolean {
    return this.scores.storage === this.preds.storage
  }

  /** The samples at these positions, as many as there are. */
  resampled(positions: Tensor): Batch {
    const { shape, scores, codes } = this
    const pick = (x: Tensor) => {
      const samples = x.alias([shape[0], x.numel() / shape[0]])
      return selected(samples, 0, positions).alias(x.shape)
    }
    return new Batch(pick(scores), pick(codes), this.preds)
  }

  /** Frees tensors that were made for this batch. */
  dispose(): void {
    this.codes.dispose()
    if (!this.isBorrowed) this.scores.dispose()
  }
}

/** Codes of targets [N, C, ...] alone, as in {@link Batch}. */
export function encodeTargets(op: string, targets: Tensor, ignore_index: number | null): Tensor {
  checkTensor(op, 'targets', targets)
  checkLabels(op, targets, null)
  return encode(op, 'targets', targets, ignore_index)
}

function checkLabels(op: string, target: Tensor, num_labels: number | null): void {
  if (target.dim() < 2) {
    throw new IndexError(`${op}: expected tensors of shape [N, C, ...], but got ${formatShape(target.shape)}`)
  }
  const labels = target.shape[1]
  if (num_labels !== null && labels !== num_labels) {
    throw new ValueError(
      `${op}: Expected both \`target.shape[1]\` and \`preds.shape[1]\` to be equal to the number of labels but got ${labels} and expected ${num_labels}`,
    )
  }
  if (labels === 0)
    throw new ValueError(`${op}: expected at least one label, but got ${formatShape(target.shape)}`)
}

/** [N, C, ...] -> [rows, C], outside of autograd. */
function asRows(x: Tensor): Tensor {
  const [, labels] = x.shape
  const dims = x.shape.map((_, i) => i).filter((i) => i !== 1)
  const moved = x.dim() === 2 ? x.detach() : permute(x.detach(), [...dims, 1])
  return dense(moved).alias([x.numel() / labels, labels])
}

function encode(op: string, argument: string, x: Tensor, ignore_index: number | null): Tensor {
  const rows = asRows(x)
  const values = to(rows, 'float32')
  const codes = empty(op, rows.shape, 'uint8')
  const ignore = ignore_index ?? Number.POSITIVE_INFINITY
  const valid = launch(() => kernels.encode_labels(values.pointer(), ignore, codes.pointer(), values.numel()))
  if (valid < values.numel()) {
    const allowed = ignore_index === null ? '[0, 1]' : `[0, 1, ${ignore_index}]`
    throw new RuntimeError(
      `${op}: Detected the value ${values.data()[valid]} in \`${argument}\` but expected only the following values ${allowed}`,
    )
  }
  for (const temporary of [values, rows]) if (temporary.storage !== x.storage) temporary.dispose()
  return codes
}
