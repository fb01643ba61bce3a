/** What the model is worth: each label's scores, and its threshold on its curve. */
import type { Curve, LabelScores, Scores, Weights } from '../protocol.ts'
import { CurveChart } from './curve_chart.tsx'
import { Choice, Figure, fixed, NumberField, pure, Scroll, Section, whole } from './parts.tsx'
import { WeightsTable } from './reasons.tsx'
import type { Studio } from './studio.ts'

interface Props {
  studio: Studio
  scores: Scores
  curve: Curve | null
  label: number
  weights: Weights | null
}

export const ScoresStep = pure(({ studio, scores, curve, label, weights }: Props) => {
  const chosen = scores.labels[label]
  return (
    <Section title="Worth" hint="On rows that it has not learned from.">
      <dl class="figures">
        <Figure name="micro-F1">{fixed(scores.micro_f1)}</Figure>
        <Figure name="macro-F1">{fixed(scores.macro_f1)}</Figure>
        <Figure name="mean average precision">{fixed(scores.mean_average_precision)}</Figure>
        <Figure name="at 0.5: micro, macro">
          {fixed(scores.micro_f1_at_half)}, {fixed(scores.macro_f1_at_half)}
        </Figure>
      </dl>
      <div class="worth">
        <Labels scores={scores} label={label} choose={(index) => void studio.showLabel(index)} />
        <div class="label">
          {chosen === undefined ? null : (
            <Threshold studio={studio} chosen={chosen} curve={curve?.label === label ? curve : null} />
          )}
          <Choice
            name="Judged on"
            value={scores.part}
            options={[
              ['test', 'test rows'],
              ['validation', 'validation rows'],
            ]}
            onChange={(part) => void studio.showPart(part)}
          />
          <p class="actions">
            <button type="button" class="button" onClick={() => void studio.tune()}>
              Best F1 for all labels
            </button>
            <span class="hint">Chosen on the validation rows.</span>
          </p>
          {weights === null || chosen === undefined ? null : (
            <WeightsTable weights={weights} name={chosen.name} />
          )}
        </div>
      </div>
    </Section>
  )
})

function Threshold({ studio, chosen, curve }: { studio: Studio; chosen: LabelScores; curve: Curve | null }) {
  return (
    <>
      <h3>{chosen.name}</h3>
      <p class="reading">
        precision <b>{fixed(chosen.precision)}</b>, recall <b>{fixed(chosen.recall)}</b>, F1{' '}
        <b>{fixed(chosen.f1)}</b>
      </p>
      {curve === null || curve.thresholds.length === 0 ? (
        <div class="curve empty">{curve === null ? '' : 'There are no scores to draw.'}</div>
      ) : (
        <CurveChart
          curve={curve}
          scores={chosen}
          onThreshold={(threshold) => void studio.setThreshold(threshold)}
        />
      )}
      <NumberField
        name="threshold"
        value={Number(chosen.threshold.toFixed(4))}
        min={-1}
        max={1}
        onChange={(threshold) => void studio.setThreshold(threshold)}
      />
      {curve === null ? null : <Points curve={curve} />}
    </>
  )
}

/** The curve as a table: at most twenty of its points. */
function Points({ curve: { precision, recall, thresholds } }: { curve: Curve }) {
  const step = Math.max(1, Math.ceil(thresholds.length / 20))
  const shown = thresholds.map((_, i) => i).filter((i) => i % step === 0)
  return (
    <details>
      <summary>The curve as a table</summary>
      <Scroll name="The curve as a table" isTall>
        <table>
          <thead>
            <tr>
              <th scope="col">score from</th>
              <th scope="col">precision</th>
              <th scope="col">recall</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((i) => (
              <tr key={i}>
                <td class="n">{fixed(thresholds[i] ?? 0)}</td>
                <td class="n">{fixed(precision[i] ?? 0)}</td>
                <td class="n">{fixed(recall[i] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}

function Labels({
  scores,
  label,
  choose,
}: {
  scores: Scores
  label: number
  choose: (index: number) => void
}) {
  return (
    <Scroll name="Scores of each label">
      <table class="scores">
        <thead>
          <tr>
            <th scope="col">label</th>
            <th scope="col">F1</th>
            <th scope="col">precision</th>
            <th scope="col">recall</th>
            <th scope="col">threshold</th>
            <th scope="col">rows</th>
          </tr>
        </thead>
        <tbody>
          {scores.labels.map(({ name, support, threshold, precision, recall, f1 }, i) => (
            <tr key={name} class={i === label ? 'chosen' : ''}>
              <th scope="row">
                <button type="button" class="plain" aria-pressed={i === label} onClick={() => choose(i)}>
                  {breakable(name)}
                </button>
              </th>
              <td class="n">{fixed(f1)}</td>
              <td class="n">{fixed(precision)}</td>
              <td class="n">{fixed(recall)}</td>
              <td class="n">{fixed(threshold, 2)}</td>
              <td class="n">{whole(support)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** A name that may be broken after its punctuation. */
const breakable = (name: string) =>
  name.split(/(?<=::|[_/-])/).flatMap((part, i) => (i === 0 ? [part] : [<wbr key={i} />, part]))
