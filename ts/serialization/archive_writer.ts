import { utf8Of } from '../base/utf8.js'
import { pickle } from './pickle_writer.js'
import { zip } from './zip_writer.js'

/** The bytes of a `.pt` file as torch.save writes it. Tensors that share memory share it again when they are loaded. */
export function writeArchive(value: unknown): Uint8Array<ArrayBuffer> {
  const { bytes, storages } = pickle(value)
  const file = (name: string, content: Uint8Array) => ({
    name: `archive/${name}`,
    bytes: content.length,
    content: () => content,
  })
  return zip([
    file('data.pkl', bytes),
    file('byteorder', utf8Of('little')),
    ...storages.map((storage, i) => ({
      name: `archive/data/${i}`,
      bytes: storage.bytes,
      content: () => storage.read(0, storage.bytes),
    })),
    file('version', utf8Of('3\n')),
  ])
}
