/** Files byte by byte, right and wrong ones. */

const encoder = new TextEncoder()

export const utf8 = (text: string) => encoder.encode(text)

export function concat(...parts: (ArrayLike<number> | string)[]): Uint8Array<ArrayBuffer> {
  const arrays = parts.map((part) => (typeof part === 'string' ? utf8(part) : part))
  const whole = new Uint8Array(arrays.reduce((total, { length }) => total + length, 0))
  let at = 0
  for (const array of arrays) {
    whole.set(array, at)
    at += array.length
  }
  return whole
}

/** Little-endian. */
export function integer(bytes: number, value: number | bigint): Uint8Array {
  const whole = BigInt(value)
  return Uint8Array.from({ length: bytes }, (_, i) => Number((whole >> BigInt(8 * i)) & 255n))
}

/** A safetensors file; `length` is what it says of its header. */
export function safetensors(
  header: string | Uint8Array,
  data: ArrayLike<number> = [],
  length?: number | bigint,
): Uint8Array<ArrayBuffer> {
  const bytes = typeof header === 'string' ? utf8(header) : header
  return concat(integer(8, length ?? bytes.length), bytes, data)
}

/** What an entry of a zip may say that is not so, or not usual. */
interface Quirks {
  method?: number
  flags?: number
  /** In the directory: the size after compression, the size, and where the entry is. */
  stored?: number
  size?: number
  offset?: number
  /** The name in the entry's own header. */
  localName?: string
  /** Extra fields of the directory. */
  extra?: Uint8Array
}

export interface ZipFile extends Quirks {
  name: string
  content: ArrayLike<number> | string
}

/** What the end of a zip may say. */
interface EndQuirks {
  entries?: number
  directory?: number
  comment?: string
  /** A 64-bit end record with these values, and where its locator says it is. */
  end64?: { entries: number | bigint; directory: number | bigint; at?: number | bigint }
}

export function zip(files: readonly ZipFile[], end: EndQuirks = {}): Uint8Array<ArrayBuffer> {
  const locals: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const file of files) {
    const content = concat(file.content)
    const { method = 0, flags = 0, stored = content.length, size = content.length } = file
    const [name, localName] = [utf8(file.name), utf8(file.localName ?? file.name)]
    const extra = file.extra ?? new Uint8Array()
    const common = (length: number) => [
      integer(2, 20),
      integer(2, flags),
      integer(2, method),
      new Uint8Array(8),
      integer(4, stored),
      integer(4, size),
      integer(2, length),
    ]
    const local = concat('PK\x03\x04', ...common(localName.length), integer(2, 0), localName, content)
    locals.push(local)
    directory.push(
      concat('PK\x01\x02', integer(2, 20), ...common(name.length), integer(2, extra.length)),
      concat(integer(2, 0), new Uint8Array(8), integer(4, file.offset ?? offset), name, extra),
    )
    offset += local.length
  }
  const listed = concat(...directory)
  const parts: (ArrayLike<number> | string)[] = [...locals, listed]
  if (end.end64 !== undefined) {
    const { entries, directory, at = offset + listed.length } = end.end64
    parts.push('PK\x06\x06', integer(8, 44), new Uint8Array(12), integer(8, entries), integer(8, entries))
    parts.push(integer(8, listed.length), integer(8, directory))
    parts.push('PK\x06\x07', integer(4, 0), integer(8, at), integer(4, 1))
  }
  const count = integer(2, end.entries ?? files.length)
  parts.push('PK\x05\x06', integer(4, 0), count, count, integer(4, listed.length))
  const comment = utf8(end.comment ?? '')
  parts.push(integer(4, end.directory ?? offset), integer(2, comment.length), comment)
  return concat(...parts)
}

/** An archive of torch.save around a pickle, with one storage `0`: float32, or bytes as they are. */
export function archive(
  pickle: ArrayLike<number> | string,
  contents: readonly number[] | ArrayBuffer = [1, 2, 3, 4, 5, 6],
): Uint8Array<ArrayBuffer> {
  const storage = new Uint8Array(Array.isArray(contents) ? Float32Array.from(contents).buffer : contents)
  return zip([
    { name: 'archive/data.pkl', content: pickle },
    { name: 'archive/byteorder', content: 'little' },
    { name: 'archive/data/0', content: storage },
  ])
}

/** Instructions of a pickle. */
export const op = {
  proto: [0x80, 2],
  stop: '.',
  none: 'N',
  mark: '(',
  tuple: 't',
  emptyTuple: ')',
  emptyList: ']',
  emptyDict: '}',
  append: 'a',
  appends: 'e',
  setItem: 's',
  setItems: 'u',
  reduce: 'R',
  build: 'b',
  persistent: 'Q',
  text: (text: string) => concat('X', integer(4, utf8(text).length), text),
  integer: (value: number | bigint) => concat([0x8a, 8], integer(8, BigInt.asUintN(64, BigInt(value)))),
  float: (value: number) => {
    const bytes = new Uint8Array(9)
    bytes[0] = 0x47
    new DataView(bytes.buffer).setFloat64(1, value)
    return bytes
  },
  global: (name: string) => {
    const dot = name.lastIndexOf('.')
    return `c${name.slice(0, dot)}\n${name.slice(dot + 1)}\n`
  },
  put: (index: number) => concat('r', integer(4, index)),
  get: (index: number) => concat('j', integer(4, index)),
}

type Part = ArrayLike<number> | string

export const pickle = (...parts: Part[]) => concat(op.proto, ...parts, op.stop)

export const tuple = (...parts: Part[]) => concat(op.mark, ...parts, op.tuple)

/** A pickled storage. */
export const storage = (
  length: Part = op.integer(6),
  { type = 'torch.FloatStorage', key = op.text('0') as Part } = {},
) => concat(tuple(op.text('storage'), op.global(type), key, op.text('cpu'), length), op.persistent)

/** A pickled tensor: by default `[[1, 2, 3], [4, 5, 6]]` over the storage of {@link archive}. */
export function tensor({
  storage: over = storage() as Part,
  offset = op.integer(0) as Part,
  size = tuple(op.integer(2), op.integer(3)) as Part,
  stride = tuple(op.integer(3), op.integer(1)) as Part,
  requires_grad = [0x89] as Part,
  metadata = '' as Part,
} = {}): Uint8Array<ArrayBuffer> {
  const hooks = concat(op.global('collections.OrderedDict'), op.emptyTuple, op.reduce)
  return concat(
    op.global('torch._utils._rebuild_tensor_v2'),
    tuple(over, offset, size, stride, requires_grad, hooks, metadata),
    op.reduce,
  )
}

/** A pickle of lists in each other. */
export const nested = (depth: number) => pickle(op.emptyList.repeat(depth), op.append.repeat(depth - 1))
