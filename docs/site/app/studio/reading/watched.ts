/** A source whose one large file tells how far it was read. */
import type { Source } from '../protocol.ts'

/** Bytes below which reading takes no time that is worth a word. */
const SMALL = 4e6
/** How often it is told. */
const STEPS = 100

export function watched(source: Source, tell: (done: number, total: number) => void): Source {
  if (source.from !== 'files' || source.files.length !== 1) return source
  const [file] = source.files
  if (file === undefined || file.size < SMALL) return source
  const stream = () => {
    let [done, told] = [0, 0]
    const counting = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        done += chunk.byteLength
        // The page draws each of these.
        if (done - told >= file.size / STEPS) {
          told = done
          tell(done, file.size)
        }
        controller.enqueue(chunk)
      },
    })
    return file
      .stream()
      .pipeThrough(counting as ReadableWritablePair<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>)
  }
  const counted = new Proxy(file, {
    get: (target, name) => (name === 'stream' ? stream : bound(target, name)),
  })
  return { ...source, files: [counted] }
}

/** A member of a File, whose methods need it as `this`. */
function bound(file: File, name: string | symbol): unknown {
  const value: unknown = Reflect.get(file, name)
  return typeof value === 'function' ? value.bind(file) : value
}
