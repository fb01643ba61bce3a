/** Whether the first version number in `text`, as printed by `--version`, is `oldest` or newer. */
export function isAtLeast(oldest, text = '') {
  const [wanted, found] = [numbersOf(oldest), numbersOf(text)]
  if (!found) return false
  const different = wanted.findIndex((part, i) => part !== (found[i] ?? 0))
  return different === -1 || (found[different] ?? 0) > wanted[different]
}

function numbersOf(text) {
  const [version] = text.match(/\d+(\.\d+)+/) ?? []
  return version?.split('.').map(Number)
}
