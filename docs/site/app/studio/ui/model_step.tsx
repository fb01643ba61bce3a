/** What is trained, and how. */
import type { Architecture, Settings, Understood } from '../protocol.ts'
import { Choice, NumberField, pure, Section } from './parts.tsx'

interface Props {
  settings: Settings
  understood: Understood
  isBusy: boolean
  change: (settings: Partial<Settings>) => void
}

const ARCHITECTURES: readonly (readonly [Architecture, string])[] = [
  ['linear', 'linear'],
  ['two-layer', 'two layers'],
]
const CNN = [['cnn', 'small CNN']] as const

export const ModelStep = pure(({ settings, understood, isBusy, change }: Props) => {
  const { architecture, hidden, dropout, max_epochs, patience, batch_size, lr, weight_decay, seed } = settings
  const { validation, test, pos_weight, own_weights, label_smoothing } = settings
  const isPictures = understood.kind === 'pictures'
  const common = { disabled: isBusy }
  const percent = (share: number) => Math.round(100 * share)
  return (
    <Section title="Model" hint="Under the multi-label soft margin loss, with AdamW.">
      <div class="settings">
        <Choice
          name="Layers"
          value={architecture}
          options={isPictures ? [...CNN, ...ARCHITECTURES] : ARCHITECTURES}
          onChange={(architecture) => change({ architecture })}
          disabled={isBusy}
        />
        {architecture === 'linear' ? null : (
          <NumberField
            name="hidden units"
            value={hidden}
            min={1}
            max={4096}
            step={1}
            onChange={(hidden) => change({ hidden })}
            {...common}
          />
        )}
        <NumberField
          name="epochs"
          value={max_epochs}
          min={1}
          max={10000}
          step={1}
          onChange={(max_epochs) => change({ max_epochs })}
          {...common}
        />
        <NumberField
          name="learning rate"
          value={lr}
          min={0}
          max={10}
          onChange={(lr) => change({ lr })}
          {...common}
        />
        <NumberField
          name="batch size"
          value={batch_size}
          min={1}
          max={65536}
          step={1}
          onChange={(batch_size) => change({ batch_size })}
          {...common}
        />
        <Choice
          name="Weight of rare labels (pos_weight)"
          value={pos_weight}
          options={[
            ['none', 'as they are'],
            ['rarity', 'by rarity'],
            ['own', 'my own'],
          ]}
          onChange={(pos_weight) => change({ pos_weight })}
          disabled={isBusy}
        />
      </div>
      {pos_weight === 'own' ? (
        <fieldset class="weights">
          <legend>Weights of labels</legend>
          {understood.labels.map(({ name }, i) => (
            <NumberField
              key={name}
              name={name}
              value={own_weights[i] ?? 1}
              min={0}
              max={1e6}
              disabled={isBusy}
              onChange={(value) =>
                change({
                  own_weights: understood.labels.map((_, j) => (i === j ? value : (own_weights[j] ?? 1))),
                })
              }
            />
          ))}
        </fieldset>
      ) : null}
      <details>
        <summary>More settings</summary>
        <div class="settings">
          {understood.is_split ? null : (
            <>
              <NumberField
                name="validation, % of rows"
                value={percent(validation)}
                min={1}
                max={49}
                step={1}
                onChange={(share) => change({ validation: share / 100 })}
                {...common}
              />
              <NumberField
                name="test, % of rows"
                value={percent(test)}
                min={1}
                max={49}
                step={1}
                onChange={(share) => change({ test: share / 100 })}
                {...common}
              />
            </>
          )}
          <NumberField
            name="seed"
            value={seed}
            min={0}
            max={2 ** 31 - 1}
            step={1}
            onChange={(seed) => change({ seed })}
            {...common}
          />
          <NumberField
            name="patience, epochs"
            hint="Training ends after so many epochs without a lower validation loss; 0: never"
            value={patience}
            min={0}
            max={10000}
            step={1}
            onChange={(patience) => change({ patience })}
            {...common}
          />
          <NumberField
            name="weight decay"
            value={weight_decay}
            min={0}
            max={10}
            onChange={(weight_decay) => change({ weight_decay })}
            {...common}
          />
          <NumberField
            name="label smoothing"
            value={label_smoothing}
            min={0}
            max={0.99}
            onChange={(label_smoothing) => change({ label_smoothing })}
            {...common}
          />
          {architecture === 'linear' ? null : (
            <NumberField
              name="dropout"
              value={dropout}
              min={0}
              max={0.9}
              onChange={(dropout) => change({ dropout })}
              {...common}
            />
          )}
        </div>
        <p class="hint">
          {understood.is_split
            ? 'These rows are split already.'
            : 'The split keeps the share of every label (iterative stratification). Labels that are missing are left out of the loss and of all figures.'}
        </p>
      </details>
    </Section>
  )
})
