import { useEffect, useState } from 'preact/hooks'
import { DataStep } from './data_step.tsx'
import { filesOf } from './dropped.ts'
import { ExportStep } from './export_step.tsx'
import { ModelStep } from './model_step.tsx'
import { RowsStep } from './rows_step.tsx'
import { RunStep } from './run_step.tsx'
import { ScoresStep } from './scores_step.tsx'
import { Studio } from './studio.ts'
import { TryStep } from './try_step.tsx'

export function App() {
  const [, render] = useState(0)
  const [studio] = useState(() => new Studio(() => render((count) => count + 1)))
  const [change] = useState(() => studio.change.bind(studio))
  const { state } = studio
  useEffect(() => receiveDrops(studio), [])
  const { understood, settings, progress, scores, curve, label, rows, filter, from } = state
  const phase = progress?.phase ?? 'none'
  const isBusy = phase === 'training' || phase === 'paused'
  const hasRows = understood !== null && understood.rows > 0
  return (
    <div class="steps">
      <h1>Studio</h1>
      <p class="intro">Train a tagger on your own rows. Nothing leaves this machine.</p>
      {state.trouble === null ? null : (
        <p class="mistake" role="alert">
          {state.trouble}{' '}
          <button type="button" class="plain" onClick={() => studio.set({ trouble: null })}>
            Close
          </button>
        </p>
      )}
      {state.isOpening ? (
        <p class="status">Looking for earlier work …</p>
      ) : (
        <DataStep studio={studio} state={state} />
      )}
      {hasRows ? (
        <>
          <ModelStep settings={settings} understood={understood} isBusy={isBusy} change={change} />
          <RunStep studio={studio} progress={progress} isSearching={state.isSearching} />
        </>
      ) : null}
      {hasRows && scores !== null ? (
        <>
          <ScoresStep studio={studio} scores={scores} curve={curve} label={label} weights={state.weights} />
          <TryStep
            studio={studio}
            understood={understood}
            guesses={state.guesses}
            trouble={state.guessTrouble}
          />
          {rows === null ? null : (
            <RowsStep
              {...{ studio, page: rows, scores, filter, from, isSearching: state.isSearching }}
              mayCrossValidate={phase === 'finished'}
            />
          )}
          <ExportStep studio={studio} exporting={state.exporting} />
        </>
      ) : null}
    </div>
  )
}

/** Files may be dropped anywhere. */
function receiveDrops(studio: Studio): () => void {
  const over = (event: DragEvent) => event.preventDefault()
  const drop = async (event: DragEvent) => {
    event.preventDefault()
    const source = await filesOf(event.dataTransfer)
    if (source !== null) await studio.read(source)
  }
  const listener = (event: DragEvent) => void drop(event)
  addEventListener('dragover', over)
  addEventListener('drop', listener)
  return () => {
    removeEventListener('dragover', over)
    removeEventListener('drop', listener)
  }
}
