import { Storage } from './storage.js'

/** `workspace` if it has so many bytes, otherwise a larger one in its place. It is kept between calls of a kernel. */
export function roomy(workspace: Storage | undefined, bytes: number): Storage {
  if (workspace !== undefined && workspace.bytes >= bytes) return workspace
  workspace?.dispose()
  return new Storage(bytes).keep()
}
