// Checks the direction of the crate's imports: a module may use modules listed before it in `levels` or on its own level,
// and files never use each other in a circle.
import { readdirSync } from 'node:fs'
import { asProgram } from './program.mjs'
import { inProject, readProjectFile } from './project.mjs'
import { Failure } from './step.mjs'

const source = 'crate/src'

/** The modules, lowest level first: a level may use its own modules and those of earlier levels. */
const levels = [
  ['simd', 'size', 'parallel'],
  ['simd64'],
  ['math', 'float64'],
  ['kernels::elementwise'],
  ['kernels::reduce'],
  ['kernels::shape'],
  ['kernels::sort'],
  ['kernels::linear'],
  ['kernels::attention'],
  ['kernels::norm'],
  ['kernels::conv'],
  ['kernels::embedding'],
  ['kernels::loss'],
  ['kernels::random'],
  ['kernels::recurrent'],
  ['kernels::metrics'],
  ['kernels::optim'],
  ['kernels::data', 'kernels::sparse'],
  ['kernels'],
  ['bindings'],
  ['tests'],
]

/** Throws, naming the files, if files of the crate use each other against the direction. */
export function checkCrateDirection() {
  const uses = readUses()
  const faults = [...upwardUses(uses), ...circles(uses)]
  if (faults.length > 0) throw new Failure(`${source}:\n  ${faults.join('\n  ')}`)
}

/** For each module with its own file, the modules that it uses. */
function readUses() {
  const files = readdirSync(inProject(source), { recursive: true })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.rs'))
  const modules = new Map(files.map((file) => [moduleOf(file), file]))
  const uses = new Map()
  for (const [module, file] of modules) {
    const used = new Set()
    for (const path of pathsIn(readProjectFile(source, file))) {
      const target = resolve(path, module, modules)
      if (target !== module) used.add(target)
    }
    uses.set(module, used)
  }
  return uses
}

/** kernels/conv/mod.rs is kernels::conv, lib.rs the crate itself, which is ''. */
const moduleOf = (file) => file.replace(/(^|\/)(mod|lib)\.rs$|\.rs$/, '').replaceAll('/', '::')

/** Every path that starts with `crate` or `super`, with the braces of `use` expanded. */
function pathsIn(text) {
  const code = text.replace(/\/\/.*|"(\\.|[^"\\])*"/g, '')
  const starts = code.matchAll(/\b(?:crate|super)(?=::)(?:::\w+)*(?:::(\{))?/g)
  return [...starts].flatMap(({ 0: path, 1: brace, index }) => {
    if (brace === undefined) return [path]
    const prefix = path.slice(0, -1)
    return listed(code.slice(index + path.length)).map((rest) => prefix + rest)
  })
}

/** The paths of a brace list; `text` starts after the opening brace. */
function listed(text) {
  const [paths, prefixes] = [[], ['']]
  for (const [token] of text.matchAll(/[\w:*]+|[{}]/g)) {
    if (token === '}') {
      prefixes.pop()
      if (prefixes.length === 0) break
    } else if (token === '{') prefixes.push(paths.pop())
    else if (token !== 'as') paths.push(prefixes.at(-1) + token)
  }
  return paths
}

/** The module that defines the item that a path names. */
function resolve(path, from, modules) {
  const names = path.split('::').filter((name) => name !== '')
  const base = names[0] === 'crate' ? [] : from.split('::')
  for (const name of names) {
    if (name === 'super') base.pop()
    else if (name !== 'crate' && name !== 'self') base.push(name)
  }
  while (!modules.has(base.join('::'))) base.pop()
  return base.join('::')
}

const levelOf = (module) =>
  levels.findIndex((names) => names.some((name) => module === name || module.startsWith(`${name}::`)))

function* upwardUses(uses) {
  for (const [module, used] of uses) {
    if (module === '') continue
    const level = levelOf(module)
    if (level < 0) yield `${module} has no level: give it one in scripts/crate_direction.mjs`
    for (const other of used) {
      if (levelOf(other) > level || other === '')
        yield `${module} uses ${other || 'lib.rs'}, which is above it`
    }
  }
}

function* circles(uses) {
  const done = new Set()
  const path = []
  function* walk(module) {
    if (path.includes(module)) {
      yield `a circle: ${[...path.slice(path.indexOf(module)), module].join(' -> ')}`
    } else if (!done.has(module)) {
      path.push(module)
      for (const used of uses.get(module)) yield* walk(used)
      path.pop()
      done.add(module)
    }
  }
  for (const module of uses.keys()) if (module !== '') yield* walk(module)
}

await asProgram(import.meta.url, checkCrateDirection)
