// Where the project is, and how the programs of its npm packages are started.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

export const inProject = (...path) => join(root, ...path)

export const readProjectFile = (...path) => readFileSync(inProject(...path), 'utf8')

export const wasmTarget = 'wasm32-unknown-unknown'

/** WebAssembly with a standard library that prints, which the crate's tests want. */
export const wasmTestTarget = 'wasm32-wasip1'

/** The first capture of `pattern` in crate/Cargo.toml: the one place where Rust versions are stated. */
export function fromCargoToml(pattern) {
  return readProjectFile('crate', 'Cargo.toml').match(pattern)[1]
}

/**
 * Program and arguments for a tool of an installed package. The package's own script is run with this very
 * Node: node_modules/.bin holds shell scripts on Windows, and PATH may name another Node first.
 */
export function packageTool(name, ...args) {
  const { tool, from } = packageTools[name]
  return [process.execPath, [inProject('node_modules', from, tool), ...args]]
}

const packageTools = {
  biome: { from: '@biomejs/biome', tool: 'bin/biome' },
  rollup: { from: 'rollup', tool: 'dist/bin/rollup' },
  tsc: { from: 'typescript', tool: 'bin/tsc' },
  typedoc: { from: 'typedoc', tool: 'bin/typedoc' },
  vitest: { from: 'vitest', tool: 'vitest.mjs' },
}
