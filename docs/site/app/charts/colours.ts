/** The design's colours as a canvas needs them. A variable may hold `light-dark(…)`, which only a property resolves. */
export function colour(name: `--${string}`, within: Element = document.body): string {
  const probe = document.createElement('span')
  probe.hidden = true
  probe.style.color = `var(${name})`
  within.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** The palette of curves, in its order, and dashes that tell them apart without colours. */
export const CURVES = ['--curve-1', '--curve-2', '--curve-3', '--curve-4', '--curve-5', '--curve-6'] as const
export const DASHES: number[][] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [1, 4]]
