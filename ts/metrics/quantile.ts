/** A quantile of ascending values, interpolated linearly as by numpy; NaN if there is any, as that is sorted last. */
export function quantileOf(sorted: Float64Array, share: number): number {
  if (Number.isNaN(sorted[sorted.length - 1])) return Number.NaN
  const place = share * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return low === high ? low : low + (high - low) * (place - Math.floor(place))
}
