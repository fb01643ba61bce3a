/** A precision-recall curve, on which the threshold is dragged. */
import { useRef, useState } from 'preact/hooks'
import type { Curve, LabelScores } from '../protocol.ts'
import { fixed } from './parts.tsx'

interface Props {
  curve: Curve
  scores: LabelScores
  onThreshold: (threshold: number) => void
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [460, 340, 44, 40, 12, 14]
const x = (recall: number) => LEFT + recall * (WIDTH - LEFT - RIGHT)
const y = (precision: number) => HEIGHT - BOTTOM - precision * (HEIGHT - BOTTOM - TOP)
const TICKS = [0, 0.25, 0.5, 0.75, 1]

export function CurveChart({ curve, scores, onThreshold }: Props) {
  const svg = useRef<SVGSVGElement>(null)
  const { precision, recall, thresholds } = curve
  const last = thresholds.length - 1
  // Where the handle was moved to, until the worker has judged that.
  const [moved, setMoved] = useState<{ to: number; from: LabelScores } | null>(null)
  const pending = moved !== null && moved.from === scores ? moved.to : null
  // The place on the curve: the lowest score that is still above the threshold.
  const found = thresholds.findIndex((each) => each > scores.threshold)
  const place = useRef(0)
  const at = pending ?? (found < 0 ? last : found)
  place.current = at
  const to = (index: number) => {
    const next = Math.min(Math.max(index, 0), last)
    place.current = next
    setMoved({ to: next, from: scores })
    onThreshold(before(thresholds, next))
  }

  const nearest = (event: PointerEvent) => {
    const box = svg.current?.getBoundingClientRect()
    if (box === undefined) return
    const [px, py] = [
      ((event.clientX - box.left) / box.width) * WIDTH,
      ((event.clientY - box.top) / box.height) * HEIGHT,
    ]
    let [best, distance] = [0, Number.POSITIVE_INFINITY]
    for (let i = 0; i <= last; i++) {
      const far = (x(recall[i] ?? 0) - px) ** 2 + (y(precision[i] ?? 0) - py) ** 2
      if (far < distance) [best, distance] = [i, far]
    }
    to(best)
  }
  const step = Math.max(1, Math.round(last / 100))
  const strides: Record<string, number> = {
    ...{ ArrowRight: step, ArrowUp: step, ArrowLeft: -step, ArrowDown: -step },
    ...{
      PageUp: 10 * step,
      PageDown: -10 * step,
      Home: Number.NEGATIVE_INFINITY,
      End: Number.POSITIVE_INFINITY,
    },
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const stride = strides[event.key]
    if (stride === undefined) return
    event.preventDefault()
    to(place.current + stride)
  }
  const isDragging = useRef(false)
  const path = thresholds
    .map((_, i) => `${i === 0 ? 'M' : 'L'}${x(recall[i] ?? 0).toFixed(1)} ${y(precision[i] ?? 0).toFixed(1)}`)
    .join('')
  const isMoving = pending !== null
  const [handleX, handleY] = isMoving
    ? [x(recall[at] ?? 0), y(precision[at] ?? 0)]
    : [x(scores.recall), y(scores.precision)]
  return (
    <svg
      ref={svg}
      class="curve"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      onPointerDown={(event) => {
        isDragging.current = true
        event.currentTarget.setPointerCapture(event.pointerId)
        nearest(event)
      }}
      onPointerMove={(event) => isDragging.current && nearest(event)}
      onPointerUp={() => {
        isDragging.current = false
      }}
      onPointerCancel={() => {
        isDragging.current = false
      }}
    >
      <title>{`Precision and recall of ${scores.name}`}</title>
      <g class="grid">
        {TICKS.map((tick) => (
          <g key={tick}>
            <path d={`M${x(tick)} ${y(0)}V${y(1)}M${x(0)} ${y(tick)}H${x(1)}`} />
            <text x={x(tick)} y={HEIGHT - BOTTOM + 18} text-anchor="middle">
              {tick}
            </text>
            <text x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
              {tick}
            </text>
          </g>
        ))}
        <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 4} text-anchor="middle">
          recall
        </text>
        <text transform={`translate(11 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)`} text-anchor="middle">
          precision
        </text>
      </g>
      <path class="line" d={path} />
      <g
        class="handle"
        tabindex={0}
        role="slider"
        aria-label={`Threshold of ${scores.name}`}
        aria-valuemin={0}
        aria-valuemax={1}
        aria-valuenow={Number(scores.threshold.toFixed(3))}
        aria-valuetext={`${fixed(scores.threshold)}: precision ${fixed(scores.precision)}, recall ${fixed(scores.recall)}`}
        onKeyDown={onKeyDown}
      >
        <circle class="reach" cx={handleX} cy={handleY} r={22} />
        <circle class="dot" cx={handleX} cy={handleY} r={7} />
      </g>
    </svg>
  )
}

/** A threshold that the score at `index` is just above: midway to the one before, where that is near. */
function before(thresholds: readonly number[], index: number): number {
  const score = thresholds[index] ?? 0.5
  const previous = thresholds[index - 1] ?? 0
  return Math.max(0, Math.max((score + previous) / 2, score - 1e-4))
}
