/** A value as text, much as Node's console shows it, and never without bound. */

const NODE = Symbol.for('nodejs.util.inspect.custom')
const DEEPEST = 4
const MOST = 100
const WIDEST = 76
const LONGEST = 20_000

/** The arguments of one call of console.log. */
export function shown(values: readonly unknown[]): string {
  const text = values.map((value) => (typeof value === 'string' ? value : safely(value))).join(' ')
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} … (${text.length} signs)`
}

/** A getter or a proxy may throw, and more than once. */
function safely(value: unknown): string {
  try {
    return show(value, 0, [])
  } catch {
    return '[what cannot be shown]'
  }
}

function show(value: unknown, depth: number, above: readonly object[]): string {
  if (typeof value === 'string') return quoted(value.length > LONGEST ? value.slice(0, LONGEST) : value)
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'function') return nameOf(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (above.includes(value)) return '[Circular]'
  const own = (value as { [NODE]?: unknown })[NODE]
  if (typeof own === 'function') {
    const result: unknown = own.call(value, DEEPEST - depth, { depth: DEEPEST - depth }, show)
    if (result !== value) return typeof result === 'string' ? result : show(result, depth, [...above, value])
  }
  if (value instanceof Error) return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof RegExp) return String(value)
  if (depth > DEEPEST) return Array.isArray(value) ? '[Array]' : `[${titleOf(value) || 'Object'}]`
  return showParts(value, depth, [...above, value])
}

function showParts(value: object, depth: number, above: readonly object[]): string {
  const within = (part: unknown) => show(part, depth + 1, above)
  const { items, count, isList } = partsOf(value, within)
  if (count > items.length) items.push(`… ${count - items.length} more`)
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  const title = titleOf(value)
  const head = `${title && `${title} `}${open}`
  if (items.length === 0) return `${head}${close}`
  const line = items.join(', ')
  if (line.length <= WIDEST && !line.includes('\n')) return `${head} ${line} ${close}`
  const indent = (item: string) => `  ${item.replaceAll('\n', '\n  ')}`
  return `${head}\n${items.map(indent).join(',\n')}\n${close}`
}

/** The first parts of a value, as text, and how many it has. */
function partsOf(value: object, within: (part: unknown) => string) {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)) {
    const list = value as ArrayLike<unknown>
    const items = Array.from({ length: Math.min(list.length, MOST) }, (_, i) => within(list[i]))
    return { items, count: list.length, isList: true }
  }
  const all: Iterable<string> =
    value instanceof Map
      ? mapped(value, ([key, of]) => `${within(key)} => ${within(of)}`)
      : value instanceof Set
        ? mapped(value, within)
        : mapped(Object.keys(value), (key) => `${keyOf(key)}: ${within(value[key as keyof typeof value])}`)
  const items: string[] = []
  for (const item of all) {
    items.push(item)
    if (items.length === MOST) break
  }
  const count = value instanceof Map || value instanceof Set ? value.size : Object.keys(value).length
  return { items, count, isList: false }
}

function* mapped<T>(parts: Iterable<T>, map: (part: T) => string): Generator<string> {
  for (const part of parts) yield map(part)
}

/** In single quotes, as Node's. */
const quoted = (text: string): string => {
  const json = JSON.stringify(text)
  return text.includes("'") ? json : `'${json.slice(1, -1).replaceAll('\\"', '"')}'`
}

const keyOf = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key))

const nameOf = (value: { name: string }): string => {
  const kind = /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'Function'
  return `[${kind} ${value.name || '(anonymous)'}]`
}

/** The class, where it says something: `Float32Array(3)`, `Map(2)`, not `Object` or `Array`. */
function titleOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null) return '[Object: null prototype]'
  const name = (prototype as { constructor?: { name?: string } }).constructor?.name ?? ''
  if (name === 'Object' || name === 'Array') return ''
  if (value instanceof Map || value instanceof Set) return `${name}(${value.size})`
  return ArrayBuffer.isView(value) && 'length' in value ? `${name}(${value.length})` : name
}
