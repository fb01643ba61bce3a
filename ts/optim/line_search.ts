/** The line search of L-BFGS. Source: torch.optim.lbfgs, after Mark Schmidt's minFunc. */

/** The objective, its gradient and the derivative along the direction, at one place of the line. */
export interface Point<G> {
  readonly t: number
  readonly loss: number
  readonly gradient: G
  /** The derivative along the line. */
  readonly slope: number
}

/** The minimum of the cubic through two points with their derivatives, within `bounds`. */
function cubicMinimum(
  a: Omit<Point<unknown>, 'gradient'>,
  b: Omit<Point<unknown>, 'gradient'>,
  bounds: readonly [number, number] = a.t <= b.t ? [a.t, b.t] : [b.t, a.t],
): number {
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t)
  const square = d1 * d1 - a.slope * b.slope
  if (!(square >= 0)) return (bounds[0] + bounds[1]) / 2
  const d2 = Math.sqrt(square)
  const [from, to] = a.t <= b.t ? [a, b] : [b, a]
  const t = to.t - (to.t - from.t) * ((to.slope + d2 - d1) / (to.slope - from.slope + 2 * d2))
  return Math.min(Math.max(t, bounds[0]), bounds[1])
}

/**
 * A point of the line from `start` at which the strong Wolfe conditions hold, or the best one after `limit` evaluations.
 *
 * @param size the greatest change of a parameter for t = 1
 */
export function strongWolfe<G>(
  at: (t: number) => Point<G>,
  start: Point<G>,
  first: number,
  size: number,
  tolerance: number,
  limit: number,
): { point: Point<G>; evaluations: number } {
  const [c1, c2] = [1e-4, 0.9]
  const isTooHigh = ({ loss, t }: Point<G>) => loss > start.loss + c1 * t * start.slope
  const isFlat = ({ slope }: Point<G>) => Math.abs(slope) <= -c2 * start.slope
  let point = at(first)
  let evaluations = 1
  let before = start
  let iteration = 0
  let bracket: [Point<G>, Point<G>] | null = null
  for (; iteration < limit; iteration++) {
    if (isTooHigh(point) || (iteration > 1 && point.loss >= before.loss)) {
      bracket = [before, point]
      break
    }
    if (isFlat(point)) return { point, evaluations }
    if (point.slope >= 0) {
      bracket = [before, point]
      break
    }
    const bounds = [point.t + 0.01 * (point.t - before.t), point.t * 10] as const
    const next = cubicMinimum(before, point, bounds)
    before = point
    point = at(next)
    evaluations++
  }
  bracket ??= [start, point]

  // The conditions hold somewhere between the two: the interval shrinks until they do.
  let isStuck = false
  let low = bracket[0].loss <= bracket[1].loss ? 0 : 1
  let done = false
  while (!done && iteration < limit) {
    if (Math.abs(bracket[1].t - bracket[0].t) * size < tolerance) break
    let t = cubicMinimum(bracket[0], bracket[1])
    const [least, greatest] = [Math.min(bracket[0].t, bracket[1].t), Math.max(bracket[0].t, bracket[1].t)]
    const margin = 0.1 * (greatest - least)
    // Near an end for the second time, or at it: a tenth of the interval away from the end.
    if (Math.min(greatest - t, t - least) < margin) {
      if (isStuck || t >= greatest || t <= least) {
        t = Math.abs(t - greatest) < Math.abs(t - least) ? greatest - margin : least + margin
        isStuck = false
      } else isStuck = true
    } else isStuck = false

    point = at(t)
    evaluations++
    iteration++
    const high = 1 - low
    if (isTooHigh(point) || point.loss >= bracket[low].loss) {
      bracket[high] = point
      low = bracket[0].loss <= bracket[1].loss ? 0 : 1
    } else {
      if (isFlat(point)) done = true
      else if (point.slope * (bracket[high].t - bracket[low].t) >= 0) bracket[high] = bracket[low]
      bracket[low] = point
    }
  }
  return { point: bracket[low], evaluations }
}
