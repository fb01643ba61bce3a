/** What the page shows, and what can be done on it. */
import {
  type Curve,
  DEFAULTS,
  type Example,
  type ExportKind,
  type Guess,
  type Misunderstood,
  type Part,
  type Progress,
  type ReadingOptions,
  type RowFilter,
  type RowsPage,
  type Scores,
  type Settings,
  type Source,
  type Understood,
  type Weights,
} from '../protocol.ts'
import { Engine } from './engine.ts'

export interface State {
  /** Until it is known what was kept. */
  isOpening: boolean
  isReading: boolean
  /** From 0 to 1, of a large file. */
  read: number | null
  understood: Understood | null
  misunderstood: Misunderstood | null
  settings: Settings
  /** Those of the run. */
  begun: Settings | null
  progress: Progress | null
  scores: Scores | null
  part: Part
  label: number
  curve: Curve | null
  /** Of the label that is shown. */
  weights: Weights | null
  filter: RowFilter
  from: number
  query: string
  rows: RowsPage | null
  isSearching: boolean
  guesses: { guesses: Guess[]; note: string } | null
  guessTrouble: string | null
  trouble: string | null
  exporting: ExportKind | null
}

export const ROWS = 10

export class Studio {
  state: State = {
    ...{
      isOpening: true,
      isReading: false,
      read: null,
      understood: null,
      misunderstood: null,
      settings: DEFAULTS,
      begun: null,
    },
    ...{
      progress: null,
      scores: null,
      part: 'test',
      label: 0,
      curve: null,
      weights: null,
      filter: 'suspected',
      from: 0,
      query: '',
    },
    ...{ rows: null, isSearching: false, guesses: null, guessTrouble: null, trouble: null, exporting: null },
  }
  private readonly engine: Engine

  constructor(private readonly changed: () => void) {
    this.engine = new Engine((news) => {
      if (news.kind === 'progress') this.set({ progress: this.sameHistory(news.progress) })
      else if (news.kind === 'reading') this.set({ read: news.done / news.total })
      else if (news.kind === 'scores') {
        this.set({ scores: news.scores, part: news.scores.part })
        void this.afterScores()
      } else this.set({ trouble: news.sentence })
    })
    void this.open()
  }

  /** The same array while no epoch has ended: the chart is not drawn anew. */
  private sameHistory(progress: Progress): Progress {
    const before = this.state.progress?.history ?? []
    const { history } = progress
    const last = history.length - 1
    const isSame = before.length === history.length && before[last]?.val_loss === history[last]?.val_loss
    return isSame ? { ...progress, history: before } : progress
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change }
    this.changed()
  }

  /** Does something, and shows what goes wrong. */
  private async trying<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      this.set({ trouble: error instanceof Error ? error.message : String(error) })
      return undefined
    }
  }

  private async open(): Promise<void> {
    const restored = await this.trying(() => this.engine.ask('restore', null))
    if (restored !== null && restored !== undefined) {
      const { understood, settings, progress, scores } = restored
      this.set({ understood, settings, begun: settings, progress, scores, isOpening: false })
      if (scores !== null) await this.afterScores()
    } else this.set({ isOpening: false })
  }

  async read(source: Source): Promise<void> {
    await this.reading(() => this.engine.ask('read', { source, options: {} }))
  }

  example(name: Example): Promise<void> {
    return this.read({ from: 'example', name })
  }

  async reread(options: ReadingOptions): Promise<void> {
    await this.reading(() => this.engine.ask('reread', options))
  }

  private async reading(ask: () => Promise<Understood | Misunderstood>): Promise<void> {
    this.set({ isReading: true, read: null, misunderstood: null, trouble: null })
    const answer = await this.trying(ask)
    this.set({ isReading: false, read: null })
    if (answer === undefined) return
    if ('sentence' in answer) return this.set({ misunderstood: answer })
    const fresh = {
      understood: answer,
      scores: null,
      curve: null,
      rows: null,
      guesses: null,
      label: 0,
      part: 'test',
    } as const
    this.set({ ...fresh, settings: { ...this.state.settings, ...answer.suggested } })
  }

  change(settings: Partial<Settings>): void {
    this.set({ settings: { ...this.state.settings, ...settings } })
  }

  async train(): Promise<void> {
    const { settings } = this.state
    this.set({ begun: settings, scores: null, curve: null, rows: null, guesses: null, trouble: null })
    await this.trying(() => this.engine.ask('train', settings))
  }

  /** Goes on from the best weights, with the corrections. */
  async learnOn(): Promise<void> {
    this.set({ scores: null, curve: null, rows: null, guesses: null, trouble: null })
    await this.trying(() => this.engine.ask('learn_on', null))
  }

  /** Whether the settings are those of the run. */
  get isSame(): boolean {
    const { settings, begun } = this.state
    return JSON.stringify(settings) === JSON.stringify(begun)
  }

  async control(what: 'pause' | 'resume' | 'cancel'): Promise<void> {
    if (what === 'resume') this.set({ scores: null, curve: null, rows: null })
    await this.trying(() => this.engine.ask(what, null))
  }

  private async afterScores(): Promise<void> {
    await Promise.all([
      this.showLabel(Math.min(this.state.label, (this.state.scores?.labels.length ?? 1) - 1)),
      this.showRows({}),
    ])
  }

  async showLabel(label: number): Promise<void> {
    const { part } = this.state
    this.set({ label })
    const [curve, weights] = await Promise.all([
      this.trying(() => this.engine.ask('curve', { label, part })),
      this.trying(() => this.engine.ask('weights', { label })),
    ])
    if (curve !== undefined && this.state.label === label && this.state.part === part)
      this.set({ curve, weights: weights ?? null })
  }

  async showPart(part: Part): Promise<void> {
    this.set({ part })
    const scores = await this.trying(() => this.engine.ask('scores', { part }))
    if (scores !== undefined && this.state.part === part) this.set({ scores })
    await this.showLabel(this.state.label)
  }

  private isSetting = false
  private wanted: number | null = null

  /** The latest of many: while one is being judged, others only replace each other. */
  async setThreshold(threshold: number): Promise<void> {
    this.wanted = threshold
    if (this.isSetting) return
    this.isSetting = true
    try {
      while (this.wanted !== null) {
        const threshold = this.wanted
        this.wanted = null
        const { label, part } = this.state
        const scores = await this.trying(() => this.engine.ask('set_threshold', { label, threshold, part }))
        if (scores !== undefined) this.set({ scores })
      }
    } finally {
      this.isSetting = false
    }
    await this.showRows({})
  }

  async tune(): Promise<void> {
    const scores = await this.trying(() => this.engine.ask('tune', { part: this.state.part }))
    if (scores !== undefined) this.set({ scores })
    await this.showRows({})
  }

  async showRows(change: Partial<Pick<State, 'filter' | 'from' | 'query'>>): Promise<void> {
    this.set(change)
    const { filter, from, query } = this.state
    const rows = await this.trying(() => this.engine.ask('rows', { filter, from, count: ROWS, query }))
    const now = this.state
    if (rows !== undefined && now.filter === filter && now.from === from && now.query === query)
      this.set({ rows })
  }

  async correct(row: number, label: number, value: number | null): Promise<void> {
    await this.trying(() => this.engine.ask('correct', { row, label, value }))
    await this.showRows({})
  }

  async crossValidate(): Promise<void> {
    this.set({ isSearching: true })
    await this.trying(() => this.engine.ask('cross_validate', null))
    this.set({ isSearching: false })
    await this.showRows({ filter: 'suspected', from: 0 })
  }

  async guess(one: { text: string } | { picture: Blob } | { numbers: number[] }): Promise<void> {
    try {
      this.set({ guesses: await this.engine.ask('guess', one), guessTrouble: null })
    } catch (error) {
      this.set({ guessTrouble: error instanceof Error ? error.message : String(error) })
    }
  }

  async export(kind: ExportKind): Promise<void> {
    this.set({ exporting: kind })
    const file = await this.trying(() => this.engine.ask('export', { kind }))
    this.set({ exporting: null })
    if (file === undefined) return
    const url = URL.createObjectURL(new Blob([file.bytes], { type: file.type }))
    const link = document.createElement('a')
    Object.assign(link, { href: url, download: file.name })
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
  }

  async forget(): Promise<void> {
    await this.trying(() => this.engine.ask('forget', null))
    this.set({
      understood: null,
      misunderstood: null,
      scores: null,
      curve: null,
      rows: null,
      guesses: null,
      trouble: null,
    })
  }
}
