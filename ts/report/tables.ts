/** Tables, and tables whose numbers are bars. */

import { type Html, html, nameOf, plural } from './html.js'

/** So many rows are shown at first. */
export const FIRST = 40

/** A wide or long table, which scrolls by keyboard too. */
export const scrolling = (label: string, table: Html, isLong = false): Html =>
  html`<div class="scroll${isLong ? ' long' : ''}" role="region" aria-label="${label}" tabindex="0">${table}</div>`

/** Cells below their heads: text to the left first, then numbers to the right. */
export function table(heads: readonly string[], rows: readonly (readonly (string | Html)[])[]): Html {
  return html`<table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table>`
}

export interface BarColumn<Row> {
  name: string
  kind: string
  /** The length, from 0 to 1, and what stands beside it. */
  bar: (row: Row) => { share: number; text: string }
}

/** One row for each label: its name, and a bar with its number in each column. The first rows, the others on demand. */
export function bars<Row extends { name: string }>(
  caption: string,
  columns: readonly BarColumn<Row>[],
  rows: readonly Row[],
): Html {
  const part = (
    some: readonly Row[],
    title: string,
  ) => html`<table class="bars" role="table" aria-label="${title}" style="--columns:${columns.length}">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">label</th>${columns.map(({ name }) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${some.map(
    (row) =>
      html`<tr role="row"><th role="rowheader" scope="row">${nameOf(row.name)}</th>${columns.map(
        ({ name, kind, bar }) => {
          const { share, text } = bar(row)
          return html`<td role="cell"><small aria-hidden="true">${name}</small><span class="bar"><i class="${kind}" style="--share:${widthOf(share)}"></i></span><b>${text}</b></td>`
        },
      )}</tr>\n`,
  )}</tbody></table>`
  if (rows.length <= FIRST) return part(rows, caption)
  const others = `${caption}: the other ${plural(rows.length - FIRST, 'label')}`
  return html`${part(rows.slice(0, FIRST), caption)}
<details><summary>The other ${plural(rows.length - FIRST, 'label')}</summary>${scrolling(others, part(rows.slice(FIRST), others), true)}</details>`
}

const widthOf = (share: number): string =>
  `${Number((100 * Math.min(Math.max(share || 0, 0), 1)).toFixed(1))}%`

/** Which colour is what. */
export const legend = (entries: readonly (readonly [kind: string, text: string])[]): Html =>
  html`<p class="legend">${entries.map(([kind, text]) => html`<span><i class="${kind}"></i>${text}</span>`)}</p>`
