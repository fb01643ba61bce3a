/**
 * The run of `npm run demo`, in steps: the same seed, the same rows, early stopping at the same epoch, and the same scores. It knows
 * neither page nor worker.
 */
import torch from 'softmargin/core'
import type { Program, Vocabulary } from '../../../../examples/package-tags/data.ts'
import { descriptionsOf, featuresOf, readDescription } from '../../../../examples/package-tags/description.ts'
import { inverseDocumentFrequency, tagRows, tfIdfRows } from '../../../../examples/package-tags/tf_idf.ts'
import type { Learning } from './dataset.ts'
import type { Epoch, Scores } from './messages.ts'
import { learn } from './tagger.ts'

/** It stops after so many epochs without a lower loss on the rows that are held out. */
const PATIENCE = 3

type Model = torch.nn.Linear

interface Verdict {
  probabilities: number[]
  threshold: number
  unknown: string[]
}

/** A tagger while it learns, and after. */
export class Run {
  readonly vocabulary: Vocabulary
  readonly history: Epoch[] = []
  bestEpoch = 0
  #idf: Float32Array
  #train: Program[]
  #validation: Program[]
  #model: Model | undefined
  #best = { loss: Number.POSITIVE_INFINITY, state: {} as torch.nn.StateDict }
  #threshold = 0.5

  constructor({ vocabulary, train, validation }: Learning) {
    this.vocabulary = vocabulary
    this.#train = train
    this.#validation = validation
    this.#idf = inverseDocumentFrequency(train, vocabulary.features.length)
  }

  /** One step after another; with the last step of an epoch, what the epoch was. */
  *steps(): Generator<{ loss: number; rows: number; epoch?: Epoch }> {
    torch.manual_seed(0)
    const [features, targets] = [this.#rows(this.#train), this.#targets(this.#train)]
    const [validation, validationTargets] = [this.#rows(this.#validation), this.#targets(this.#validation)]
    const described = this.#features(descriptionsOf(this.#validation, this.vocabulary))
    const criterion = new torch.nn.MultiLabelSoftMarginLoss()
    let [seen, sum] = [0, 0]
    for (const { model, epoch, rows, loss } of learn(features, targets)) {
      this.#model = model
      seen += rows
      sum += loss * rows
      if (seen < this.#train.length) {
        yield { loss, rows }
        continue
      }
      const validationLoss = torch.no_grad(() =>
        criterion.forward(model.forward(validation), validationTargets).item(),
      )
      this.#threshold = this.#tune(described, validationTargets, false).item()
      const past = { epoch, trainLoss: sum / seen, validationLoss }
      this.history.push(past)
      if (validationLoss < this.#best.loss) {
        this.bestEpoch = epoch
        this.#best = { loss: validationLoss, state: copyOf(model) }
      }
      yield { loss, rows, epoch: past }
      if (epoch - this.bestEpoch >= PATIENCE) break
      ;[seen, sum] = [0, 0]
    }
    this.#model?.load_state_dict(this.#best.state)
    this.#threshold = this.#tune(described, validationTargets, false).item()
  }

  /** The probability of each tag for a description; undefined before the first step, or if no word is known. */
  describe(text: string): Verdict | undefined {
    if (this.#model === undefined) return undefined
    const reading = readDescription(text, this.vocabulary)
    const { unknown } = reading
    if (reading.words.size === 0) return { probabilities: [], threshold: this.#threshold, unknown }
    const probabilities = Array.from(this.#probabilities(this.#features([featuresOf(reading)])).data())
    return { probabilities, threshold: this.#threshold, unknown }
  }

  /** On programs that had no say in the weights or the thresholds; each tag has a threshold of its own. */
  evaluate(test: Program[]): Scores {
    const num_labels = this.vocabulary.labels.length
    const threshold = this.#tune(this.#rows(this.#validation), this.#targets(this.#validation), true)
    const [probabilities, targets] = [this.#probabilities(this.#rows(test)), this.#targets(test)]
    const { MultilabelF1Score, MultilabelAveragePrecision } = torch.metrics
    const f1 = (average: 'micro' | 'macro') =>
      new MultilabelF1Score({ num_labels, threshold, average }).forward(probabilities, targets).item()
    return {
      microF1: f1('micro'),
      macroF1: f1('macro'),
      meanAveragePrecision: new MultilabelAveragePrecision({ num_labels })
        .forward(probabilities, targets)
        .item(),
      programs: test.length,
    }
  }

  #tune(features: torch.Tensor, targets: torch.Tensor, per_label: boolean): torch.Tensor {
    const probabilities = this.#probabilities(features)
    return torch.metrics.tune_thresholds(probabilities, targets, { metric: 'f1', per_label }).thresholds
  }

  #probabilities(features: torch.Tensor): torch.Tensor {
    const model = this.#model as Model
    return torch.no_grad(() => torch.sigmoid(model.forward(features)))
  }

  #rows = (programs: Program[]): torch.Tensor => this.#features(programs.map(({ features }) => features))

  #features(rows: number[][]): torch.Tensor {
    return torch.tensor(tfIdfRows(rows, this.#idf)).reshape([rows.length, this.#idf.length])
  }

  #targets(programs: Program[]): torch.Tensor {
    const tags = this.vocabulary.labels.length
    return torch.tensor(tagRows(programs, tags)).reshape([programs.length, tags])
  }
}

/** The tensors of a state_dict are the module's own and go on learning. */
const copyOf = (model: Model): torch.nn.StateDict =>
  Object.fromEntries(Object.entries(model.state_dict()).map(([name, value]) => [name, value.clone()]))
