/** Probabilities of every tag for every program beside the truth, both row-major. */
export interface Predictions {
  probabilities: ArrayLike<number>
  targets: Float32Array
  tags: number
}

interface Counts {
  truePositives: number
  falsePositives: number
  falseNegatives: number
}

export interface Scores {
  precision: number
  recall: number
  f1: number
}

interface Judged {
  probability: number
  target: number
}

// Nothing proposed, or nothing to find, scores 0 as in scikit-learn.
const ratio = (numerator: number, denominator: number): number =>
  denominator === 0 ? 0 : numerator / denominator
const mean = (values: number[]): number =>
  ratio(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  )

const tagIndices = (tags: number): number[] => Array.from({ length: tags }, (_, tag) => tag)

function column({ probabilities, targets, tags }: Predictions, tag: number): Judged[] {
  return Array.from({ length: probabilities.length / tags }, (_, row) => ({
    probability: probabilities[row * tags + tag],
    target: targets[row * tags + tag],
  }))
}

function count(judged: Judged[], threshold: number): Counts {
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 }
  for (const { probability, target } of judged) {
    const proposed = probability >= threshold
    if (proposed && target === 1) counts.truePositives += 1
    else if (proposed) counts.falsePositives += 1
    else if (target === 1) counts.falseNegatives += 1
  }
  return counts
}

function score({ truePositives, falsePositives, falseNegatives }: Counts): Scores {
  return {
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truePositives + falseNegatives),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  }
}

/** Each tag on its own; a program gets a tag when its probability reaches the tag's threshold. */
export function scoresPerTag(predictions: Predictions, thresholds: ArrayLike<number>): Scores[] {
  return tagIndices(predictions.tags).map((tag) => score(count(column(predictions, tag), thresholds[tag])))
}

/** Every tag counts the same, however rare. */
export function macroF1(scores: Scores[]): number {
  return mean(scores.map(({ f1 }) => f1))
}

/** Every decision counts the same, so frequent tags weigh more. */
export function microF1(predictions: Predictions, thresholds: ArrayLike<number>): number {
  const total = { truePositives: 0, falsePositives: 0, falseNegatives: 0 }
  for (const tag of tagIndices(predictions.tags)) {
    const counts = count(column(predictions, tag), thresholds[tag])
    total.truePositives += counts.truePositives
    total.falsePositives += counts.falsePositives
    total.falseNegatives += counts.falseNegatives
  }
  return score(total).f1
}

/** From the most to the least probable; equal probabilities form one step, for no threshold can part them. */
function* steps(
  judged: Judged[],
): Generator<{ proposed: number; truePositives: number; probability: number; next: number }> {
  const sorted = [...judged].sort((a, b) => b.probability - a.probability)
  let truePositives = 0
  for (const [index, { probability, target }] of sorted.entries()) {
    truePositives += target
    const next = sorted[index + 1]?.probability ?? 0
    if (next < probability) yield { proposed: index + 1, truePositives, probability, next }
  }
}

/** Area under the precision-recall curve: the sum of (recall gained) x (precision there). Needs no threshold. */
export function averagePrecision(predictions: Predictions, tag: number): number {
  const judged = column(predictions, tag)
  const positives = judged.filter(({ target }) => target === 1).length
  let area = 0
  let before = 0
  for (const { proposed, truePositives } of steps(judged)) {
    area += (truePositives - before) * (truePositives / proposed)
    before = truePositives
  }
  return ratio(area, positives)
}

export function meanAveragePrecision(predictions: Predictions): number {
  return mean(tagIndices(predictions.tags).map((tag) => averagePrecision(predictions, tag)))
}

/** The mean average precision of guessing: how often a tag occurs, averaged over the tags. */
export function labelPrior({ targets }: Predictions): number {
  return mean(Array.from(targets))
}

/**
 * For each tag the threshold with the best F1, midway between the two probabilities it parts; 0.5 for a tag
 * that no program has.
 */
export function tuneThresholds(predictions: Predictions): Float32Array {
  return Float32Array.from(tagIndices(predictions.tags), (tag) => {
    const judged = column(predictions, tag)
    const positives = judged.filter(({ target }) => target === 1).length
    let best = { f1: 0, threshold: 0.5 }
    for (const { proposed, truePositives, probability, next } of steps(judged)) {
      const f1 = ratio(2 * truePositives, proposed + positives)
      if (f1 > best.f1) best = { f1, threshold: (probability + next) / 2 }
    }
    return best.threshold
  })
}

/** One threshold for all tags, the one with the best micro-F1. */
export function tuneSharedThreshold(predictions: Predictions): number {
  return tuneThresholds({ ...predictions, tags: 1 })[0]
}
