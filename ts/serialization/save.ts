import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import { signature } from '../call/signature.js'
import type { StateDict } from '../nn/state_dict.js'
import { Tensor } from '../tensor/tensor.js'
import { writeArchive } from './archive_writer.js'
import { MAX_TENSORS } from './limits.js'
import { type FileMetadata, writeTensors } from './safetensors.js'
import { isWellFormed, quote } from './source.js'

const SAVE = signature('save', 'state_dict: any', '*', 'metadata: any = None')

/** Options of {@link save}. */
export interface SaveOptions {
  /** Text entries for the header; `torch.load_metadata` reads them. */
  metadata?: Readonly<FileMetadata> | null
}

/**
 * The bytes of a file. A state_dict, an object of tensors alone, becomes a safetensors file; anything else a `.pt` file, which Python's
 * `torch.load(weights_only=True)` reads, as {@link load} does.
 *
 * A `.pt` file holds tensors, numbers, bigints, strings, booleans, null, bytes (Uint8Array), and arrays, plain objects, Maps and Sets of
 * these, up to 100 deep. Numbers without a fraction are Python's int. Keys of objects that are written as integers are int,
 * unless tensors are their values, so that Python's optimizers find the state of theirs; keys of Maps keep their types. Tensors that
 * share memory share it again, and `requires_grad` is kept.
 *
 * A safetensors file is the same as Python's
 * `safetensors.torch.save` writes; its `load_file` and `torch.load` read them. Tensors that
 * share memory are written once for each name; `requires_grad` is not written.
 *
 * @param options.metadata - text entries for the header of a safetensors file; `torch.load_metadata` reads them
 * @throws TypeError for a value that a file cannot hold; ValueError if a name cannot be written, or there are too many
 * @example
 * await writeFile('model.safetensors', torch.save(model.state_dict())) // Node
 * @example
 * new Blob([torch.save(model.state_dict(), { metadata: { epochs: '3' } })]) // browser
 * @example
 * const bytes = torch.save({ model: model.state_dict(), optimizer: optimizer.state_dict(), epoch: 3 })
 */
export function save(state_dict: Readonly<StateDict>, options?: SaveOptions): Uint8Array<ArrayBuffer>
export function save(obj: unknown): Uint8Array<ArrayBuffer>
export function save(...args: unknown[]): Uint8Array<ArrayBuffer> {
  checkNoFile(args[1])
  const [state_dict, metadata] = SAVE.read(args)
  if (!isStateDict(state_dict)) {
    if (metadata !== null) {
      throw new TypeError(
        'save: metadata is for safetensors files, of an object of tensors alone: in a .pt file it is an entry like others',
      )
    }
    return writeArchive(state_dict)
  }
  const tensors = new Map<string, Tensor>()
  for (const [name, value] of entriesOf('state_dict', state_dict)) {
    if (name === '__metadata__') {
      throw new ValueError('save: a tensor cannot have the name "__metadata__", which safetensors reserves')
    }
    if (value.storage.isDisposed) throw new ReferenceError(`save: ${quote(name)}: a disposed tensor was used`)
    tensors.set(name, value)
  }
  if (metadata === null) return writeTensors(tensors, null)
  const texts = new Map<string, string>()
  for (const [key, text] of entriesOf('metadata', metadata as Record<string, unknown>)) {
    if (typeof text !== 'string') {
      throw new TypeError(`save: metadata ${quote(key)} must be a string, but got ${describe(text)}`)
    }
    checkWellFormed(text)
    texts.set(key, text)
  }
  return writeTensors(tensors, texts)
}

/** Rejects torch's second argument, a file. */
function checkNoFile(options: unknown): void {
  if (options === undefined || isPlainObject(options)) return
  throw new TypeError(
    `save: options must be an object, but got ${describe(options)}: save returns the bytes of the file, for the caller to write`,
  )
}

/** Whether it is an object of tensors alone. */
const isStateDict = (value: unknown): value is StateDict =>
  isPlain(value) && Object.values(value).every((member) => member instanceof Tensor)

/** Names and values of a plain object. */
function entriesOf<T>(argument: string, object: Readonly<Record<string, T>>): [string, T][]
function entriesOf(argument: string, object: unknown): [string, unknown][] {
  if (!isPlain(object)) {
    throw new TypeError(
      `save: ${argument} must be an object of names and values, but got ${describe(object)}`,
    )
  }
  const entries = Object.entries(object)
  if (entries.length > MAX_TENSORS) {
    throw new ValueError(
      `save: ${argument} has ${entries.length} entries, more than the ${MAX_TENSORS} that files may have`,
    )
  }
  for (const [name] of entries) checkWellFormed(name)
  return entries
}

/** Whether it is a plain object; the properties of Maps, arrays, tensors and modules are not entries. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function checkWellFormed(text: string): void {
  if (!isWellFormed(text))
    throw new ValueError(`save: ${quote(text)} has half of a surrogate pair, which UTF-8 has not`)
}
