/** Rows with their tags: what is probably wrong, and corrections. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RowFilter, RowsPage, RowView, Scores } from '../protocol.ts'
import { Choice, pure, Section, whole } from './parts.tsx'
import { ROWS, type Studio } from './studio.ts'

interface Props {
  studio: Studio
  page: RowsPage
  scores: Scores
  filter: RowFilter
  from: number
  isSearching: boolean
  mayCrossValidate: boolean
}

const FILTERS: readonly (readonly [RowFilter, string])[] = [
  ['suspected', 'suspected labels'],
  ['wrong', 'model disagrees'],
  ['corrected', 'corrected'],
  ['all', 'all'],
]

export const RowsStep = pure(
  ({ studio, page, scores, filter, from, isSearching, mayCrossValidate }: Props) => {
    const { rows, total, searched } = page
    const [query, setQuery] = useState('')
    const show = (to: number) => void studio.showRows({ from: to })
    return (
      <Section
        title="Wrong tags"
        hint="A click on a tag gives it or takes it. Then the model learns on from where it is."
      >
        <div class="filters">
          <Choice
            name="Show"
            value={filter}
            options={FILTERS}
            onChange={(each) => void studio.showRows({ filter: each, from: 0 })}
          />
          <label class="words">
            <span>with the words</span>
            <input
              type="search"
              value={query}
              onInput={(event) => {
                setQuery(event.currentTarget.value)
                void studio.showRows({ query: event.currentTarget.value, from: 0 })
              }}
            />
          </label>
        </div>
        <p class="hint" role="status">
          {isSearching
            ? 'Three models learn from two thirds of the training rows each, and judge the rest …'
            : `${whole(total)} found among ${filter === 'all' && query !== '' ? 'all rows' : searched}.`}
        </p>
        <ol class="rows" start={from + 1}>
          {rows.map((row) => (
            <Row
              key={row.row}
              view={row}
              scores={scores}
              correct={(label, value) => void studio.correct(row.row, label, value)}
            />
          ))}
        </ol>
        <p class="actions">
          <button
            type="button"
            class="button"
            disabled={from === 0}
            onClick={() => show(Math.max(0, from - ROWS))}
          >
            Back
          </button>
          <button
            type="button"
            class="button"
            disabled={from + ROWS >= total}
            onClick={() => show(from + ROWS)}
          >
            Next
          </button>
          {filter === 'suspected' ? (
            <button
              type="button"
              class="plain"
              disabled={isSearching || !mayCrossValidate}
              onClick={() => void studio.crossValidate()}
            >
              Judge the training rows too
            </button>
          ) : null}
        </p>
      </Section>
    )
  },
)

type Correct = (label: number, value: number | null) => void

function Row({ view, scores, correct }: { view: RowView; scores: Scores; correct: Correct }) {
  const { text, pixels, given, probabilities, suspected, corrected } = view
  const limit = (label: number) => scores.labels[label]?.threshold ?? 0.5
  const shown = given
    .map((value, label) => ({ value, label, chance: probabilities[label] ?? 0 }))
    .filter(
      ({ value, label, chance }) =>
        value !== 0 || chance > limit(label) || suspected.includes(label) || corrected.includes(label),
    )
    .sort((a, b) => b.chance - a.chance)
  const others = given.map((_, label) => label).filter((label) => !shown.some((each) => each.label === label))
  return (
    <li>
      {pixels === null ? null : <Picture pixels={pixels} text={text} />}
      <div>
        <p class="row-text">{text || '(empty)'}</p>
        <p class="tags">
          {shown.map(({ value, label, chance }) => (
            <button
              type="button"
              key={label}
              class={`tag${suspected.includes(label) ? ' suspected' : ''}${corrected.includes(label) ? ' corrected' : ''}`}
              aria-pressed={value === 1}
              title={wordsFor(value, chance, suspected.includes(label))}
              onClick={() => correct(label, value === 1 ? 0 : 1)}
            >
              {value === null ? '? ' : ''}
              {scores.labels[label]?.name} <span class="chance">{chance.toFixed(2)}</span>
              {suspected.includes(label) ? <span class="visually-hidden">, suspected</span> : null}
              {corrected.includes(label) ? <span class="visually-hidden">, corrected</span> : null}
            </button>
          ))}
          {others.length === 0 ? null : (
            <select
              aria-label="Give another tag"
              value=""
              onChange={(event) =>
                event.currentTarget.value !== '' && correct(Number(event.currentTarget.value), 1)
              }
            >
              <option value="">+</option>
              {others.map((label) => (
                <option key={label} value={label}>
                  {scores.labels[label]?.name}
                </option>
              ))}
            </select>
          )}
        </p>
      </div>
    </li>
  )
}

function wordsFor(value: number | null, chance: number, isSuspected: boolean): string {
  const has = value === null ? 'not known' : value === 1 ? 'given' : 'not given'
  return `${has}; the model says ${chance.toFixed(3)}${isSuspected ? '; probably wrong' : ''}`
}

/** A picture of 32 x 32. */
export function Picture({ pixels, text }: { pixels: Uint8ClampedArray; text: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const side = Math.sqrt(pixels.length / 4)
    canvas.current
      ?.getContext('2d')
      ?.putImageData(new ImageData(new Uint8ClampedArray(pixels), side, side), 0, 0)
  }, [pixels])
  return <canvas ref={canvas} width={32} height={32} role="img" aria-label={text} />
}
