/**
 * Files of torch.save before PyTorch 1.6: five pickles one after another (a magic number, a version, the machine, the
 * value, the keys of its storages), then each storage: its length in eight bytes, and its elements, little-endian.
 */
import { RuntimeError } from '../base/errors.js'
import { finish } from './archive.js'
import { MAX_KEY, MAX_PICKLE_BYTES } from './limits.js'
import { type Unpickled, unpickle } from './pickle.js'
import { invalid as notAPickle } from './pickle_machine.js'
import { PickledDict } from './pickled.js'
import { StorageRecipe } from './recipe.js'
import type { Skips } from './skips.js'
import { ByteReader } from './source.js'
import { vocabulary } from './tensor_globals.js'

const MAGIC = 0x1950a86a20f9469cfc6cn
const VERSION = 1001

const invalid = (what: string) =>
  new RuntimeError(`load: not a valid file of torch.save before PyTorch 1.6: ${what}`)

/** The saved value, with tensors. */
export function readLegacy(file: Uint8Array<ArrayBuffer>, skips: Skips): unknown {
  /** Bits per element of each storage, from its first mention. A letter before the keys, which are digits, makes them plain strings for hash tables. */
  const widths = new Map<string, number>()
  const names = {
    ...vocabulary(),
    persistent(id: unknown) {
      const storage = vocabulary().persistent(id)
      if (storage instanceof StorageRecipe && !widths.has(`k${storage.key}`)) {
        widths.set(`k${storage.key}`, storage.bits)
      }
      return storage
    },
  }
  let position = 0
  const next = (): Unpickled => {
    const reader = new ByteReader(file.subarray(0, position + MAX_PICKLE_BYTES), notAPickle, position)
    const unpickled = unpickle(reader, names)
    position = reader.position
    return unpickled
  }
  if (next().value !== MAGIC) {
    throw new RuntimeError(
      'load: this is a pickle, but not one of torch.save, which begins with a number of its own',
    )
  }
  const version = next().value
  if (version !== VERSION) throw invalid(`it is of another version than ${VERSION}`)
  const machine = next().value
  if (machine instanceof PickledDict && machine.get('little_endian') === false) {
    throw new RuntimeError('load: only little-endian files can be read, but a big-endian machine wrote this')
  }
  const unpickled = next()
  const keys = next().value
  if (!Array.isArray(keys)) throw invalid('there is no list of storages')
  const storages = new Map<string, Uint8Array>()
  const reader = new ByteReader(file, invalid, position)
  for (const key of keys) {
    const width = typeof key === 'string' && key.length <= MAX_KEY ? widths.get(`k${key}`) : undefined
    if (width === undefined || storages.has(`k${key}`)) {
      throw invalid("its list of storages has one that is no tensor's, or one twice")
    }
    storages.set(`k${key}`, reader.bytes((reader.uint64() * width) / 8))
  }
  return finish(unpickled, (key) => storages.get(`k${key}`), file.length, skips)
}
