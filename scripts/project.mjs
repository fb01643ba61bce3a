// The project's paths, and how to start the programs of its npm packages.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

export const inProject = (...path) => join(root, ...path)

export const readProjectFile = (...path) => readFileSync(inProject(...path), 'utf8')

export const wasmTarget = 'wasm32-unknown-unknown'

/** WebAssembly with a standard library that can print, as the crate's tests need. */
export const wasmTestTarget = 'wasm32-wasip1'

/** The first capture of `pattern` in crate/Cargo.toml: the one place where Rust versions are stated. */
export function fromCargoToml(pattern) {
  return readProjectFile('crate', 'Cargo.toml').match(pattern)[1]
}

/**
 * Program and arguments for a tool of an installed package. Runs the package's own script with the current
 * Node: node_modules/.bin has shell scripts on Windows, and PATH may list another Node first.
 */
export function packageTool(name, ...args) {
  const { tool, from } = packageTools[name]
  return [process.execPath, [inProject('node_modules', from, tool), ...args]]
}

const packageTools = {
  biome: { from: '@biomejs/biome', tool: 'bin/biome' },
  depcruise: { from: 'dependency-cruiser', tool: 'bin/dependency-cruise.mjs' },
  rollup: { from: 'rollup', tool: 'dist/bin/rollup' },
  tsc: { from: 'typescript', tool: 'bin/tsc' },
  typedoc: { from: 'typedoc', tool: 'bin/typedoc' },
  vite: { from: 'vite', tool: 'bin/vite.js' },
  vitest: { from: 'vitest', tool: 'vitest.mjs' },
}
