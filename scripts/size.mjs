// What each import costs: the files that it loads, as they ship, one by one through gzip. size-budget.json says
// what they may cost, in kB of 1000 bytes.
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { gzipSync } from 'node:zlib'
import { asProgram } from './program.mjs'
import { inProject, readProjectFile } from './project.mjs'
import { setup } from './setup.mjs'
import { Failure } from './step.mjs'

/** Prints the sizes of the built package and returns how many are within their budgets and how many are not. */
export function size() {
  const budgets = JSON.parse(readProjectFile('size-budget.json'))
  const result = { passed: 0, failed: 0 }
  console.log(row('import', 'condition', 'kB', 'gzip kB', 'budget'))
  for (const { specifier, condition, file } of entries()) {
    const contents = [...loadedBy(file)].map((path) => readFileSync(inProject(path)))
    const total = kilobytes(contents)
    const zipped = kilobytes(contents.map((content) => gzipSync(content, { level: 9 })))
    const budget = budgets[specifier]
    const fits = zipped <= budget
    result[fits ? 'passed' : 'failed'] += 1
    const verdict = fits ? '' : ' EXCEEDED'
    console.log(row(specifier, condition, total.toFixed(1), zipped.toFixed(1), budget + verdict))
  }
  return result
}

function* entries() {
  const { name, exports } = JSON.parse(readProjectFile('package.json'))
  for (const [subpath, conditions] of Object.entries(exports)) {
    if (typeof conditions === 'string') continue
    for (const [condition, file] of Object.entries(conditions)) {
      if (condition !== 'types') yield { specifier: posix.join(name, subpath), condition, file }
    }
  }
}

/** A built file and all that it imports. */
function loadedBy(file, found = new Set()) {
  const path = posix.normalize(file).replace(/\?.*/, '')
  if (found.has(path)) return found
  found.add(path)
  if (!path.endsWith('.js')) return found
  for (const [, target] of readProjectFile(path).matchAll(/^(?:import|export) (?:.* from )?'(.*)';$/gm)) {
    loadedBy(posix.join(posix.dirname(path), target), found)
  }
  return found
}

const kilobytes = (contents) => contents.reduce((sum, { length }) => sum + length, 0) / 1000

const row = (specifier, condition, ...figures) =>
  specifier.padEnd(18) + condition.padEnd(12) + figures.map((figure) => String(figure).padStart(9)).join('')

await asProgram(import.meta.url, async () => {
  await setup()
  if (size().failed > 0) throw new Failure('More than size-budget.json allows')
})
