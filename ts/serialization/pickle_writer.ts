/** Writes pickles of protocol 2, which torch.load(weights_only=True) reads: containers, numbers, strings, bytes and tensors. */
import { isMap, isUint8Array, tagOf } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import type { Storage } from '../memory/storage.js'
import { bytesPerElement, type DType } from '../tensor/dtype.js'
import { stridesOf } from '../tensor/strides.js'
import { Tensor } from '../tensor/tensor.js'
import { ByteWriter } from './byte_writer.js'
import { MAX_DEPTH, MAX_PICKLE_BYTES, MAX_TENSORS } from './limits.js'
import { quote } from './source.js'

const storageClasses: Record<DType, string> = {
  float32: 'FloatStorage',
  int32: 'IntStorage',
  uint8: 'ByteStorage',
  bool: 'BoolStorage',
}

/** A pickle, and the storages that its tensors refer to by their place. */
export interface Pickle {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly storages: readonly Storage[]
}

/** @throws TypeError for what a file cannot hold, with its place in `value` */
export function pickle(value: unknown): Pickle {
  const writer = new Pickler()
  writer.write(value, '', 0)
  return writer.finish()
}

class Pickler {
  private readonly out = new ByteWriter()
  /** Places in the memo of the names that were written. */
  private readonly globals = new Map<string, number>()
  private readonly storages = new Map<Storage, number>()
  private tensors = 0

  constructor() {
    this.out.uint8(0x80).uint8(2) // PROTO
  }

  finish(): Pickle {
    this.out.uint8(0x2e) // STOP
    const bytes = this.out.bytes()
    if (bytes.length > MAX_PICKLE_BYTES) {
      throw new ValueError(
        `save: all but the elements of tensors takes ${bytes.length} bytes, more than the ${MAX_PICKLE_BYTES} that files may have`,
      )
    }
    return { bytes, storages: [...this.storages.keys()] }
  }

  write(value: unknown, path: string, depth: number): void {
    const { out } = this
    if (value === null) out.uint8(0x4e)
    else if (typeof value === 'boolean') out.uint8(value ? 0x88 : 0x89)
    else if (typeof value === 'number') this.number(value)
    else if (typeof value === 'bigint') this.integer(value)
    else if (typeof value === 'string') this.text(value)
    else if (value instanceof Tensor) this.tensor(value, path)
    else if (isUint8Array(value)) this.binary(value)
    else this.container(value, path, depth)
  }

  private container(value: unknown, path: string, depth: number): void {
    if (depth === MAX_DEPTH) {
      throw new ValueError(
        `save: ${quote(path)} has containers inside each other more than ${MAX_DEPTH} deep, or one inside itself`,
      )
    }
    const below = (key: unknown) => (path === '' ? String(key) : `${path}.${String(key)}`)
    const { out } = this
    if (Array.isArray(value)) {
      out.uint8(0x5d) // EMPTY_LIST
      this.parts(Array.from(value.keys()), 0x65, (i) => this.write(value[i], below(i), depth + 1))
    } else if (isMap(value)) {
      out.uint8(0x7d) // EMPTY_DICT
      this.parts([...value], 0x75, ([key, member]) => {
        this.key(key, path)
        this.write(member, below(key), depth + 1)
      })
    } else if (tagOf(value) === 'Set') {
      this.global('builtins', 'set')
      out.uint8(0x5d)
      this.parts([...(value as Set<unknown>)], 0x65, (member) => this.key(member, path))
      out.uint8(0x85).uint8(0x52) // TUPLE1 REDUCE
    } else if (isPlainObject(value)) {
      out.uint8(0x7d)
      this.parts(Object.entries(value), 0x75, ([key, member]) => {
        // JavaScript's keys are texts: in Python the state of an optimizer has integers, and names of tensors are texts.
        if (isInteger(key) && !(member instanceof Tensor)) this.number(Number(key))
        else this.text(key)
        this.write(member, below(key), depth + 1)
      })
    } else throw refusal(path, value)
  }

  /** Adds members to the container on the stack, by APPENDS or SETITEMS; as Python, few at a time. */
  private parts<T>(members: readonly T[], opcode: number, write: (member: T) => void): void {
    for (let i = 0; i < members.length; i += 1000) {
      this.out.uint8(0x28) // MARK
      for (const member of members.slice(i, i + 1000)) write(member)
      this.out.uint8(opcode)
    }
  }

  /** A key of a Map, or a member of a Set. */
  private key(key: unknown, path: string): void {
    if (key === null || ['number', 'bigint', 'string', 'boolean'].includes(typeof key)) {
      this.write(key, path, 0)
    } else throw refusal(`a key of ${path}`, key)
  }

  private number(value: number): void {
    const { out } = this
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) out.uint8(0x47).bigEndianFloat64(value)
    else if (value >= 0 && value < 256) out.uint8(0x4b).uint8(value)
    else if (value === (value | 0)) out.uint8(0x4a).uint32(value >>> 0)
    else this.integer(BigInt(value))
  }

  /** As few bytes as two's complement takes. */
  private integer(value: bigint): void {
    let bytes = 1
    while (bytes < 256 && BigInt.asIntN(8 * bytes, value) !== value) bytes++
    if (bytes === 256) throw new ValueError('save: an integer takes more than 255 bytes')
    this.out.uint8(0x8a).uint8(bytes) // LONG1
    for (let i = 0; i < bytes; i++) this.out.uint8(Number(BigInt.asUintN(8, value >> BigInt(8 * i))))
  }

  private text(text: string): void {
    this.out.uint8(0x58).sizedText(text) // BINUNICODE
  }

  /** As Python's protocol 2: text in latin1, and how it becomes bytes. */
  private binary(bytes: Uint8Array): void {
    this.global('_codecs', 'encode')
    let text = ''
    for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096))
    this.text(text)
    this.text('latin1')
    this.out.uint8(0x86).uint8(0x52) // TUPLE2 REDUCE
  }

  private tensor(x: Tensor, path: string): void {
    if (x.storage.isDisposed) throw new ReferenceError(`save: ${quote(path)}: a disposed tensor was used`)
    if (++this.tensors > MAX_TENSORS) {
      throw new ValueError(`save: there are more than the ${MAX_TENSORS} tensors that files may have`)
    }
    const { out } = this
    const size = bytesPerElement[x.dtype]
    const number = this.storages.get(x.storage) ?? this.storages.size
    this.storages.set(x.storage, number)
    this.global('torch._utils', '_rebuild_tensor_v2')
    out.uint8(0x28).uint8(0x28) // MARK MARK
    this.text('storage')
    this.global('torch', storageClasses[x.dtype])
    this.text(String(number))
    this.text('cpu')
    this.number(x.storage.bytes / size)
    out.uint8(0x74).uint8(0x51) // TUPLE BINPERSID
    this.number(x.byteOffset / size)
    this.tuple(x.shape)
    this.tuple(stridesOf(x))
    out.uint8(x.requires_grad ? 0x88 : 0x89)
    this.global('collections', 'OrderedDict')
    out.uint8(0x29).uint8(0x52) // EMPTY_TUPLE REDUCE
    out.uint8(0x74).uint8(0x52) // TUPLE REDUCE
  }

  private tuple(values: readonly number[]): void {
    this.out.uint8(0x28)
    for (const value of values) this.number(value)
    this.out.uint8(0x74)
  }

  private global(module: string, name: string): void {
    const { out, globals } = this
    const key = `${module}\n${name}\n`
    const known = globals.get(key)
    if (known !== undefined) {
      out.uint8(0x68).uint8(known) // BINGET
      return
    }
    out.uint8(0x63).text(key).uint8(0x71).uint8(globals.size) // GLOBAL BINPUT
    globals.set(key, globals.size)
  }
}

/** Whether a key is how JavaScript writes an integer. */
const isInteger = (key: string) => /^(0|-?[1-9]\d{0,14})$/.test(key)

function refusal(path: string, value: unknown): TypeError {
  const where = path === '' ? 'the value' : quote(path)
  const hint =
    typeof (value as { state_dict?: unknown } | null | undefined)?.state_dict === 'function'
      ? ': save its state_dict()'
      : ''
  return new TypeError(
    `save: ${where} must be a Tensor, a number, a string, a boolean, null, bytes, or an array, a plain object, a Map or a Set of these, but got ${describe(value)}${hint}`,
  )
}
