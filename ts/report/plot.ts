/** Line charts as SVG: lines stretch with the page, text and strokes keep their size. */

import { type Html, html } from './html.js'

/** A point of a chart, both from 0 to 1, from the lower left. */
export type Point = readonly [x: number, y: number]

export interface Tick {
  at: number
  text: string
}

export interface Line {
  points: readonly Point[]
  /** How it is drawn: a class of the style sheet. */
  kind: string
}

export interface Plot {
  /** What it shows, for those who do not see it. */
  label: string
  x: { name: string; ticks: readonly Tick[] }
  y: { name: string; ticks: readonly Tick[] }
  lines: readonly Line[]
  dots?: readonly Point[]
  /** A vertical line with a word. */
  mark?: { at: number; text: string }
  small?: boolean
}

/** 0, 0.5 and 1, or finer. */
export const unitTicks = (parts: number): Tick[] =>
  Array.from({ length: parts + 1 }, (_, i) => ({ at: i / parts, text: String(i / parts) }))

/** Round numbers from about `low` to about `high`: at most seven of them. */
export function roundTicks(low: number, high: number): number[] {
  const span = high - low || Math.abs(high) || 1
  const power = 10 ** Math.floor(Math.log10(span / 6))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => span / size <= 6) ?? span
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)]
  const digits = Math.min(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), 100)
  return Array.from({ length: Math.max(last - first, 1) + 1 }, (_, i) =>
    Number(((first + i) * step).toFixed(digits)),
  )
}

/** How finely points are placed. */
const GRID = 500

/** A path without the points that fall onto one place. */
function pathOf(points: readonly Point[]): string {
  let [path, last] = ['', '']
  for (const [x, y] of points) {
    if (!(Number.isFinite(x) && Number.isFinite(y))) continue
    const place = `${Math.round(x * GRID)} ${Math.round((1 - y) * GRID)}`
    if (place === last) continue
    path += `${path === '' ? 'M' : 'L'}${place}`
    last = place
  }
  return path
}

const percent = (share: number): string => `${Number((100 * share).toFixed(2))}%`

export function plot({ label, x, y, lines, dots = [], mark, small = false }: Plot): Html {
  return html`<div class="plot${small ? ' small' : ''}"><svg role="img" aria-label="${label}">
${y.ticks.map(({ at, text }) => {
  const place = percent(1 - at)
  return html`<line class="grid" x1="0" x2="100%" y1="${place}" y2="${place}"/><text class="y" x="0" y="${place}" dx="-8" dy="4">${text}</text>`
})}
${x.ticks.map(({ at, text }) => html`<text class="x" x="${percent(at)}" y="100%" dy="18">${text}</text>`)}
<text class="name x" x="50%" y="100%" dy="37">${x.name}</text><text class="name" x="0" y="0" dy="-12" dx="-26">${y.name}</text>
${mark === undefined ? [] : [html`<line class="mark" x1="${percent(mark.at)}" x2="${percent(mark.at)}" y1="0" y2="100%"/><text class="name ${mark.at > 0.5 ? 'end' : ''}" x="${percent(mark.at)}" y="0" dy="12" dx="${mark.at > 0.5 ? -6 : 6}">${mark.text}</text>`]}
<svg viewBox="0 0 ${GRID} ${GRID}" preserveAspectRatio="none" width="100%" height="100%">
${lines.map(({ points, kind }) => html`<path class="${kind}" d="${pathOf(points)}"/>`)}
</svg>
${dots.map(([cx, cy]) => html`<circle cx="${percent(cx)}" cy="${percent(1 - cy)}" r="4"/>`)}
</svg></div>`
}
