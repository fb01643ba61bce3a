/**
 * Curves over one axis, drawn by uPlot: values at the cursor by mouse, touch and keyboard (arrows, Home, End), the same numbers as a
 * table, colours of the design in light and dark.
 */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './curves.css'
import { onColours } from '../shell/theme.ts'
import { CURVES, colour, DASHES } from './colours.ts'

export interface Curve {
  label: string
  /** A thin, pale line behind the others, such as a loss that jumps from step to step. */
  faint?: boolean
  /** Which colour and dash of the palette: its place among the curves, unless given. */
  colour?: number
}

export interface CurvesOptions {
  /** Says what is shown, to those who do not see it too. */
  title: string
  /** The name of the horizontal axis, as in `epoch`. */
  x: string
  curves: Curve[]
  /** How a value is written; four decimals unless given. */
  format?: (value: number) => string
  /** The vertical range; that of the values unless given. */
  range?: [low: number, high: number]
  /** The horizontal range; that of the values unless given. */
  xRange?: [low: number, high: number]
}

/** One row for each x; null where a curve has no point. */
export type Values = (number | null)[]

export class Curves {
  readonly element = document.createElement('figure')
  #options: CurvesOptions
  #plot: uPlot | undefined
  #x: number[] = []
  #values: Values[]
  #canvas = document.createElement('div')
  #readout = document.createElement('output')
  #title = document.createElement('span')
  #legend: HTMLElement[] = []
  #table = document.createElement('details')
  #format: (value: number) => string
  #resize = new ResizeObserver(() => this.#fit())

  /** Appends itself to `host`. */
  constructor(host: Element, options: CurvesOptions) {
    this.#options = options
    this.#format = options.format ?? ((value) => value.toFixed(4))
    this.#values = options.curves.map(() => [])
    this.element.className = 'curves'
    this.#canvas.className = 'curves-canvas'
    this.#canvas.tabIndex = 0
    this.#canvas.setAttribute('role', 'group')
    this.#canvas.setAttribute('aria-label', `${options.title}. Arrow keys read the values.`)
    this.#readout.className = 'curves-readout visually-hidden'
    this.#table.className = 'curves-table'
    this.#table.innerHTML = '<summary>As a table</summary>'
    this.#table.addEventListener('toggle', () => this.#writeTable())
    this.#canvas.addEventListener('keydown', (event) => this.#move(event))
    // Back to the last values, as when a mouse leaves.
    this.#canvas.addEventListener('blur', () => this.#plot?.setCursor({ left: -10, top: -10 }))
    this.element.append(this.#caption(), this.#canvas, this.#readout, this.#table)
    host.append(this.element)
    this.#draw()
    this.#resize.observe(this.#canvas)
    onColours(() => this.#draw())
  }

  /** New values: `x` rising, and for each curve a value (or null) for each x. */
  set(x: number[], values: Values[]): void {
    this.#x = x
    this.#values = values
    this.#plot?.setData([x, ...values] as uPlot.AlignedData)
    this.#show()
    this.#writeTable()
  }

  destroy(): void {
    this.#resize.disconnect()
    this.#plot?.destroy()
    this.element.remove()
  }

  #caption(): HTMLElement {
    const caption = document.createElement('figcaption')
    this.#title.textContent = this.#options.title
    this.#title.className = 'curves-title'
    const legend = document.createElement('span')
    legend.className = 'curves-legend'
    this.#options.curves.forEach((curve, index) => {
      const item = document.createElement('span')
      const dash = this.#dash(curve, index).join(' ')
      const name = CURVES[this.#place(curve, index)]
      item.innerHTML = `<svg width="26" height="8" aria-hidden="true"><line x1="1" x2="25" y1="4" y2="4" stroke-width="${curve.faint ? 1 : 2}" stroke-dasharray="${dash}"/></svg>`
      const line = item.querySelector('line') as SVGElement
      line.style.stroke = `var(${name})`
      if (curve.faint) line.style.opacity = '0.55'
      const value = document.createElement('b')
      value.textContent = '–'
      item.append(`${curve.label} `, value)
      this.#legend.push(value)
      legend.append(item)
    })
    caption.append(this.#title, legend)
    return caption
  }

  #place = ({ colour: place }: Curve, index: number): number => (place ?? index) % CURVES.length

  #dash = (curve: Curve, index: number): number[] =>
    curve.faint ? [] : (DASHES[this.#place(curve, index)] ?? [])

  #draw(): void {
    this.#plot?.destroy()
    const { curves, range, xRange } = this.#options
    const [ink, line] = [colour('--ink-3'), colour('--line')]
    const font = `12px ${getComputedStyle(document.body).fontFamily}`
    const axis: uPlot.Axis = {
      stroke: ink,
      font,
      grid: { stroke: line, width: 1 },
      ticks: { show: false },
      gap: 4,
    }
    this.#plot = new uPlot(
      {
        ...this.#size(),
        legend: { show: false },
        padding: [8, 8, 0, 0],
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
        scales: {
          x: { time: false, ...(xRange === undefined ? {} : { range: xRange }) },
          y: range === undefined ? {} : { range },
        },
        axes: [
          // Steps and epochs are counted: no ticks between them.
          { ...axis, grid: { show: false }, size: 24, incrs: WHOLE },
          { ...axis, size: 44, space: 34 },
        ],
        series: [
          {},
          ...curves.map((curve, index): uPlot.Series => {
            const place = this.#place(curve, index)
            const stroke = colour(CURVES[place] as `--${string}`)
            return {
              label: curve.label,
              stroke: curve.faint ? withAlpha(stroke, 0.5) : stroke,
              width: curve.faint ? 1 : 2,
              dash: this.#dash(curve, index),
              spanGaps: true,
              points: { size: 5, show: isAlone },
            }
          }),
        ],
        hooks: { setCursor: [() => this.#show()] },
      },
      [this.#x, ...this.#values] as uPlot.AlignedData,
      this.#canvas,
    )
    // Its name and values are the figure's.
    this.#plot.root.setAttribute('aria-hidden', 'true')
  }

  #size = () => ({ width: this.#canvas.clientWidth || 300, height: this.#canvas.clientHeight || 200 })

  #fit(): void {
    const { width, height } = this.#size()
    if (this.#plot !== undefined && (this.#plot.width !== width || this.#plot.height !== height))
      this.#plot.setSize({ width, height })
  }

  /** The last value of each curve at or before a place of the axis. */
  #at = (index: number): (number | null)[] =>
    this.#values.map((values) => {
      for (let i = index; i >= 0; i--) if (values[i] != null) return values[i] as number
      return null
    })

  /** The values at the cursor, or the last ones. */
  #show(): void {
    const { title, x } = this.#options
    const last = this.#x.length - 1
    const index = this.#plot?.cursor.idx ?? null
    // A cursor may be where an earlier run had more values.
    const at = index === null || index > last ? null : index
    this.#title.textContent = at === null ? title : `${title}, ${x} ${this.#x[at]}`
    this.#at(at ?? last).forEach((value, curve) => {
      const item = this.#legend[curve]
      if (item !== undefined) item.textContent = value === null ? '–' : this.#format(value)
    })
  }

  #move(event: KeyboardEvent): void {
    const last = this.#x.length - 1
    if (this.#plot === undefined || last < 0) return
    const from = this.#plot.cursor.idx ?? last
    const stride = Math.max(1, Math.round(last / 60))
    const to = { ArrowLeft: from - stride, ArrowRight: from + stride, Home: 0, End: last }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const index = Math.min(Math.max(to, 0), last)
    this.#plot.setCursor({ left: this.#plot.valToPos(this.#x[index] as number, 'x'), top: 0 })
    this.#readout.textContent = `${this.#options.x} ${this.#x[index]}: ${this.#at(index)
      .map(
        (value, curve) =>
          `${this.#options.curves[curve]?.label} ${value === null ? 'none' : this.#format(value)}`,
      )
      .join(', ')}`
  }

  /** Only while it is open; at most 60 rows. */
  #writeTable(): void {
    if (!this.#table.open) return
    const table = document.createElement('table')
    const cell = (row: HTMLTableRowElement, text: string, head = false) => {
      const td = document.createElement(head ? 'th' : 'td')
      td.textContent = text
      if (head) td.setAttribute('scope', 'col')
      row.append(td)
    }
    const head = table.createTHead().insertRow()
    for (const name of [this.#options.x, ...this.#options.curves.map(({ label }) => label)])
      cell(head, name, true)
    const body = table.createTBody()
    const stride = Math.max(1, Math.ceil(this.#x.length / 60))
    for (let i = stride - 1; i < this.#x.length; i += stride) {
      const row = body.insertRow()
      cell(row, String(this.#x[i]))
      for (const value of this.#at(i)) cell(row, value === null ? '' : this.#format(value))
    }
    const scroll = document.createElement('div')
    scroll.className = 'scroll'
    scroll.tabIndex = 0
    scroll.setAttribute('role', 'region')
    scroll.setAttribute('aria-label', this.#options.title)
    scroll.append(table)
    this.#table.querySelector('.scroll')?.remove()
    this.#table.append(scroll)
  }
}

/** 1, 2, 5, 10 and so on. */
const WHOLE = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat()

/** One value makes no line: it is drawn as a point. */
const isAlone = ({ data }: uPlot, series: number): boolean =>
  Array.from(data[series] ?? []).filter((value) => value != null).length === 1

const withAlpha = (rgb: string, alpha: number): string => rgb.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`)
