/** What the run of now is worth: its predictions, computed once, and thresholds, chosen on the validation rows or by hand. */
import type { Part, Scores } from '../protocol.ts'
import { type Predictions, predict, scoresOf, tuned } from './evaluate.ts'
import type { Run } from './run.ts'

export class Judge {
  /** Null until they are chosen. */
  thresholds: Float32Array | null = null
  private predictions = new Map<Part, Predictions>()

  constructor(private readonly run: () => Run) {}

  /** Predictions are of other weights or other tags now. */
  forget(): void {
    this.predictions.clear()
  }

  predicted(part: Part): Predictions {
    const known = this.predictions.get(part)
    if (known !== undefined) return known
    const run = this.run()
    const predictions = predict(run, run.split[part])
    this.predictions.set(part, predictions)
    return predictions
  }

  limits(): Float32Array {
    this.thresholds ??= tuned(this.predicted('validation'))
    return this.thresholds
  }

  scores(part: Part): Scores {
    return scoresOf(this.predicted(part), this.run().dataset, this.limits(), part)
  }
}
