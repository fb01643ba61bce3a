import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import type { StateDict } from '../nn/state_dict.js'
import { readArchive } from './archive.js'
import { readLegacy } from './legacy.js'
import { type FileMetadata, isSafetensors, readHeader, readTensors } from './safetensors.js'
import { Skips } from './skips.js'
import { bytesOf, type FileBytes } from './source.js'
import { ZIP_MAGIC } from './zip.js'

/** Options of load. */
export interface LoadOptions {
  /**
   * Entries to leave out, whatever they hold: keys joined by dots, as in error messages, from the outermost dict
   * inwards (`'hyper_parameters'`, `'model.head.weight'`). In a list they become null.
   */
  skip?: readonly string[]
  /** Tensors are always in the memory of the CPU. */
  map_location?: 'cpu' | null
  /** Always true: code in a file is never run. */
  weights_only?: true
}

const LOAD_METADATA = signature('load_metadata', 'bytes: value')
const LOAD = /* @__PURE__ */ signature(
  'load',
  'bytes: value',
  "map_location: 'cpu' = None",
  '*',
  'weights_only: True = True',
  'skip: list = []',
)

/**
 * Reads a state_dict: a safetensors file, or a file of Python's torch.save (`.pt`, `.pth`, `.bin`, also from
 * before PyTorch 1.6), recognised by its bytes. Code in a file is never run. Everything that Python's
 * `torch.load(weights_only=True)` allows is loaded; other names in a file are an error, unless
 * `skip` leaves the entry out.
 *
 * float64, float16, bfloat16 and 8-bit floats become float32, rounded to nearest. Integers become int32; uint8
 * and bool stay. Tensors that shared memory share it again. A tensor that is not supported (complex, quantized, sparse,
 * with more than 8 dimensions, or with an integer that does not fit int32) does not prevent the others from
 * loading: its entry throws when it is read.
 *
 * Lists, tuples and `torch.Size` become arrays; dicts (also OrderedDict, Counter) become objects without a prototype,
 * so that `__proto__` is a key like any other; integer keys become strings. A dict with other keys, or with both 1 and '1',
 * becomes a Map, whose keys keep their types. Sets become Sets, bytes and bytearrays Uint8Arrays, complex numbers
 * `{ real, imag }`, integers beyond 2^53 bigints, dtypes and devices their names: `'float16'`, `'cuda:0'`.
 * Attributes of tensors and dicts are dropped.
 *
 * A file has at most 131,072 tensors, and containers up to 100 deep.
 *
 * @typeParam T - the type of the file's value, if it is not a state_dict
 * @param options.skip - entries to leave out: keys joined by dots, from the outermost dict inwards
 * @throws RuntimeError if the file is damaged, of another format, or contains something that is not allowed; ValueError if it has
 *   no entry with a name in `skip`
 * @example
 * model.load_state_dict(torch.load(await readFile('model.safetensors'))) // Node
 * @example
 * const response = await fetch('model.pt') // browser
 * model.load_state_dict(torch.load(new Uint8Array(await response.arrayBuffer())))
 * @example
 * const { model, epoch } = torch.load<{ model: torch.nn.StateDict; epoch: number }>(bytes)
 * @example
 * const { state_dict } = torch.load<{ state_dict: torch.nn.StateDict }>(bytes, { skip: ['hyper_parameters'] })
 */
export function load<T = StateDict>(bytes: FileBytes, options?: LoadOptions): T
export function load<T = StateDict>(
  bytes: FileBytes,
  map_location: LoadOptions['map_location'],
  options?: LoadOptions,
): T
export function load(...args: unknown[]): unknown {
  const [bytes, , , skip] = LOAD.read(args)
  const file = bytesOf('load', bytes as FileBytes)
  const skips = Skips.of(namesOf(skip))
  const value = read(file, skips)
  skips.checkMet()
  return value
}

function read(file: Uint8Array<ArrayBuffer>, skips: Skips): unknown {
  if (isSafetensors(file)) return readTensors(file, skips)
  if (startsWith(file, ZIP_MAGIC)) return readArchive(file, skips)
  if (startsWith(file, PICKLE_MAGIC)) return readLegacy(file, skips)
  throw unknownFormat('load', file)
}

function namesOf(skip: readonly unknown[]): string[] {
  const names = Array.from(skip)
  const other = names.find((name) => typeof name !== 'string')
  if (names.every((name) => typeof name === 'string')) return names
  throw new TypeError(`load: skip must be an array of names, but got ${String(other)} in it`)
}

/**
 * The metadata of a safetensors file; an empty object if it has none.
 *
 * @throws RuntimeError if the file is damaged or of another format
 * @example torch.load_metadata(bytes).format // 'pt'
 */
export function load_metadata(bytes: FileBytes): FileMetadata
export function load_metadata(...args: unknown[]): FileMetadata {
  const [bytes] = LOAD_METADATA.read(args)
  const file = bytesOf('load_metadata', bytes as FileBytes)
  if (isSafetensors(file)) return readHeader(file).metadata
  if (startsWith(file, ZIP_MAGIC)) {
    throw new RuntimeError('load_metadata: only safetensors files carry metadata, but this is a zip archive')
  }
  throw unknownFormat('load_metadata', file)
}

const startsWith = (file: Uint8Array, start: readonly number[]) => start.every((byte, i) => file[i] === byte)

/** PROTO, the first instruction of a pickle. */
const PICKLE_MAGIC = [0x80]

/** `ustar`, the magic of a tar archive. */
const TAR_MAGIC = [0x75, 0x73, 0x74, 0x61, 0x72]

function unknownFormat(op: string, file: Uint8Array): RuntimeError {
  if (startsWith(file, PICKLE_MAGIC)) {
    return new RuntimeError(
      `${op}: this is a pickle, perhaps of torch.save before PyTorch 1.6, which carries none`,
    )
  }
  if (startsWith(file.subarray(257), TAR_MAGIC)) {
    return new RuntimeError(
      `${op}: this is a tar archive, perhaps of the first versions of torch.save, which torch itself reads only with weights_only=False: load it in Python and save it again`,
    )
  }
  const start = String.fromCharCode(...file.subarray(0, 32))
  return new RuntimeError(
    `${op}: neither a safetensors file nor an archive of torch.save: ${file.length} bytes that begin with ${JSON.stringify(start)}`,
  )
}
