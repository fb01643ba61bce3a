import { brand } from './copies.js'

/** The method that `console.log` calls in Node and Bun. */
const NODE = Symbol.for('nodejs.util.inspect.custom')
/** The method that `console.log` calls in Deno. */
const DENO = Symbol.for('Deno.customInspect')

/**
 * Makes objects of a class print as `text` instead of their fields, and marks them as belonging to this copy. Further calls are no-ops.
 * Constructors call it: a call at the top level of a file would keep the class in every bundle.
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
    // Node indents the lines that an object prints, but not those of a string.
    return lines.includes('\n') ? { [NODE]: () => lines } : lines
  })
}
