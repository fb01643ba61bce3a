/** Tests lie in the rooms and families of what they test, and fixtures beside their generator and their test. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { records } from '../../ts/graph/op.js'
import '../../ts/index.js'
import { readSamples } from '../samples/samples.js'

const ACROSS = ['browser', 'packages', 'samples', 'support', 'whole']

/** Records whose fixtures are not of the kind that `testOperations` reads. */
const ELSEWHERE = [
  // Through the operation that uses it.
  'scale',
  // Through the operation that uses it: div, pow and round.
  ...['trunc_divide', 'pow_tensor', 'round_decimals'],
  // What a view's base becomes when the view is changed: by the programs of `graph/in_place.test.ts`.
  'copy_slices',
  // Its rows are no tensor: by `sparse/sparse_csr.test.ts`.
  'csr_linear',
]

const folders = (path: string) =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
const tested = folders('test').filter((folder) => folder !== 'browser' && folder !== 'packages')
const files = tested.flatMap((folder) =>
  readdirSync(join('test', folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
)
const ending = (...ends: string[]) => files.filter((file) => ends.some((end) => file.endsWith(end)))
const withoutEnd = (file: string) => join(dirname(file), basename(file).replace(/\..*/, ''))
const fixtures = ending('.json', '.json.gz')
const sources = ending('.ts').map((file) => readFileSync(join('test', file), 'utf8'))
const sourcesIn = (folder: string) =>
  readdirSync(folder, { encoding: 'utf8' }).map((file) => readFileSync(join(folder, file), 'utf8'))
const operationsOf = (file: string) =>
  Object.keys(JSON.parse(readFileSync(join('test', file), 'utf8')).ops ?? {})
const lastName = (way: string) => way.slice(way.lastIndexOf('.') + 1)
const isNamed = (text: string) => sources.some((source) => source.includes(text))

test('folders have the names of rooms and families', () => {
  const rooms = [...folders('ts'), ...folders('ts/ops'), ...ACROSS]
  expect(folders('test').filter((folder) => !rooms.includes(folder))).toEqual([])
})

test('every family has tests', () => {
  const lacking = (family: string) => !ending('.test.ts').some((file) => file.startsWith(`${family}/`))
  expect(folders('ts/ops').filter(lacking)).toEqual([])
})

test('every record has a fixture in its family, or PyTorch samples under its name', () => {
  const families = folders('ts/ops').map((family) => ({
    source: sourcesIn(join('ts/ops', family)).join(),
    held: fixtures.flatMap((file) => (dirname(file) === family ? operationsOf(file) : [])),
  }))
  const names = records.map(({ name }) => name)
  const sampled = new Set(readSamples('samples/samples').flatMap(({ ways }) => ways.map(lastName)))
  const lacking = (name: string) =>
    !sampled.has(name) &&
    !families.some(({ source, held }) => source.includes(`'${name}'`) && held.includes(name))
  expect(names.filter(lacking).sort()).toEqual(ELSEWHERE.sort())
  expect(new Set(names).size).toBe(names.length)
})

test('every fixture has its generator, and every generator its fixture', () => {
  const generators = ending('.py').filter((file) => !file.startsWith('support/'))
  // What torch takes and we refuse: samples.test.ts writes it.
  const written = fixtures.map(withoutEnd).filter((name) => name !== 'samples/refused')
  expect(written.sort()).toEqual(generators.map(withoutEnd).sort())
})

test('every fixture is read', () => {
  expect(fixtures.map(withoutEnd).filter((name) => !isNamed(name))).toEqual([])
  const { contents } = JSON.parse(readFileSync('test/serialization/files.json', 'utf8'))
  const stored = readdirSync('test/serialization/files')
  expect(stored.filter((name) => !(name in contents) && !isNamed(`'${name}'`))).toEqual([])
})
