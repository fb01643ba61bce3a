/** Something new, and the tags that the model gives it. */
import { useRef, useState } from 'preact/hooks'
import type { Understood } from '../protocol.ts'
import { Bar, fixed, pure, Section } from './parts.tsx'
import { Reasons } from './reasons.tsx'
import type { State, Studio } from './studio.ts'

/** Numbers that are entered one by one; more are pasted. */
const FEW = 24
const SHOWN = 12
/** Of the threshold: labels below are not explained. */
const NEAR = 0.5

interface Props {
  studio: Studio
  understood: Understood
  guesses: State['guesses']
  trouble: string | null
}

export const TryStep = pure(({ studio, understood, guesses, trouble }: Props) => {
  const { kind, feature_names } = understood
  const isTexts = kind === 'texts' || (kind === 'table' && feature_names.length === 0)
  return (
    <Section title="Try it">
      {kind === 'pictures' ? (
        <PictureInput studio={studio} />
      ) : isTexts ? (
        <TextInput studio={studio} kind={kind} />
      ) : (
        <Numbers studio={studio} names={feature_names} />
      )}
      <div class="guesses" role="status">
        {trouble === null ? null : <p class="mistake">{trouble}</p>}
        {guesses === null || trouble !== null ? null : (
          <>
            {guesses.note === '' ? null : <p class="hint">{guesses.note}</p>}
            <ul>
              {guesses.guesses.slice(0, SHOWN).map(({ name, probability, threshold, reasons }) => (
                <li key={name} class={probability > threshold ? 'given' : ''}>
                  <span class="name">{name}</span>
                  <Bar value={probability} mark={threshold} />
                  <span class="n">{fixed(probability, 2)}</span>
                  {probability > threshold ? <span class="visually-hidden">given</span> : null}
                  {probability > NEAR * threshold ? <Reasons reasons={reasons} /> : null}
                </li>
              ))}
            </ul>
            <p class="hint">
              The line in a bar is the label’s threshold, the one it is judged with above.
              {guesses.guesses.some(({ reasons }) => reasons.length > 0)
                ? ' Below a label is what speaks for it and against it, as it adds to the logit.'
                : ''}
            </p>
          </>
        )}
      </div>
    </Section>
  )
})

function TextInput({ studio, kind }: { studio: Studio; kind: string }) {
  const [text, setText] = useState('')
  const type = (value: string) => {
    setText(value)
    if (value.trim() !== '') void studio.guess({ text: value })
    else studio.set({ guesses: null, guessTrouble: null })
  }
  const isSparse = kind === 'table'
  return (
    <label class="paste">
      <span>{isSparse ? 'A row, such as 3:1 17:0.5' : 'A text'}</span>
      <textarea
        rows={3}
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
        placeholder={isSparse ? '' : 'a console mail client written in C'}
      />
    </label>
  )
}

function Numbers({ studio, names }: { studio: Studio; names: string[] }) {
  const [cells, setCells] = useState(() => names.map(() => ''))
  const change = (next: string[]) => {
    setCells(next)
    const numbers = next.map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell.replace(',', '.'))))
    if (next.some((cell) => cell.trim() !== '')) void studio.guess({ numbers })
  }
  if (names.length > FEW) {
    return (
      <label class="paste">
        <span>{`A row of ${names.length} numbers, separated by commas or blanks`}</span>
        <textarea
          rows={3}
          spellcheck={false}
          onInput={(event) => change(event.currentTarget.value.trim().split(/[\s,;]+/))}
        />
      </label>
    )
  }
  return (
    <div class="settings">
      {names.map((name, i) => (
        <label class="number" key={name}>
          <span>{name}</span>
          <input
            inputMode="decimal"
            value={cells[i] ?? ''}
            onInput={(event) => change(cells.map((cell, j) => (i === j ? event.currentTarget.value : cell)))}
          />
        </label>
      ))}
    </div>
  )
}

function PictureInput({ studio }: { studio: Studio }) {
  const image = useRef<HTMLImageElement>(null)
  const show = (file: File | undefined | null) => {
    if (file === undefined || file === null) return
    if (image.current !== null) {
      URL.revokeObjectURL(image.current.src)
      image.current.src = URL.createObjectURL(file)
      image.current.hidden = false
    }
    void studio.guess({ picture: file })
  }
  return (
    <label
      class="drop"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        event.stopPropagation()
        show(event.dataTransfer?.files[0])
      }}
    >
      <img ref={image} alt="The dropped one" hidden />
      <span>Drop a picture here, or choose one</span>
      <input type="file" accept="image/*" onChange={(event) => show(event.currentTarget.files?.[0])} />
    </label>
  )
}
