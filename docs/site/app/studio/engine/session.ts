/** All that the worker knows: the data, the run, what was decided by hand. */
import torch from 'softmargin'
import {
  DEFAULTS,
  type Message,
  type Misunderstood,
  type Part,
  type Phase,
  type Progress,
  type ReadingOptions,
  type Restored,
  type Scores,
  type Settings,
  type Source,
  type Understood,
} from '../protocol.ts'
import { read, sentenceOf } from '../reading/read.ts'
import type { Reading } from '../reading/understanding.ts'
import type { Dataset } from './dataset.ts'
import { type Predictions, predict, scoresOf, tuned } from './evaluate.ts'
import {
  type Checkpoint,
  type Correction,
  forgetAll,
  forgetCheckpoint,
  keepAll,
  keepProject,
  kept,
  type Project,
} from './kept.ts'
import { Run } from './run.ts'

/** Milliseconds between two states that are kept, and between two reports of progress. */
const KEEP_EVERY = 3000
const REPORT_EVERY = 100

export class Session {
  reading: Reading | null = null
  source: Source | null = null
  options: ReadingOptions = {}
  settings: Settings = DEFAULTS
  run: Run | null = null
  thresholds: Float32Array | null = null
  corrections: Correction[] = []
  private phase: Phase = 'none'
  /** Corrections that the run was begun with. */
  private seen: Correction[] = []
  private predictions = new Map<Part, Predictions>()
  private kept_epoch: number | null = null
  private lastKept = 0
  private lastReport = 0
  private isKeeping = true
  private isWriting = false
  private threads = 1

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
      const reading = await read(this.watched(source), options)
      await this.endRun()
      this.reading = reading
      Object.assign(this, { source, options, corrections: [], thresholds: null })
      this.settings = { ...this.settings, ...reading.understood.suggested }
      this.phase = reading.dataset === null ? 'none' : 'ready'
      await this.keepNow()
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

  /** Large files tell how far they were read. */
  private watched(source: Source): Source {
    if (source.from !== 'files' || source.files.length !== 1) return source
    const [file] = source.files
    if (file === undefined || file.size < 4e6) return source
    const { tell } = this
    const stream = () => {
      let done = 0
      const counting = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          done += chunk.byteLength
          tell({ kind: 'reading', done, total: file.size })
          controller.enqueue(chunk)
        },
      })
      return file
        .stream()
        .pipeThrough(counting as ReadableWritablePair<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>)
    }
    return {
      ...source,
      files: [new Proxy(file, { get: (target, name) => (name === 'stream' ? stream : bound(target, name)) })],
    }
  }

  /** Begins a run, or begins it anew. */
  async train(settings: Settings): Promise<void> {
    await this.endRun()
    this.settings = settings
    this.seen = [...this.corrections]
    this.thresholds = null
    await forgetCheckpoint().catch(() => {})
    this.kept_epoch = null
    const run = this.begin()
    this.phase = 'training'
    this.report(true)
    this.follow(run.fit(null))
  }

  private begin(): Run {
    const run = new Run(this.dataset, this.settings, {
      on_batch: () => this.report(false),
      on_epoch: () => {
        this.predictions.clear()
        // Epochs may be shorter than a frame.
        this.report(false)
        this.keepSoon(KEEP_EVERY / 3)
      },
      on_breath: () => this.keepSoon(KEEP_EVERY),
    })
    this.run = run
    this.predictions.clear()
    return run
  }

  /** Waits for a run to end, and says what it is worth. */
  private follow(ended: Promise<boolean>): void {
    const { run } = this
    ended.then(
      async () => {
        if (run !== this.run) return
        await this.finish()
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
    const { run } = this
    this.predictions.clear()
    if (run === null || run.history.length === 0) {
      this.phase = 'ready'
      this.run = null
    } else {
      this.phase = 'finished'
      this.thresholds ??= tuned(this.predicted('validation'))
      this.tell({ kind: 'scores', scores: this.scores('test') })
    }
    await this.keepNow()
    this.report(true)
  }

  async pause(): Promise<void> {
    if (this.phase !== 'training' || this.run === null) return
    this.run.trainer.pause()
    this.phase = 'paused'
    this.predictions.clear()
    await this.keepNow()
    this.report(true)
    if (this.run.history.length > 0) {
      this.thresholds ??= tuned(this.predicted('validation'))
      this.tell({ kind: 'scores', scores: this.scores('test') })
    }
  }

  async resume(): Promise<void> {
    if (this.phase !== 'paused' || this.run === null) return
    this.phase = 'training'
    this.thresholds = null
    this.predictions.clear()
    this.run.trainer.resume()
    this.report(true)
  }

  /** Ends the run here: what was learned stays. */
  cancel(): void {
    this.run?.stop()
  }

  /** Ends a run that nobody wants any more. */
  private async endRun(): Promise<void> {
    const { run } = this
    this.run = null
    this.predictions.clear()
    run?.stop()
  }

  predicted(part: Part): Predictions {
    const known = this.predictions.get(part)
    if (known !== undefined) return known
    const run = this.trained
    const predictions = predict(run, run.split[part])
    this.predictions.set(part, predictions)
    return predictions
  }

  scores(part: Part): Scores {
    const limits = this.limits()
    return scoresOf(this.predicted(part), this.dataset, limits, part)
  }

  limits(): Float32Array {
    this.thresholds ??= tuned(this.predicted('validation'))
    return this.thresholds
  }

  async setThreshold(label: number, threshold: number): Promise<void> {
    this.limits()[label] = threshold
    await this.keepProject()
  }

  async tune(): Promise<void> {
    this.thresholds = tuned(this.predicted('validation'))
    await this.keepProject()
  }

  /** Changes a target; the next run learns from it. */
  async correct(row: number, label: number, value: number): Promise<void> {
    const { dataset } = this
    const at = row * dataset.labels.length + label
    const known = this.corrections.find((each) => each.row === row && each.label === label)
    const before = known?.before ?? dataset.targets[at]
    dataset.targets[at] = value
    this.corrections = this.corrections.filter((each) => each !== known)
    if (!Object.is(value, before)) this.corrections.push({ row, label, value, before })
    this.predictions.clear()
    await this.keepProject()
    this.report(true)
  }

  get waiting(): number {
    const key = ({ row, label, value }: Correction) => `${row} ${label} ${value}`
    const seen = new Set(this.seen.map(key))
    const now = new Set(this.corrections.map(key))
    return this.run === null
      ? 0
      : [...now].filter((each) => !seen.has(each)).length + [...seen].filter((each) => !now.has(each)).length
  }

  progress(): Progress {
    const { run, phase } = this
    const { heap_bytes, resident_bytes } = torch.wasm.memory()
    const batches = run?.trainer.num_training_batches ?? null
    const split = run?.split
    return {
      ...{ phase, epoch: run?.trainer.current_epoch ?? 0, max_epochs: this.settings.max_epochs },
      fraction: run === null || batches === null ? 0 : run.trainer.batch_idx / Math.max(batches, 1),
      ...{ step: run?.trainer.global_step ?? 0, rows_per_second: run?.rows_per_second ?? 0 },
      ...{ ms_per_step: run?.ms_per_step ?? 0, heap_bytes, resident_bytes, threads: this.threads },
      ...{
        parameters: run?.parameters ?? 0,
        history: run?.history ?? [],
        best_epoch: run?.best_epoch ?? null,
      },
      split:
        split === undefined
          ? null
          : { train: split.train.length, validation: split.validation.length, test: split.test.length },
      ...{ waiting_corrections: this.waiting, kept_epoch: this.kept_epoch },
    }
  }

  private report(isDue: boolean): void {
    const now = performance.now()
    if (!isDue && now - this.lastReport < REPORT_EVERY) return
    this.lastReport = now
    this.tell({ kind: 'progress', progress: this.progress() })
  }

  private project(): Project | null {
    const { source, options, settings, corrections, thresholds, run, phase } = this
    if (source === null || this.reading === null) return null
    const begun =
      run === null ? null : { settings: run.settings, corrections: this.seen, finished: phase === 'finished' }
    return {
      version: 1,
      source,
      options,
      settings,
      corrections,
      run: begun,
      thresholds: thresholds === null ? null : [...thresholds],
    }
  }

  /** Keeps the state of now, unless that was done lately or is being done; the run does not wait for the disk. */
  private keepSoon(every: number): void {
    if (this.isWriting || performance.now() - this.lastKept < every) return
    this.isWriting = true
    void this.keepNow().then(() => {
      this.isWriting = false
      this.report(true)
    })
  }

  private async keepProject(): Promise<void> {
    await this.keeping(async (project) => keepProject(project))
  }

  /** Keeps the project, and the run where it is. */
  private async keepNow(): Promise<void> {
    this.lastKept = performance.now()
    const { run } = this
    if (run === null) {
      await this.keeping(async (project) => {
        await keepProject(project)
        await forgetCheckpoint()
      })
      return
    }
    await this.keeping(async (project) => {
      const checkpoint: Checkpoint = {
        bytes: run.trainer.save_checkpoint(),
        best: [...run.best],
        epoch: run.trainer.current_epoch,
      }
      await keepAll(project, checkpoint)
      this.kept_epoch = checkpoint.epoch
    })
    this.lastKept = performance.now()
  }

  private async keeping(work: (project: Project) => Promise<void>): Promise<void> {
    const project = this.project()
    if (project === null || !this.isKeeping) return
    try {
      await work(project)
    } catch (error) {
      this.isKeeping = false
      const why = error instanceof Error ? error.message : String(error)
      this.tell({ kind: 'trouble', sentence: `This browser does not keep the work over a reload: ${why}` })
    }
  }

  /** What was there before a reload. */
  async restore(): Promise<Restored | null> {
    const found = await kept().catch(() => {
      this.isKeeping = false
      return null
    })
    if (found === null) return null
    const { project, checkpoint } = found
    const { source, options, settings, run, thresholds } = project
    this.reading = await read(source, options)
    Object.assign(this, { source, options, settings })
    this.phase = this.reading.dataset === null ? 'none' : 'ready'
    if (run !== null && checkpoint !== null && this.reading.dataset !== null) {
      this.apply(run.corrections)
      this.seen = run.corrections
      this.settings = run.settings
      const begun = this.begin()
      for (const [name, bytes] of checkpoint.best) begun.best.set(name, bytes)
      this.phase = 'paused'
      const { finished } = await begun.restore(checkpoint.bytes)
      this.thresholds = thresholds === null ? null : Float32Array.from(thresholds)
      this.kept_epoch = checkpoint.epoch
      if (run.finished) {
        this.phase = 'finished'
        begun.stop()
        await finished
      } else this.follow(finished)
    }
    if (this.reading.dataset !== null) this.apply(project.corrections)
    this.corrections = project.corrections
    const scores = (this.run?.history.length ?? 0) > 0 ? this.scores('test') : null
    const name =
      source.from === 'files'
        ? (source.files[0]?.name ?? '')
        : source.from === 'example'
          ? source.name
          : 'paste'
    return {
      understood: this.reading.understood,
      settings: this.settings,
      progress: this.progress(),
      scores,
      source: name,
    }
  }

  private apply(corrections: readonly Correction[]): void {
    const { targets, labels } = this.dataset
    for (const { row, label, value } of corrections) targets[row * labels.length + label] = value
  }

  async forget(): Promise<void> {
    await this.endRun()
    Object.assign(this, {
      reading: null,
      source: null,
      corrections: [],
      thresholds: null,
      kept_epoch: null,
      phase: 'none',
    })
    await forgetAll().catch(() => {})
    this.report(true)
  }
}

/** A member of a File, whose methods need it as `this`. */
function bound(file: File, name: string | symbol): unknown {
  const value: unknown = Reflect.get(file, name)
  return typeof value === 'function' ? value.bind(file) : value
}
