/** Checkpoints are files of the page's origin (OPFS) in browsers. */
import { RuntimeError } from '../base/errors.js'
import { setUsualStore } from '../trainer/store.js'

/** The folder of a name, and the last part of the name. */
async function placeOf(name: string, create: boolean): Promise<[FileSystemDirectoryHandle, string]> {
  const { storage } = (globalThis as { navigator?: Partial<Navigator> }).navigator ?? {}
  if (typeof storage?.getDirectory !== 'function') {
    throw new RuntimeError(
      'ModelCheckpoint: this runtime has no files of an origin (OPFS): give a store, such as { store: new Map() }',
    )
  }
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  const file = parts.pop() ?? name
  let folder = await storage.getDirectory()
  for (const part of parts) folder = await folder.getDirectoryHandle(part, { create })
  return [folder, file]
}

const isMissing = (error: unknown) => (error as { name?: unknown } | null)?.name === 'NotFoundError'

setUsualStore({
  async put(name, bytes) {
    const [folder, file] = await placeOf(name, true)
    const handle = await folder.getFileHandle(file, { create: true })
    // Written to the file when it is closed, all or none.
    const stream = await handle.createWritable()
    await stream.write(bytes)
    await stream.close()
  },
  async get(name) {
    try {
      const [folder, file] = await placeOf(name, false)
      return await (await folder.getFileHandle(file)).getFile()
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  },
  async delete(name) {
    try {
      const [folder, file] = await placeOf(name, false)
      await folder.removeEntry(file)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  },
})

export * from '../trainer/index.js'
