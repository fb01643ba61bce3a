/** The functions that a pickle may call for plain data: those of torch's weights_only, without tensors. */
import { isUint8Array } from '../base/builtin.js'
import type { Callable } from './pickle_machine.js'
import { PickledDict, PickledSet } from './pickled.js'
import { invalid } from './recipe.js'

/** A dict of any kind, from pairs or from a dict. */
const dict =
  (name: string): Callable =>
  (args, spend) => {
    const [source, ...others] = args
    if (others.length === 0) {
      if (source === undefined) return new PickledDict()
      if (source instanceof PickledDict) {
        spend(source.items.length)
        return new PickledDict([...source.items])
      }
      if (Array.isArray(source) && name === 'an OrderedDict') {
        spend(source.length)
        if (source.every((pair) => Array.isArray(pair) && pair.length === 2)) {
          return new PickledDict(source.flat())
        }
      }
    }
    throw invalid(`${name} is made from what are no pairs`)
  }

const set: Callable = ([values = [], ...others], spend) => {
  if (!Array.isArray(values) || others.length > 0) throw invalid('a set is made from what is no list')
  spend(values.length)
  return new PickledSet([...values])
}

/** `torch.Size`, from a tuple. */
const size: Callable = ([sizes, ...others], spend) => {
  if (!Array.isArray(sizes) || others.length > 0) throw invalid('a torch.Size is not of whole numbers')
  spend(sizes.length)
  if (!sizes.every((each) => Number.isSafeInteger(each) && each >= 0)) {
    throw invalid('a torch.Size is not of whole numbers')
  }
  return [...sizes]
}

const LATIN1: readonly unknown[] = ['latin1', 'latin-1', 'iso-8859-1']

/** Bytes, which protocol 2 stores as text. */
const bytes: Callable = (args, spend) => {
  const [source, encoding, ...others] = args
  if (args.length === 0) return new Uint8Array()
  if (others.length === 0 && encoding === undefined && isUint8Array(source)) {
    spend(source.length)
    return source.slice()
  }
  if (others.length > 0 || typeof source !== 'string' || !LATIN1.includes(encoding)) {
    throw invalid('bytes are made from what is no text in latin1')
  }
  spend(source.length)
  const made = new Uint8Array(source.length)
  for (let i = 0; i < made.length; i++) {
    const code = source.charCodeAt(i)
    if (code > 255) throw invalid('bytes are made from what is no text in latin1')
    made[i] = code
  }
  return made
}

const complex: Callable = ([real, imag = 0, ...others]) => {
  if (typeof real !== 'number' || typeof imag !== 'number' || others.length > 0) {
    throw invalid('a complex number is made from what are no two numbers')
  }
  return new PickledDict(['real', real, 'imag', imag])
}

/** A device in torch's spelling: `cuda:1`. */
const device: Callable = ([type, index, ...others]) => {
  const isIndex = index === undefined || (Number.isInteger(index) && (index as number) >= 0)
  if (typeof type !== 'string' || type.length > 100 || !isIndex || others.length > 0) {
    throw invalid('a torch.device is made from what is no name and no index')
  }
  return index === undefined ? type : `${type}:${index}`
}

/** One of torch's layouts by its name. */
const layout: Callable = ([name]) => {
  if (typeof name !== 'string' || name.length > 100) throw invalid('a layout has no name')
  return name.replace(/^torch\./, '')
}

const names = [
  'per_tensor_affine',
  'per_tensor_symmetric',
  'per_channel_affine',
  'per_channel_symmetric',
  'per_channel_affine_float_qparams',
]

/** By Python's names. */
export const plainGlobals = (): readonly (readonly [string, unknown])[] => [
  ['collections.OrderedDict', dict('an OrderedDict')],
  ['collections.Counter', dict('a Counter')],
  ['builtins.set', set],
  ['builtins.frozenset', set],
  ['builtins.bytes', bytes],
  ['builtins.bytearray', bytes],
  ['builtins.complex', complex],
  ['_codecs.encode', bytes],
  ['torch.Size', size],
  ['torch.device', device],
  ['torch.serialization._get_layout', layout],
  ...names.map((name) => [`torch.${name}`, name] as const),
]
