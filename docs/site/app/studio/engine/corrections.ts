/** Tags that were changed by hand: in the targets at once, in the model when it has learned from them. */
import type { Dataset } from './dataset.ts'

export interface Correction {
  row: number
  label: number
  value: number
  before: number
}

type Targets = Pick<Dataset, 'targets' | 'labels'>

export class Corrections {
  /** Those that the targets have. */
  list: Correction[] = []
  /** Those that the run learns from. */
  seen: readonly Correction[] = []

  /** Changes one target; back to what it was is no correction. */
  correct({ targets, labels }: Targets, row: number, label: number, value: number): void {
    const at = row * labels.length + label
    const known = this.list.find((each) => each.row === row && each.label === label)
    const before = known?.before ?? targets[at]
    targets[at] = value
    this.list = this.list.filter((each) => each !== known)
    if (!Object.is(value, before)) this.list.push({ row, label, value, before })
  }

  /** Makes the targets those of other corrections. */
  become({ targets, labels }: Targets, list: readonly Correction[]): void {
    for (const { row, label, before } of this.list) targets[row * labels.length + label] = before
    for (const { row, label, value } of list) targets[row * labels.length + label] = value
    this.list = [...list]
  }

  /** How many differ from those that the run learns from. */
  get waiting(): number {
    const key = ({ row, label, value }: Correction) => `${row} ${label} ${value}`
    const seen = new Set(this.seen.map(key))
    const now = new Set(this.list.map(key))
    return (
      [...now].filter((each) => !seen.has(each)).length + [...seen].filter((each) => !now.has(each)).length
    )
  }

  clear(): void {
    this.list = []
    this.seen = []
  }
}
