import { brand } from './copies.js'

/** What `console.log` and the like print, in Node and Bun by the first of these symbols, in Deno by the second. */
const SYMBOLS = [Symbol.for('nodejs.util.inspect.custom'), Symbol.for('Deno.customInspect')]

/**
 * Makes objects of a class print as `text`, in place of their fields, and marks them as this copy's; once is enough. Constructors call it: at the top level of a
 * file it would keep the class in every bundle.
 */
export function defineInspection<T extends object>(prototype: T, text: (value: T) => string): void {
  if (Object.hasOwn(prototype, SYMBOLS[0])) return
  brand(prototype)
  function inspect(this: T): unknown {
    // The prototype itself has no fields to print.
    if (this === prototype) return prototype.constructor.name
    const printed = text(this)
    if (!printed.includes('\n')) return printed
    // Node indents lines of what an object prints, not those of a string.
    return { [SYMBOLS[0]]: () => printed, [SYMBOLS[1]]: () => printed }
  }
  for (const symbol of SYMBOLS)
    Object.defineProperty(prototype, symbol, { value: inspect, configurable: true })
}
