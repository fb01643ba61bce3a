import { brand } from './copies.js'

/** What `console.log` and the like print in Node and Bun. */
const NODE = Symbol.for('nodejs.util.inspect.custom')
/** The same in Deno. */
const DENO = Symbol.for('Deno.customInspect')

/**
 * Makes objects of a class print as `text`, in place of their fields, and marks them as this copy's; once is enough. Constructors call it: at the top level of a
 * file it would keep the class in every bundle.
 */
export function defineInspection<T extends object>(prototype: T, text: (value: T) => string): void {
  if (Object.hasOwn(prototype, NODE)) return
  brand(prototype)
  // The prototype itself has no fields to print.
  const printed = (value: T) => (value === prototype ? prototype.constructor.name : text(value))
  const define = (symbol: symbol, value: (this: T) => unknown) =>
    Object.defineProperty(prototype, symbol, { value, configurable: true })
  define(DENO, function () {
    return printed(this)
  })
  define(NODE, function () {
    const lines = printed(this)
    // Node indents the lines of what an object prints, not those of a string.
    return lines.includes('\n') ? { [NODE]: () => lines } : lines
  })
}
