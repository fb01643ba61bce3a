/** Confident learning for one label. Source: Northcutt, Jiang, Chuang 2021; the constants and roundings are those of cleanlab. */

/** How issues are chosen; see `find_label_issues`. */
export type LabelFilter =
  | 'prune_by_noise_rate'
  | 'prune_by_class'
  | 'both'
  | 'confident_learning'
  | 'predicted_neq_given'

/** Counts of rows by their target and what they probably are. */
type Joint = readonly [readonly [number, number], readonly [number, number]]

/** Probabilities that differ by less are equal. */
const ROUNDING = 1e-6

/** The rows counted by target and probable value, scaled to the counts of targets, and those that were counted as wrong. */
export function confidentJoint(p: Float64Array, targets: Uint8Array): { joint: Joint; wrong: Uint8Array } {
  const counts = [0, 0]
  const sums = [0, 0]
  for (let i = 0; i < p.length; i++) {
    counts[targets[i]]++
    sums[targets[i]] += targets[i] === 1 ? p[i] : 1 - p[i]
  }
  // The mean probability of a target where it is given; no row reaches 2.
  const thresholds = sums.map((sum, k) => (counts[k] === 0 ? 2 : Math.max(sum / counts[k], 2 * ROUNDING)))
  const joint: [[number, number], [number, number]] = [
    [0, 0],
    [0, 0],
  ]
  const wrong = new Uint8Array(p.length)
  for (let i = 0; i < p.length; i++) {
    const isConfident = [1 - p[i] >= thresholds[0] - ROUNDING, p[i] >= thresholds[1] - ROUNDING]
    if (!isConfident[0] && !isConfident[1]) continue
    const guess = isConfident[0] && isConfident[1] ? Number(p[i] > 1 - p[i]) : Number(isConfident[1])
    joint[targets[i]][guess]++
    wrong[i] = Number(guess !== targets[i])
  }
  for (const k of [0, 1] as const) joint[k][k] = Math.max(joint[k][k], 1)
  const scaled = joint.map(([a, b], k) => [(a / (a + b)) * counts[k], (b / (a + b)) * counts[k]])
  const total = scaled.flat().reduce((sum, count) => sum + count, 0)
  const calibrated = scaled.map((row) =>
    roundedOf(row.map((count) => (count / Math.max(total, 1e-100)) * p.length)),
  )
  return { joint: calibrated as unknown as Joint, wrong }
}

/** Rounds to the nearest, halves to the even one. */
function round(x: number): number {
  const floor = Math.floor(x)
  if (x - floor !== 0.5) return Math.round(x)
  return floor % 2 === 0 ? floor : floor + 1
}

/** Two numbers rounded so that their sum is the rounded sum. */
function roundedOf(numbers: readonly number[]): number[] {
  const rounded = numbers.map(round)
  const sum = (list: readonly number[]) => list.reduce((total, number) => total + number, 0)
  const difference = round(sum(numbers)) - sum(rounded)
  if (difference === 0) return rounded
  const step = Math.sign(difference)
  const rests = numbers.map((number, i) => number - rounded[i])
  // The one whose rounding was the worst, in that direction.
  const at = step > 0 ? Number(rests[1] >= rests[0]) : Number(rests[1] < rests[0])
  rounded[at] += step
  return rounded
}

/** How many rows with each target are probably of the other value, and of their own: [value][target]. */
function pruneCounts([[a, b], [c, d]]: Joint, least: number, frac_noise: number): Joint {
  const column = (own: number, other: number): [own: number, other: number] => {
    const kept = Math.max(own, least)
    const nonzero = Math.max(Number(own !== 0) + Number(other !== 0) - 1, 1)
    const noise = Math.max(other - (kept - own) / nonzero, 0)
    const reduced = noise * frac_noise
    return [Math.trunc(kept + (noise - reduced)), Math.trunc(reduced)]
  }
  const [first, second] = [column(a, b), column(d, c)]
  return [
    [first[0], second[1]],
    [first[1], second[0]],
  ]
}

interface Choice {
  readonly filter_by: LabelFilter
  readonly frac_noise: number
  readonly least: number
}

/** 1 for each row whose target is probably wrong. */
export function issuesOf(
  p: Float64Array,
  targets: Uint8Array,
  { joint, wrong }: ReturnType<typeof confidentJoint>,
  { filter_by, frac_noise, least }: Choice,
): Uint8Array {
  // A target that the prediction agrees with is no issue; of equal probabilities, that of 0 counts.
  const differs = Uint8Array.from(p, (one, i) => {
    const [zero, other] = targets[i] === 0 ? [1 - one + ROUNDING, one] : [1 - one, one + ROUNDING]
    return Number((other > zero ? 1 : 0) !== targets[i])
  })
  if (filter_by === 'predicted_neq_given') return differs
  if (filter_by === 'confident_learning') return wrong.map((is, i) => is & differs[i])
  const counts = pruneCounts(joint, least, frac_noise)
  const own = (i: number) => (targets[i] === 1 ? p[i] : 1 - p[i])
  /** Those of each target with the least probability, as many as `number` says. */
  const pruned = (number: (target: 0 | 1, rows: number) => number): Uint8Array => {
    const mask = new Uint8Array(p.length)
    for (const target of [0, 1] as const) {
      const rows: number[] = []
      for (let i = 0; i < p.length; i++) if (targets[i] === target) rows.push(i)
      if (rows.length <= least) continue
      const order = rows.sort((a, b) => own(a) - own(b))
      for (const row of order.slice(0, Math.max(0, number(target, rows.length)))) mask[row] = 1
    }
    return mask
  }
  // With two values, the greatest margin is the least probability of the target.
  const byNoise = () => pruned((target) => counts[1 - target][target])
  const byClass = () => pruned((target, rows) => rows - counts[target][target])
  if (filter_by === 'prune_by_noise_rate') return byNoise().map((is, i) => is & differs[i])
  const masks = filter_by === 'both' ? [byNoise(), byClass()] : [byClass()]
  return differs.map((is, i) => masks.reduce((all, mask) => all & mask[i], is))
}
