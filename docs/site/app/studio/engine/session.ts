/** All that the worker knows: the data, the run, what was decided by hand. */
import torch from 'softmargin'
import {
  DEFAULTS,
  type Message,
  type Misunderstood,
  type Phase,
  type Progress,
  type ReadingOptions,
  type Restored,
  type Settings,
  type Source,
  type Understood,
} from '../protocol.ts'
import { read, sentenceOf } from '../reading/read.ts'
import type { Reading } from '../reading/understanding.ts'
import { watched } from '../reading/watched.ts'
import { Corrections } from './corrections.ts'
import type { Dataset } from './dataset.ts'
import { Judge } from './judge.ts'
import { Keeper } from './keeper.ts'
import { type Checkpoint, forgetAll, forgetCheckpoint, kept, type Project } from './kept.ts'
import { progressOf } from './progress.ts'
import { type Beginning, Run } from './run.ts'
import { splitOf } from './split.ts'
import { FIRST, type Stage, withoutCallbacks } from './stages.ts'

/** Milliseconds between two states that are kept, and between two reports of progress. */
const KEEP_EVERY = 3000
const REPORT_EVERY = 100

export class Session {
  reading: Reading | null = null
  settings: Settings = DEFAULTS
  run: Run | null = null
  /** Of the run; those before the last one are over. */
  stages: readonly Stage[] = []
  readonly corrections = new Corrections()
  readonly judge = new Judge(() => this.trained)
  private source: Source | null = null
  private options: ReadingOptions = {}
  private phase: Phase = 'none'
  private lastReport = 0
  private threads = 1
  private ended: Promise<unknown> = Promise.resolve()
  private readonly keeper = new Keeper({
    project: () => this.project(),
    run: () => this.run,
    onKept: () => this.report(true),
    onTrouble: (sentence) => this.tell({ kind: 'trouble', sentence }),
  })

  constructor(private readonly tell: (message: Message) => void) {}

  get dataset(): Dataset {
    const dataset = this.reading?.dataset ?? null
    if (dataset === null) throw new Error('There are no rows with labels yet.')
    return dataset
  }

  get trained(): Run {
    if (this.run === null || this.run.history.length === 0) throw new Error('Nothing has been learned yet.')
    return this.run
  }

  async useAllCores(): Promise<void> {
    const { crossOriginIsolated, navigator } = globalThis
    if (crossOriginIsolated) torch.set_num_threads(Math.max(1, navigator.hardwareConcurrency))
    this.threads = torch.get_num_threads()
  }

  /** Reads a source; what was there stays if that is not understood. */
  async read(source: Source, options: ReadingOptions): Promise<Understood | Misunderstood> {
    try {
      const tell = (done: number, total: number) => this.tell({ kind: 'reading', done, total })
      const reading = await read(watched(source, tell), options)
      await this.endRun()
      this.corrections.clear()
      Object.assign(this, { reading, source, options })
      this.judge.thresholds = null
      this.settings = { ...this.settings, ...reading.understood.suggested }
      this.phase = reading.dataset === null ? 'none' : 'ready'
      await this.keeper.now()
      this.report(true)
      return reading.understood
    } catch (error) {
      return sentenceOf(error)
    }
  }

  reread(options: ReadingOptions): Promise<Understood | Misunderstood> {
    if (this.source === null) throw new Error('There is nothing to read again.')
    return this.read(this.source, options)
  }

  /** Begins a run, or begins it anew, from the seed. */
  async train(settings: Settings): Promise<void> {
    await this.endRun()
    this.settings = settings
    await forgetCheckpoint().catch(() => {})
    this.keeper.epoch = null
    this.stages = [{ ...FIRST, corrections: [...this.corrections.list] }]
    this.start(null)
  }

  /** Goes on from the best weights, with the tags as they are now. */
  async learnOn(): Promise<void> {
    const run = this.trained
    const { best_checkpoint, best_epoch, split, history } = run
    if (this.phase !== 'finished' || best_checkpoint === null || best_epoch === null)
      throw new Error('Let the run end first: it goes on from its best weights.')
    const past = this.stages.map((stage) => ({ ...stage, history: stage.history ?? history }))
    await this.endRun()
    this.stages = [...past, { corrections: [...this.corrections.list], began_at: best_epoch, history: null }]
    this.start({ split, checkpoint: withoutCallbacks(best_checkpoint), began_at: best_epoch })
  }

  private start(beginning: Beginning | null): void {
    this.corrections.seen = this.stages[this.stages.length - 1]?.corrections ?? []
    this.judge.thresholds = null
    const run = this.begin(beginning)
    this.phase = 'training'
    this.report(true)
    this.follow(run.fit())
  }

  private begin(beginning: Beginning | null): Run {
    const listeners = {
      on_batch: () => this.report(false),
      on_epoch: () => {
        this.judge.forget()
        // Epochs may be shorter than a frame.
        this.report(false)
        this.keeper.soon(KEEP_EVERY / 3)
      },
      on_breath: () => this.keeper.soon(KEEP_EVERY),
    }
    this.run = new Run(this.dataset, this.settings, listeners, beginning ?? undefined)
    this.judge.forget()
    return this.run
  }

  /** Waits for a run to end, and says what it is worth. */
  private follow(ended: Promise<boolean>): void {
    const { run } = this
    this.ended = ended
    ended.then(
      async () => {
        if (run === this.run) await this.finish()
      },
      (error: unknown) => {
        if (run !== this.run) return
        this.phase = 'ready'
        this.tell({ kind: 'trouble', sentence: sentenceOf(error).sentence })
        this.report(true)
      },
    )
  }

  private async finish(): Promise<void> {
    this.judge.forget()
    if (this.run === null || this.run.history.length === 0) {
      this.phase = 'ready'
      this.run = null
    } else {
      this.phase = 'finished'
      this.tell({ kind: 'scores', scores: this.judge.scores('test') })
    }
    await this.keeper.now()
    this.report(true)
  }

  async pause(): Promise<void> {
    if (this.phase !== 'training' || this.run === null) return
    this.run.trainer.pause()
    this.phase = 'paused'
    this.judge.forget()
    await this.keeper.now()
    this.report(true)
    if (this.run.history.length > 0) this.tell({ kind: 'scores', scores: this.judge.scores('test') })
  }

  async resume(): Promise<void> {
    if (this.phase !== 'paused' || this.run === null) return
    this.phase = 'training'
    this.judge.thresholds = null
    this.judge.forget()
    this.run.trainer.resume()
    this.report(true)
  }

  /** Ends the run here: what was learned stays. */
  cancel(): void {
    this.run?.stop()
  }

  /** Ends a run that is not wanted any more, and waits for that: it sets the random numbers back. */
  private async endRun(): Promise<void> {
    const { run, ended } = this
    this.run = null
    this.judge.forget()
    run?.stop()
    await ended.catch(() => {})
  }

  async setThreshold(label: number, threshold: number): Promise<void> {
    this.judge.limits()[label] = threshold
    await this.keeper.project()
  }

  async tune(): Promise<void> {
    this.judge.thresholds = null
    this.judge.limits()
    await this.keeper.project()
  }

  /** Changes a target; the next training learns from it. */
  async correct(row: number, label: number, value: number): Promise<void> {
    this.corrections.correct(this.dataset, row, label, value)
    this.judge.forget()
    await this.keeper.project()
    this.report(true)
  }

  get waiting(): number {
    return this.run === null ? 0 : this.corrections.waiting
  }

  progress(): Progress {
    const { run, phase, settings, threads, waiting } = this
    const kept_epoch = this.keeper.epoch
    return progressOf(run, { phase, settings, threads, waiting_corrections: waiting, kept_epoch })
  }

  private report(isDue: boolean): void {
    const now = performance.now()
    if (!isDue && now - this.lastReport < REPORT_EVERY) return
    this.lastReport = now
    this.tell({ kind: 'progress', progress: this.progress() })
  }

  private project(): Project | null {
    const { source, options, settings, run, phase, stages } = this
    const { thresholds } = this.judge
    if (source === null || this.reading === null) return null
    return {
      ...{ version: 2, source, options, settings, corrections: this.corrections.list },
      run:
        run === null ? null : { settings: run.settings, stages: [...stages], finished: phase === 'finished' },
      thresholds: thresholds === null ? null : [...thresholds],
    }
  }

  /** What was there before a reload. */
  async restore(): Promise<Restored | null> {
    const found = await kept().catch(() => {
      this.keeper.isAble = false
      return null
    })
    if (found === null) return null
    const { project, checkpoint } = found
    const { source, options, settings, run } = project
    this.reading = await read(source, options)
    Object.assign(this, { source, options, settings })
    this.phase = this.reading.dataset === null ? 'none' : 'ready'
    if (run !== null && checkpoint !== null && this.reading.dataset !== null)
      await this.restoreRun(run, checkpoint, project.thresholds)
    if (this.reading.dataset !== null) this.corrections.become(this.dataset, project.corrections)
    const scores = (this.run?.history.length ?? 0) > 0 ? this.judge.scores('test') : null
    const { understood } = this.reading
    return { understood, settings: this.settings, progress: this.progress(), scores }
  }

  private async restoreRun(
    { settings, stages, finished }: NonNullable<Project['run']>,
    { bytes, best, epoch }: Checkpoint,
    thresholds: number[] | null,
  ): Promise<void> {
    const [first, last] = [stages[0] ?? FIRST, stages[stages.length - 1] ?? FIRST]
    Object.assign(this, { settings, stages })
    // The parts of the rows are those of the first stage, whatever was corrected since.
    this.corrections.become(this.dataset, first.corrections)
    const split = splitOf(this.dataset, settings)
    this.corrections.become(this.dataset, last.corrections)
    this.corrections.seen = last.corrections
    const run = this.begin({ split, checkpoint: null, began_at: last.began_at })
    for (const [name, value] of best) run.best.set(name, value)
    this.phase = 'paused'
    const { finished: ended } = await run.restore(bytes)
    this.judge.thresholds = thresholds === null ? null : Float32Array.from(thresholds)
    this.keeper.epoch = epoch
    if (finished) {
      this.phase = 'finished'
      run.stop()
      await ended
    } else this.follow(ended)
  }

  async forget(): Promise<void> {
    await this.endRun()
    this.corrections.clear()
    Object.assign(this, { reading: null, source: null, phase: 'none' })
    this.judge.thresholds = null
    this.keeper.epoch = null
    await forgetAll().catch(() => {})
    this.report(true)
  }
}
