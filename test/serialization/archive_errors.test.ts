import { describe } from 'vitest'
import { bytesOf } from './contents.js'
import { concat, integer, op, pickle, utf8, zip } from './craft.js'
import { type RefusedFile, testRefusedFiles } from './refused.js'

const entry = { name: 'x/data.pkl', content: pickle(op.none) }
const sizes64 = (size: bigint) => concat(integer(2, 1), integer(2, 16), integer(8, size), integer(8, size))

const zips: RefusedFile[] = [
  [
    'no end',
    zip([entry]).slice(0, -1),
    'failed reading zip archive: finding its directory: there is no end record; the file may be truncated',
  ],
  ['two bytes', utf8('PK') as Uint8Array<ArrayBuffer>, 'there is no end record'],
  ['nothing in it', zip([]), 'it has 0 entries data.pkl instead of one'],
  ['no pickle', zip([{ name: 'word/document.xml', content: '' }]), 'it has 0 entries data.pkl'],
  ['a pickle too deep', zip([{ ...entry, name: 'a/b/data.pkl' }]), 'it has 0 entries data.pkl'],
  ['two pickles', zip([entry, { ...entry, name: 'y/data.pkl' }]), 'it has 2 entries data.pkl'],
  ['the same entry twice', zip([entry, entry]), 'the entry "x/data.pkl" is there twice'],
  ['compressed', bytesOf('compressed.pt'), 'is compressed or encrypted, as torch.save never writes it'],
  ['sizes that differ', zip([{ ...entry, stored: 1 }]), 'is compressed or encrypted'],
  ['encrypted', zip([{ ...entry, flags: 1 }]), 'is compressed or encrypted'],
  [
    'a size beyond the end',
    zip([{ ...entry, stored: 2 ** 31, size: 2 ** 31 }]),
    '2147483648 bytes are wanted',
  ],
  [
    'a size of 2^64 - 1',
    zip([{ ...entry, stored: 2 ** 32 - 1, size: 2 ** 32 - 1, extra: sizes64(2n ** 64n - 1n) }]),
    'bytes are wanted',
  ],
  [
    'a size of 64 bits that is missing',
    zip([{ ...entry, stored: 2 ** 32 - 1, size: 2 ** 32 - 1 }]),
    '4294967295 bytes are wanted',
  ],
  [
    'an extra field that breaks off',
    zip([{ ...entry, extra: concat(integer(2, 1), integer(2, 99)) }]),
    '99 bytes are wanted',
  ],
  [
    'an entry over the directory',
    zip([{ ...entry, stored: 40, size: 40 }]),
    'an entry overlaps the directory',
  ],
  [
    'entries that overlap',
    zip([
      { ...entry, stored: 20, size: 20 },
      { name: 'x/b', content: 'text'.repeat(9) },
    ]),
    'the entry "x/b" overlaps the one before',
  ],
  [
    'an entry inside another',
    zip([
      { name: 'x/a', content: zip([entry]) },
      { ...entry, offset: 33 },
    ]),
    'the entry "x/data.pkl" overlaps the one before',
  ],
  [
    'another name in the entry',
    zip([{ ...entry, localName: 'x/evil.pkl' }]),
    'has another name in the directory',
  ],
  ['an entry that is not there', zip([{ ...entry, offset: 3 }]), 'there is no entry "x/data.pkl" at byte 3'],
  ['an entry behind the end', zip([{ ...entry, offset: 2 ** 31 }]), 'bytes are wanted at byte 0'],
  [
    'more entries than there are',
    zip([entry], { entries: 2 }),
    'its directory has fewer entries than it claims',
  ],
  [
    '2^63 entries',
    zip([entry], { end64: { entries: 2n ** 63n, directory: 0 } }),
    'it claims 9223372036854776000 entries, more than',
  ],
  [
    'a directory behind the end',
    zip([entry], { directory: 2 ** 31 }),
    'its directory is said to begin at byte 2147483648',
  ],
  [
    'a directory at 2^63',
    zip([entry], { end64: { entries: 1, directory: 2n ** 63n } }),
    'its directory is said to begin at byte',
  ],
  [
    'an end of 64 bits elsewhere',
    zip([entry], { end64: { entries: 1, directory: 0, at: 0 } }),
    'its 64-bit end record is not where it should be',
  ],
  [
    'an end of 64 bits behind the end',
    zip([entry], { end64: { entries: 1, directory: 0, at: 2n ** 64n - 1n } }),
    'bytes are wanted at byte 0',
  ],
  [
    'a name that is not UTF-8',
    concat(zip([entry])).map((byte) => (byte === 120 ? 255 : byte)),
    'is not UTF-8',
  ],
  [
    'big-endian',
    bytesOf('big_endian.pt'),
    'only little-endian archives can be read, but the byteorder of this is "big"',
  ],
  [
    'an unreadable byteorder',
    zip([entry, { name: 'x/byteorder', content: [255] }]),
    'only little-endian archives can be read',
  ],
  ['TorchScript', bytesOf('torchscript.pt'), 'this is a TorchScript archive'],
  [
    'a whole module',
    bytesOf('module.pt'),
    'Unsupported global: GLOBAL "torch.nn.modules.container.Sequential" was not an allowed global by default',
  ],
]

describe('load refuses archives', () => testRefusedFiles(zips))
