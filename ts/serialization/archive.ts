/** Archives of torch.save: a zip with a pickle and the storages that its tensors refer to. */
import { RuntimeError } from '../base/errors.js'
import { textOf } from '../base/utf8.js'
import { Builder } from './build.js'
import { archiveAllowance, MAX_PICKLE_BYTES } from './limits.js'
import { type Unpickled, unpickle } from './pickle.js'
import { invalid as notAPickle } from './pickle_machine.js'
import { invalid } from './recipe.js'
import type { Skips } from './skips.js'
import { ByteReader, quote } from './source.js'
import { TensorBuilder } from './tensor_builder.js'
import { vocabulary } from './tensor_globals.js'
import { ZipArchive } from './zip.js'

/** The saved value, with tensors. */
export function readArchive(file: Uint8Array<ArrayBuffer>, skips: Skips): unknown {
  const zip = new ZipArchive(file)
  const pickles = zip.names.filter((name) => /^[^/]*\/data\.pkl$/.test(name))
  if (pickles.length !== 1) throw invalid(`it has ${pickles.length} entries data.pkl instead of one`)
  const folder = pickles[0].slice(0, -'data.pkl'.length)
  const entry = (name: string) => zip.read(folder + name)
  if (entry('constants.pkl') !== undefined) {
    throw new RuntimeError(
      'load: this is a TorchScript archive, from torch.jit.save: in Python save the state_dict() of the module instead',
    )
  }
  // Archives from before PyTorch 2.1 do not state it.
  const order = entry('byteorder')
  if (order !== undefined && textOf(order) !== 'little') {
    throw new RuntimeError(
      `load: only little-endian archives can be read, but the byteorder of this is ${quote(String(textOf(order)))}`,
    )
  }
  const pickle = entry('data.pkl') ?? new Uint8Array()
  if (pickle.length > MAX_PICKLE_BYTES) {
    throw notAPickle(`it has ${pickle.length} bytes, more than the ${MAX_PICKLE_BYTES} that are allowed`)
  }
  const unpickled = unpickle(new ByteReader(pickle, notAPickle), vocabulary())
  return finish(unpickled, (key) => entry(`data/${key}`), file.length, skips)
}

/** Converts an unpickled value of a file of `length` bytes; `read` gets the bytes of a storage. */
export function finish(
  { value, foreign }: Unpickled,
  read: (key: string) => Uint8Array | undefined,
  length: number,
  skips: Skips,
): unknown {
  const built = new Builder(new TensorBuilder(read, archiveAllowance(length))).build(value, skips)
  // As torch, which refuses the name even if the value is not used. With `skip` the user knows about it.
  if (foreign !== null && skips.areNone) throw new RuntimeError(`load: ${foreign.reason}`)
  return built
}
