/** Keeps the work over a reload, as it goes on: the disk never holds up the run. */
import { sentenceOf } from '../reading/read.ts'
import { forgetCheckpoint, keepAll, keepProject, type Project } from './kept.ts'
import type { Run } from './run.ts'

interface Work {
  project: () => Project | null
  run: () => Run | null
  /** After a state was kept in passing. */
  onKept: () => void
  /** Nothing can be kept here. */
  onTrouble: (sentence: string) => void
}

export class Keeper {
  /** The epoch that a reload would find. */
  epoch: number | null = null
  /** False once this browser has refused. */
  isAble = true
  private isWriting = false
  private last = 0

  constructor(private readonly work: Work) {}

  /** Keeps the state of now, unless that was done less than `every` milliseconds ago or is being done. */
  soon(every: number): void {
    if (this.isWriting || performance.now() - this.last < every) return
    this.isWriting = true
    void this.now().then(() => {
      this.isWriting = false
      this.work.onKept()
    })
  }

  /** The project alone: what was decided by hand. */
  async project(): Promise<void> {
    await this.attempt(keepProject)
  }

  /** The project, and the run where it is. */
  async now(): Promise<void> {
    this.last = performance.now()
    const run = this.work.run()
    if (run === null) {
      await this.attempt(async (project) => {
        await keepProject(project)
        await forgetCheckpoint()
      })
      return
    }
    await this.attempt(async (project) => {
      const epoch = run.trainer.current_epoch
      await keepAll(project, { bytes: run.trainer.save_checkpoint(), best: [...run.best], epoch })
      this.epoch = epoch
    })
    this.last = performance.now()
  }

  private async attempt(keep: (project: Project) => Promise<void>): Promise<void> {
    const project = this.work.project()
    if (project === null || !this.isAble) return
    try {
      await keep(project)
    } catch (error) {
      this.isAble = false
      const why = sentenceOf(error).sentence
      this.work.onTrouble(`This browser does not keep the work over a reload: ${why}`)
    }
  }
}
