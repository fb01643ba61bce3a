/** Files and folders that were dropped. */
import type { Source } from '../protocol.ts'

/** Files of a folder at most, before it is taken for a mistake. */
const MOST = 60_000

export async function filesOf(data: DataTransfer | null): Promise<Source | null> {
  if (data === null) return null
  const text = data.getData('text/plain')
  // Entries are gone after the first await.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null)
  const plain = [...data.files]
  if (plain.length === 0 && entries.every((entry) => entry === null))
    return text === '' ? null : { from: 'paste', text }
  if (!entries.some((entry) => entry?.isDirectory))
    return { from: 'files', files: plain, paths: plain.map(({ name }) => name) }
  const found: { file: File; path: string }[] = []
  for (const entry of entries) if (entry !== null) await collect(entry, found)
  return { from: 'files', files: found.map(({ file }) => file), paths: found.map(({ path }) => path) }
}

async function collect(entry: FileSystemEntry, found: { file: File; path: string }[]): Promise<void> {
  if (found.length >= MOST || entry.name.startsWith('.')) return
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    )
    found.push({ file, path: entry.fullPath.replace(/^\//, '') })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (part.length === 0) return
    for (const each of part) await collect(each, found)
  }
}
