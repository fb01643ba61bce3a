import { RuntimeError } from '../errors.js'
import type { StateDict } from '../nn/state_dict.js'
import { readArchive } from './archive.js'
import { type FileMetadata, readHeader, readTensors } from './safetensors.js'
import { bytesOf, type FileBytes } from './source.js'
import { ZIP_MAGIC } from './zip.js'

/**
 * Reads a state_dict: a safetensors file, or what torch.save of Python wrote (`.pt`, `.pth`; PyTorch
 * 1.6 and later). Which it is, the bytes tell. Nothing in a file is ever run: an archive may hold
 * tensors, numbers, strings, booleans, null, lists and dicts in each other; anything else is an error.
 *
 * float16, bfloat16 and float64 become float32, rounded to nearest. Integers become int32, one that
 * does not fit is an error; uint8 and bool stay. Tensors of an archive that shared memory share it again.
 * A tuple becomes an array, an integer beyond 2^53 a bigint, an integer key its digits. Dicts have no
 * prototype, so that no name, `__proto__` included, reaches one.
 *
 * A file has at most 131,072 tensors, and containers up to 100 deep.
 *
 * @typeParam T - what the file holds, where that is more than a state_dict
 * @throws RuntimeError if the file is damaged, of another format, or holds what is not allowed
 * @example
 * model.load_state_dict(torch.load(await readFile('model.safetensors'))) // Node
 * @example
 * const response = await fetch('model.pt') // browser
 * model.load_state_dict(torch.load(new Uint8Array(await response.arrayBuffer())))
 * @example
 * const { model, epoch } = torch.load<{ model: torch.nn.StateDict; epoch: number }>(bytes)
 */
export function load<T = StateDict>(bytes: FileBytes): T {
  const file = bytesOf('load', bytes)
  if (isSafetensors(file)) return readTensors(file) as T
  if (startsWith(file, ZIP_MAGIC)) return readArchive(file) as T
  throw unknownFormat('load', file)
}

/**
 * The texts that a safetensors file carries beside its tensors; none is an empty object.
 *
 * @throws RuntimeError if the file is damaged or of another format
 * @example torch.load_metadata(bytes).format // 'pt'
 */
export function load_metadata(bytes: FileBytes): FileMetadata {
  const file = bytesOf('load_metadata', bytes)
  if (isSafetensors(file)) return readHeader(file).metadata
  if (startsWith(file, ZIP_MAGIC)) {
    throw new RuntimeError('load_metadata: only safetensors files carry metadata, but this is a zip archive')
  }
  throw unknownFormat('load_metadata', file)
}

const startsWith = (file: Uint8Array, start: readonly number[]) => start.every((byte, i) => file[i] === byte)

/** The length of the header in eight bytes, then a brace. */
const isSafetensors = (file: Uint8Array) => file[8] === 0x7b

/** PROTO, the first instruction of a pickle. */
const PICKLE_MAGIC = [0x80]

function unknownFormat(op: string, file: Uint8Array): RuntimeError {
  if (startsWith(file, PICKLE_MAGIC)) {
    return new RuntimeError(
      `${op}: this is a pickle, perhaps of torch.save before PyTorch 1.6 (or without _use_new_zipfile_serialization): load it in Python and save it again`,
    )
  }
  const start = String.fromCharCode(...file.subarray(0, 32))
  return new RuntimeError(
    `${op}: neither a safetensors file nor an archive of torch.save: ${file.length} bytes that begin with ${JSON.stringify(start)}`,
  )
}
