/**
 * What a program has in place of the origin's files (OPFS): as much of FileSystemDirectoryHandle as checkpoints need, in memory, for as
 * long as the program runs. It is the same in browsers that have no OPFS, and a link fills nobody's disk.
 */
interface Options {
  create?: boolean
}

const missing = (name: string) => new DOMException(`There is no “${name}” here.`, 'NotFoundError')

class MemoryFile {
  readonly kind = 'file'
  readonly name: string
  #parts: BlobPart[] = []

  constructor(name: string) {
    this.name = name
  }

  async getFile(): Promise<File> {
    return new File(this.#parts, this.name)
  }

  /** What is written is there when it is closed. */
  async createWritable() {
    const parts: BlobPart[] = []
    return {
      // A Blob is a copy: the bytes may change later.
      write: async (part: BlobPart) => void parts.push(new Blob([part])),
      close: async () => {
        this.#parts = parts
      },
    }
  }
}

export class MemoryFolder {
  readonly kind = 'directory'
  readonly name: string
  #entries = new Map<string, MemoryFile | MemoryFolder>()

  constructor(name = '') {
    this.name = name
  }

  getDirectoryHandle(name: string, options: Options = {}): Promise<MemoryFolder> {
    return this.#get(name, MemoryFolder, options)
  }

  getFileHandle(name: string, options: Options = {}): Promise<MemoryFile> {
    return this.#get(name, MemoryFile, options)
  }

  async removeEntry(name: string): Promise<void> {
    if (!this.#entries.delete(name)) throw missing(name)
  }

  async *entries(): AsyncGenerator<[string, MemoryFile | MemoryFolder]> {
    yield* this.#entries
  }

  async #get<T extends MemoryFile | MemoryFolder>(
    name: string,
    kind: new (name: string) => T,
    { create = false }: Options,
  ): Promise<T> {
    const found = this.#entries.get(name)
    if (found instanceof kind) return found
    if (found !== undefined) throw new DOMException(`“${name}” is of another kind.`, 'TypeMismatchError')
    if (!create) throw missing(name)
    const made = new kind(name)
    this.#entries.set(name, made)
    return made
  }
}
