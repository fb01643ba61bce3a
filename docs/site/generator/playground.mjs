// What the playground reads: the package as it is installed, the types of the package and of the language, the snippets of the docs.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, posix } from 'node:path'
import { snippets } from './snippets.mjs'

const require = createRequire(import.meta.url)
const folderOf = (name) => dirname(require.resolve(`${name}/package.json`))
const read = (...path) => readFileSync(join(...path), 'utf8')

/** Writes `softmargin/`, `contents.json` and `types.json` into a folder. */
export function writePlayground(output) {
  const softmargin = folderOf('softmargin')
  const modules = modulesOf(JSON.parse(read(softmargin, 'package.json')))
  mkdirSync(join(output, 'softmargin'), { recursive: true })
  for (const file of [...reachable(softmargin, Object.values(modules)), 'dist/thread.js'])
    cpSync(join(softmargin, file), join(output, 'softmargin', posix.basename(file)))
  const addresses = Object.entries(modules).map(([name, file]) => [
    name,
    `softmargin/${posix.basename(file)}`,
  ])
  const files = ['node:fs', 'node:fs/promises'].map((name) => [name, 'files.js'])
  writeJson(output, 'contents', {
    modules: Object.fromEntries([...addresses, ...files]),
    snippets: snippets().map(({ id, group, title, code, line }) => ({ id, group, title, code, line })),
  })
  writeJson(output, 'types', {
    '/files.d.ts': read(output, 'files.d.ts'),
    ...typesOf(softmargin),
    ...libraries('es2023', 'esnext.disposable', 'webworker'),
  })
}

const writeJson = (output, name, value) => writeFileSync(join(output, `${name}.json`), JSON.stringify(value))

/** The modules that the package exports, and the files that a browser without a bundler gets for them. */
function modulesOf({ name, exports }) {
  const modules = {}
  for (const [path, conditions] of Object.entries(exports))
    if (typeof conditions === 'object') modules[posix.join(name, path)] = posix.normalize(conditions.default)
  return modules
}

/** Files and all that they import. */
function reachable(folder, files) {
  const found = new Set()
  const visit = (file) => {
    if (found.has(file)) return
    found.add(file)
    const text = read(folder, file)
    for (const [, to] of text.matchAll(/\b(?:from|import)\s*\(?(?:\s*\/\*.*?\*\/)?\s*['"](\.\/[^'"]+)['"]/g))
      visit(posix.join(posix.dirname(file), to))
  }
  files.forEach(visit)
  return found
}

/** The declarations of the package, where a compiler looks for them. */
function typesOf(folder) {
  const types = join(folder, 'dist/types')
  const files = readdirSync(types, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.d.ts'))
    .map((path) => [`/node_modules/softmargin/dist/types/${path}`, read(types, path)])
  const manifest = ['/node_modules/softmargin/package.json', read(folder, 'package.json')]
  return Object.fromEntries([manifest, ...files])
}

/** TypeScript's declarations of the language and of what a worker has, with those they refer to. */
function libraries(...names) {
  const folder = join(folderOf('typescript'), 'lib')
  const found = {}
  const visit = (name) => {
    const file = `lib.${name}.d.ts`
    if (found[`/${file}`] !== undefined) return
    found[`/${file}`] = read(folder, file)
    for (const [, other] of found[`/${file}`].matchAll(/^\/\/\/ <reference lib="([^"]+)"/gm)) visit(other)
  }
  names.forEach(visit)
  return found
}
