/** Text and bytes of any encoding as pieces of text, or of UTF-8. */
import { describe } from '../base/check.js'
import { utf8Of } from '../base/utf8.js'
import { refuseArchives, SIGNATURE_BYTES } from './archives.js'
import { errorAt, ParseError } from './parse_error.js'
import { bytesOf, type FileContents } from './source.js'

/** How much is parsed at a time: V8 collects a text soon if it takes less than 128 KiB, of two bytes for each character. */
const PIECE = 2 ** 15

/** Takes a file in chunks of any size, all of them text or all of them bytes. */
abstract class Pieces {
  private kind: 'text' | 'bytes' | null = null
  /** The first bytes, before there are enough to tell what they are; null after that. */
  private head: Uint8Array | null = new Uint8Array(0)

  constructor(protected readonly op: string) {}

  /** The first bytes, which may be few only if they are all. */
  protected abstract begin(head: Uint8Array): void
  protected abstract takeBytes(bytes: Uint8Array): void
  protected abstract takeText(text: string): void
  protected abstract finish(kind: 'text' | 'bytes' | null): void

  write(chunk: FileContents): void {
    const kind = typeof chunk === 'string' ? 'text' : 'bytes'
    this.kind ??= kind
    if (this.kind !== kind)
      throw new TypeError(`${this.op}: the stream gave ${this.kind} first, and ${kind} after that`)
    if (typeof chunk === 'string') {
      for (let at = 0; at < chunk.length; at += PIECE) this.takeText(chunk.slice(at, at + PIECE))
    } else this.writeBytes(bytesOf(chunk))
  }

  end(): void {
    if (this.kind === 'bytes') this.beginIfReady(0)
    this.finish(this.kind)
  }

  private writeBytes(bytes: Uint8Array): void {
    if (this.head === null) this.giveBytes(bytes)
    else {
      // A copy, as its owner may overwrite the chunk.
      this.head = this.head.length === 0 && bytes.length >= SIGNATURE_BYTES ? bytes : joined(this.head, bytes)
      this.beginIfReady(SIGNATURE_BYTES)
    }
  }

  private beginIfReady(bytes: number): void {
    const { head } = this
    if (head === null || head.length < bytes) return
    this.head = null
    refuseArchives(this.op, head)
    this.begin(head)
  }

  protected giveBytes(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PIECE) this.takeBytes(bytes.subarray(at, at + PIECE))
  }
}

/** The file as pieces of text: `take` gets each. */
export class TextPieces extends Pieces {
  private decoder: TextDecoder | null = null
  private isFirst = true
  private newlines = 0

  constructor(
    op: string,
    private readonly encoding: string | null,
    private readonly take: (text: string) => void,
  ) {
    super(op)
    if (encoding !== null) checkEncoding(op, encoding)
  }

  protected begin(head: Uint8Array): void {
    this.decoder = new TextDecoder(this.encoding ?? markedEncoding(this.op, head), { fatal: true })
    this.giveBytes(head)
  }

  protected takeBytes(bytes: Uint8Array): void {
    this.decode(bytes, true)
  }

  protected takeText(text: string): void {
    // A byte order mark that was decoded with the text.
    const isMarked = this.isFirst && text.charCodeAt(0) === 0xfeff
    this.isFirst = false
    if (text !== '') this.take(isMarked ? text.slice(1) : text)
  }

  protected finish(kind: 'text' | 'bytes' | null): void {
    if (kind === 'bytes') this.decode(new Uint8Array(0), false)
  }

  private decode(bytes: Uint8Array, stream: boolean): void {
    const decoder = this.decoder as TextDecoder
    let text: string
    try {
      text = decoder.decode(bytes as Uint8Array<ArrayBuffer>, { stream })
    } catch {
      throw this.undecodable(bytes, decoder.encoding)
    }
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.newlines++
    this.takeText(text)
  }

  private undecodable(bytes: Uint8Array, encoding: string): ParseError {
    // The rest of a character that began in the piece before.
    let start = 0
    while (encoding === 'utf-8' && start < 3 && (bytes[start] & 0xc0) === 0x80) start++
    const [before] = new TextDecoder(encoding).decode(bytes.slice(start)).split('\ufffd')
    const line = this.newlines + before.split('\n').length
    const hint = encoding === 'utf-8' ? "; give encoding, such as 'latin1'" : ''
    return errorAt(this.op, { line }, `the bytes are not ${encoding}${hint}`)
  }
}

/** The file as pieces of UTF-8, which is not checked: `take` gets each. */
export class Utf8Pieces extends Pieces {
  /** What makes text of bytes in another encoding. */
  private texts: TextPieces | null = null
  /** The first half of a character, whose second half is in the next piece. */
  private half = ''
  private isFirst = true

  constructor(
    op: string,
    private readonly encoding: string | null,
    private readonly take: (bytes: Uint8Array) => void,
  ) {
    super(op)
    if (encoding !== null) checkEncoding(op, encoding)
  }

  protected begin(head: Uint8Array): void {
    const encoding =
      this.encoding === null ? markedEncoding(this.op, head) : checkEncoding(this.op, this.encoding)
    if (encoding !== 'utf-8') this.texts = new TextPieces(this.op, encoding, (text) => this.takeText(text))
    const isMarked = encoding === 'utf-8' && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf
    this.giveBytes(isMarked ? head.subarray(3) : head)
  }

  protected takeBytes(bytes: Uint8Array): void {
    if (this.texts === null) this.take(bytes)
    else this.texts.write(bytes)
  }

  protected takeText(piece: string): void {
    const text = this.half + (this.isFirst && piece.charCodeAt(0) === 0xfeff ? piece.slice(1) : piece)
    this.isFirst = false
    const last = text.charCodeAt(text.length - 1)
    const whole = last >= 0xd800 && last < 0xdc00 ? text.length - 1 : text.length
    this.half = text.slice(whole)
    if (whole > 0) this.take(utf8Of(text.slice(0, whole)))
  }

  protected finish(): void {
    this.texts?.end()
    if (this.half !== '') this.take(utf8Of('\ufffd'))
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** By its byte order mark, if it has one. Throws for what looks like UTF-16 without it: its letters would have zeros between them. */
function markedEncoding(op: string, bytes: Uint8Array): string {
  const isOdd = bytes[0] > 0 && bytes[0] < 0x80 && bytes[1] === 0
  if (isOdd || (bytes[0] === 0 && bytes[1] > 0 && bytes[1] < 0x80))
    throw new ParseError(
      `${op}: the file seems to be UTF-16: give encoding: '${isOdd ? 'utf-16le' : 'utf-16be'}'`,
    )
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/** The encoding's own name. */
function checkEncoding(op: string, encoding: string): string {
  try {
    return new TextDecoder(encoding).encoding
  } catch {
    throw new TypeError(
      `${op}: encoding must be the name of one that TextDecoder knows, such as 'utf-8' or 'latin1', but got ${describe(encoding)}`,
    )
  }
}
