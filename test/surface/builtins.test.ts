/** No `instanceof` of built-ins: those of another realm are not instances of ours. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const files = readdirSync('ts', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))

/** Names of classes that the runtime has. */
const isBuiltIn = (name: string) => name in globalThis || name.startsWith('WebAssembly')

test.each(files)('%s asks no value whether it is an instance of a built-in', (file) => {
  const source = readFileSync(join('ts', file), 'utf8')
  const own = new Set(
    Array.from(source.matchAll(/\b(?:class|import)\b[^'"]*?\b(Node)\b/g), ([, name]) => name),
  )
  const asked = Array.from(source.matchAll(/\binstanceof\s+([\w.]+)/g), ([, name]) => name)
  expect(asked.filter((name) => isBuiltIn(name) && !own.has(name))).toEqual([])
})
