/** The name that `given` was most likely meant to be, if one is close: `posWeight` -> `pos_weight`, `keepdims` -> `keepdim`. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const plain = (name: string) => name.replaceAll('_', '').toLowerCase()
  const wanted = plain(given)
  // A longer one is no typing error, and would take long to compare.
  if (wanted.length > 40) return undefined
  let best: string | undefined
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const name of names) {
    const distance = editDistance(wanted, plain(name))
    if (distance < least) [best, least] = [name, distance]
  }
  return best
}

/** The number of letters to insert, delete, replace or swap with the next one (Damerau 1964). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1]))
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isExchange) next[j] = Math.min(next[j], before[j - 2] + 1)
    }
    before = row
    row = next
  }
  return row[b.length]
}
