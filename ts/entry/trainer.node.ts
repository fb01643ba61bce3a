/** Checkpoints are files in Node, Deno and Bun. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setUsualStore } from '../trainer/store.js'

setUsualStore({
  async put(name, bytes) {
    await mkdir(dirname(name), { recursive: true })
    // Whoever reads it meanwhile, or after a crash, finds the old file or the new one.
    const unfinished = `${name}.unfinished`
    await writeFile(unfinished, bytes)
    await rename(unfinished, name)
  },
  async get(name) {
    try {
      return await readFile(name)
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return null
      throw error
    }
  },
  delete: (name) => rm(name, { force: true }),
})

export * from '../trainer/index.js'
