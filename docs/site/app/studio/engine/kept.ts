/** What a reload finds again: in IndexedDB, which pages and workers of all browsers have. */
import { createStore, del, get, set, setMany, type UseStore } from 'idb-keyval'
import type { ReadingOptions, Settings, Source } from '../protocol.ts'
import type { Correction } from './corrections.ts'
import type { Stage } from './stages.ts'

export interface Project {
  version: 2
  source: Source
  options: ReadingOptions
  settings: Settings
  corrections: Correction[]
  /** Of the run: what it was begun with, and with which corrections it went on. */
  run: { settings: Settings; stages: Stage[]; finished: boolean } | null
  thresholds: number[] | null
}

export interface Checkpoint {
  bytes: Uint8Array<ArrayBuffer>
  /** The best weights, by ModelCheckpoint's name. */
  best: [string, Uint8Array<ArrayBuffer>][]
  epoch: number
}

let store: UseStore | null = null
const opened = () => {
  store ??= createStore('softmargin-studio', 'kept')
  return store
}

/** Null if nothing was kept, or nothing can be. */
export async function kept(): Promise<{ project: Project; checkpoint: Checkpoint | null } | null> {
  const project = await get<Project>('project', opened())
  if (project?.version !== 2) return null
  return { project, checkpoint: (await get<Checkpoint>('checkpoint', opened())) ?? null }
}

export const keepProject = (project: Project) => set('project', project, opened())

/** Both at once: a run and where it is. */
export const keepAll = (project: Project, checkpoint: Checkpoint) =>
  setMany(
    [
      ['project', project],
      ['checkpoint', checkpoint],
    ],
    opened(),
  )

export const forgetCheckpoint = () => del('checkpoint', opened())

export async function forgetAll(): Promise<void> {
  await del('project', opened())
  await del('checkpoint', opened())
}
