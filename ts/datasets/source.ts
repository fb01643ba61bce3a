/** Where the text of a file comes from: whole, or chunk by chunk. */
import { isUint8Array, tagOf } from '../base/builtin.js'
import { describe } from '../base/check.js'

/** A whole file: its text, or its bytes. */
export type FileContents = string | ArrayBuffer | ArrayBufferView

/** What a reader of a web stream has. */
export interface ChunkReader {
  /** The next chunk. */
  read(): Promise<{ done: boolean; value?: unknown }>
  /** Ends the stream. */
  cancel(reason?: unknown): Promise<unknown>
  /** Leaves the stream to other readers. */
  releaseLock(): void
}

/** A web stream. */
export interface ChunkStream {
  /** Locks the stream. */
  getReader(): ChunkReader
}

/** A Blob or File. */
export interface FileLike {
  /** Its bytes. */
  stream(): ChunkStream
}

/**
 * A file that arrives chunk by chunk, each text or bytes: a ReadableStream, an async iterable such as a stream of Node, a Blob
 * or File, a Response.
 */
export type FileStream =
  | ChunkStream
  | AsyncIterable<FileContents>
  | FileLike
  | { readonly body: ChunkStream | null; readonly bodyUsed: boolean }

/** What reads a file, chunk by chunk. */
export interface Sink<T> {
  write(chunk: FileContents): void
  end(): T
}

/** Gives all of `source` to `sink`; a promise if it comes in chunks. */
export function feed<T>(op: string, source: unknown, sink: Sink<T>): T | Promise<T> {
  if (isContents(source)) {
    sink.write(source)
    return sink.end()
  }
  const chunks = chunksOf(op, source)
  return feedAll(op, chunks, sink)
}

async function feedAll<T>(op: string, chunks: AsyncIterable<unknown>, sink: Sink<T>): Promise<T> {
  for await (const chunk of chunks) {
    if (!isContents(chunk))
      throw new TypeError(`${op}: the stream must give text or bytes, but gave ${describe(chunk)}`)
    sink.write(chunk)
  }
  return sink.end()
}

function isContents(value: unknown): value is FileContents {
  return typeof value === 'string' || ArrayBuffer.isView(value) || isBuffer(value)
}

const isBuffer = (value: unknown): value is ArrayBuffer =>
  tagOf(value) === 'ArrayBuffer' || tagOf(value) === 'SharedArrayBuffer'

/** The bytes of a chunk. */
export function bytesOf(chunk: Exclude<FileContents, string>): Uint8Array {
  if (isUint8Array(chunk)) return chunk
  return ArrayBuffer.isView(chunk)
    ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    : new Uint8Array(chunk)
}

function chunksOf(op: string, source: unknown): AsyncIterable<unknown> {
  const given = (typeof source === 'object' && source !== null ? source : {}) as Record<PropertyKey, unknown>
  if (typeof given.getReader === 'function') return readerChunks(source as ChunkStream)
  if (typeof given[Symbol.asyncIterator] === 'function') return source as AsyncIterable<unknown>
  if (typeof given.stream === 'function') return readerChunks((source as { stream(): ChunkStream }).stream())
  if (typeof given.bodyUsed === 'boolean' && 'body' in given) {
    if (given.bodyUsed) throw new TypeError(`${op}: the body of the ${describe(source)} was read before`)
    return given.body === null ? noChunks() : readerChunks(given.body as ChunkStream)
  }
  throw new TypeError(
    `${op}: source must be a text, bytes, a stream of either, a Blob or a Response, but got ${describe(source)}`,
  )
}

async function* noChunks(): AsyncGenerator<unknown> {}

/** Not every browser can iterate over a stream. */
async function* readerChunks(stream: ChunkStream): AsyncGenerator<unknown> {
  const reader = stream.getReader()
  let isDone = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      isDone = done
      if (done) return
      yield value
    }
  } catch (error) {
    // The stream's own.
    isDone = true
    throw error
  } finally {
    if (isDone) reader.releaseLock()
    else await reader.cancel().catch(() => {})
  }
}
