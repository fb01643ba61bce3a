// Declarations for compilers as old as TypeScript 5.0, whose typed arrays have no type parameter.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Rewrites the declarations in `folder`: `Uint8Array<ArrayBuffer>` becomes what `Uint8Array.of` returns, the same type in each. */
export function forOlderCompilers(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue
    const path = join(folder, name)
    const text = readFileSync(path, 'utf8')
    const older = text.replace(/\b(\w+Array)<ArrayBuffer>/g, 'ReturnType<typeof $1.of>')
    if (older !== text) writeFileSync(path, older)
  }
}
