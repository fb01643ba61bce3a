// `node:fs` and `node:fs/promises` for programs of the playground: files in memory, for as long as one program runs.
const files = new Map()
const encoder = new TextEncoder()

const nameOf = (path) => String(path).replace(/^(?:\.?\/)+/, '')

const bytesOf = (data) => {
  if (typeof data === 'string') return encoder.encode(data)
  if (data instanceof ArrayBuffer) return new Uint8Array(data.slice(0))
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
  throw new TypeError('writeFile: data: a text or bytes are wanted')
}

const encodingOf = (options) => (typeof options === 'string' ? options : options?.encoding)

export const existsSync = (path) => files.has(nameOf(path))

export function writeFileSync(path, data) {
  files.set(nameOf(path), bytesOf(data))
}

export function readFileSync(path, options) {
  const bytes = files.get(nameOf(path))
  if (bytes === undefined) throw new Error(`ENOENT: no such file, open '${path}'; this program has written none of this name`)
  return encodingOf(options) ? new TextDecoder().decode(bytes) : bytes.slice()
}

export function rmSync(path) {
  files.delete(nameOf(path))
}

/** Bytes, chunk by chunk. */
export async function* createReadStream(path) {
  const bytes = readFileSync(path)
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

export const writeFile = async (path, data) => writeFileSync(path, data)
export const readFile = async (path, options) => readFileSync(path, options)
export const rm = async (path) => rmSync(path)
export const mkdir = async () => undefined
