/** Losses by epoch: with a cursor for the mouse and for the keyboard, and a table of the same numbers. */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef, useState } from 'preact/hooks'
import { onColours } from '../../shell/theme.ts'
import type { Epoch } from '../protocol.ts'
import { fixed, pure, Scroll } from './parts.tsx'

interface Props {
  history: Epoch[]
  best: number | null
}

const HEIGHT = 260

const dataOf = (history: readonly Epoch[]): uPlot.AlignedData => [
  history.map(({ epoch }) => epoch),
  history.map(({ train_loss }) => train_loss),
  history.map(({ val_loss }) => val_loss),
]

/** A colour of the design as it is now. */
const colour = (name: string) => {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function optionsOf(
  width: number,
  best: { current: number | null },
  onCursor: (at: number | null) => void,
): uPlot.Options {
  const [ink, line, first, second] = ['--ink-2', '--line', '--curve-1', '--curve-2'].map(colour)
  const font = `12px ${getComputedStyle(document.documentElement).fontFamily}`
  const axis: uPlot.Axis = {
    stroke: ink ?? '',
    grid: { stroke: line ?? '', width: 1 },
    ticks: { stroke: line ?? '', width: 1 },
    font,
  }
  return {
    ...{ width, height: HEIGHT, legend: { show: false } },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: { x: { time: false, range: (_u, min, max) => [Math.min(min, 1), Math.max(max, 2)] } },
    axes: [
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
      { ...axis, size: 56 },
    ],
    series: [
      {},
      { label: 'training', stroke: first ?? '', width: 2, points: { show: false } },
      { label: 'validation', stroke: second ?? '', width: 2, dash: [7, 4], points: { show: false } },
    ],
    hooks: {
      setCursor: [({ cursor: { idx } }) => onCursor(idx ?? null)],
      draw: [
        (u) => {
          if (best.current === null || u.data[0].length < 2) return
          const x = u.valToPos(best.current, 'x', true)
          const { ctx, bbox } = u
          ctx.save()
          ctx.strokeStyle = ink ?? ''
          ctx.setLineDash([2, 4])
          ctx.beginPath()
          ctx.moveTo(x, bbox.top)
          ctx.lineTo(x, bbox.top + bbox.height)
          ctx.stroke()
          ctx.restore()
        },
      ],
    },
  }
}

export const LossChart = pure(({ history, best }: Props) => {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const marked = useRef(best)
  const [at, setAt] = useState<number | null>(null)
  marked.current = best

  useEffect(() => {
    const element = place.current
    if (element === null) return
    const draw = () => {
      chart.current?.destroy()
      chart.current = new uPlot(
        optionsOf(Math.max(element.clientWidth, 200), marked, setAt),
        chart.current?.data ?? dataOf(history),
        element,
      )
    }
    draw()
    onColours(draw)
    const observer = new ResizeObserver(() => {
      const width = Math.max(element.clientWidth, 200)
      if (chart.current !== null && chart.current.width !== width)
        chart.current.setSize({ width, height: HEIGHT })
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.current?.destroy()
    }
  }, [])

  useEffect(() => chart.current?.setData(dataOf(history)), [history])

  const last = history.length - 1
  const index = Math.min(at ?? last, last)
  const shown = history[index]
  const move = (to: number) => {
    const u = chart.current
    const index = Math.min(Math.max(to, 0), last)
    const epoch = history[index]
    if (u === null || epoch === undefined) return
    u.setCursor({ left: u.valToPos(epoch.epoch, 'x'), top: 10 })
    setAt(index)
  }
  const keys: Record<string, number> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    Home: 0,
    End: last,
    PageUp: index + 10,
    PageDown: index - 10,
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to = keys[event.key]
    if (to === undefined) return
    event.preventDefault()
    move(to)
  }
  const text =
    shown === undefined
      ? 'no epoch yet'
      : `epoch ${shown.epoch}: training ${fixed(shown.train_loss, 4)}, validation ${fixed(shown.val_loss, 4)}`
  return (
    <figure class="losses">
      <figcaption>
        <span class="key first">training loss</span>
        <span class="key second">validation loss</span>
        {shown === undefined ? null : (
          <span class="values">
            epoch {shown.epoch}: <b>{fixed(shown.train_loss, 4)}</b>, <b>{fixed(shown.val_loss, 4)}</b>
          </span>
        )}
      </figcaption>
      <div
        ref={place}
        class="chart"
        tabIndex={0}
        role="slider"
        aria-label="Losses by epoch"
        aria-valuemin={1}
        aria-valuemax={Math.max(history.length, 1)}
        aria-valuenow={shown?.epoch ?? 1}
        aria-valuetext={text}
        onKeyDown={onKeyDown}
      />
      <details>
        <summary>The same as a table</summary>
        <Scroll name="Losses as a table" isTall>
          <table>
            <thead>
              <tr>
                <th scope="col">epoch</th>
                <th scope="col">training</th>
                <th scope="col">validation</th>
              </tr>
            </thead>
            <tbody>
              {history.map(({ epoch, train_loss, val_loss }) => (
                <tr key={epoch}>
                  <th scope="row">{epoch === best ? `${epoch}, the best` : epoch}</th>
                  <td class="n">{fixed(train_loss, 6)}</td>
                  <td class="n">{fixed(val_loss, 6)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </figure>
  )
})
