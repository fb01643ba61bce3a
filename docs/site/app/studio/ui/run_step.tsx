/** The run: begin, pause, end, and how it goes. */
import type { Progress } from '../protocol.ts'
import { LossChart } from './loss_chart.tsx'
import { Figure, megabytes, plural, Section, whole } from './parts.tsx'
import type { Studio } from './studio.ts'

interface Props {
  studio: Studio
  progress: Progress | null
  /** Other models are being trained, to judge the rows. */
  isSearching: boolean
}

export function RunStep({ studio, progress, isSearching }: Props) {
  const phase = progress?.phase ?? 'ready'
  const history = progress?.history ?? []
  const waiting = progress?.waiting_corrections ?? 0
  const goesOn = phase === 'finished' && waiting > 0 && studio.isSame
  return (
    <Section title="Training" hint="In a worker: the page stays free.">
      <p class="actions">
        {phase === 'training' ? (
          <button type="button" class="button first" onClick={() => void studio.control('pause')}>
            Pause
          </button>
        ) : phase === 'paused' ? (
          <button type="button" class="button first" onClick={() => void studio.control('resume')}>
            Resume
          </button>
        ) : (
          <button
            type="button"
            class="button first"
            disabled={isSearching}
            onClick={() => void (goesOn ? studio.learnOn() : studio.train())}
          >
            {goesOn
              ? `Learn again with ${plural(waiting, 'correction')}`
              : phase === 'finished'
                ? 'Train again'
                : 'Train'}
          </button>
        )}
        {phase === 'training' || phase === 'paused' ? (
          <button type="button" class="button" onClick={() => void studio.control('cancel')}>
            End it here
          </button>
        ) : null}
        {phase === 'paused' || goesOn ? (
          <button type="button" class="plain" disabled={isSearching} onClick={() => void studio.train()}>
            Begin anew
          </button>
        ) : null}
        <span class="status" role="status">
          {sentenceOf(phase, progress)}
        </span>
      </p>
      {progress === null || (phase !== 'training' && history.length === 0) ? null : (
        <>
          <progress
            class={phase === 'training' ? 'moving' : ''}
            aria-label="Epochs done"
            max={progress.max_epochs}
            value={Math.min(progress.epoch + progress.fraction, progress.max_epochs)}
          />
          <LossChart history={history} />
          <dl class="figures">
            <Figure name="rows a second">{whole(progress.rows_per_second)}</Figure>
            <Figure name="time per step">{progress.ms_per_step.toFixed(2)} ms</Figure>
            <Figure name="steps">{whole(progress.step)}</Figure>
            <Figure name="memory, tensors">
              {megabytes(progress.heap_bytes)}, {megabytes(progress.resident_bytes)}
            </Figure>
            <Figure name="parameters">{whole(progress.parameters)}</Figure>
            <Figure name="threads">{progress.threads}</Figure>
          </dl>
        </>
      )}
    </Section>
  )
}

function sentenceOf(phase: string, progress: Progress | null): string {
  if (progress === null || phase === 'ready' || phase === 'none') return ''
  const { epoch, max_epochs, best_epoch, split, history, kept_epoch, began_at } = progress
  const parts =
    split === null
      ? ''
      : `${whole(split.train)} rows train, ${whole(split.validation)} choose, ${whole(split.test)} judge.`
  if (phase === 'training') return `Epoch ${Math.min(epoch + 1, max_epochs)} of ${max_epochs}. ${parts}`
  if (phase === 'paused') {
    const kept = kept_epoch === null ? '' : ' Kept: a reload finds it here.'
    return `Paused in epoch ${Math.min(epoch + 1, max_epochs)} of ${max_epochs}.${kept}`
  }
  const later = began_at > 0 ? `, ${history.length - began_at} of them with corrections` : ''
  return `Ended after ${plural(history.length, 'epoch')}${later}; the weights of epoch ${best_epoch} are kept. ${parts}`
}
