/** Tests lie in the rooms and families of what they test, and fixtures beside their generator and their test. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { records } from '../../ts/graph/op.js'
import '../../ts/index.js'

const ACROSS = ['browser', 'packages', 'samples', 'support', 'whole']

/** Records whose fixtures are not of the kind that `testOperations` reads. */
const ELSEWHERE = new Set([
  // What draws: by torch's own samples.
  ...['bernoulli', 'normal'],
  // By their own fixtures, or through the operation that uses them.
  ...['multilabel_soft_margin_loss', 'narrow', 'clone', 'scale', 'dropout'],
  // Views and changes in place: by the programs of `graph/in_place.test.ts`.
  ...[
    'copy_slices',
    'as_strided',
    'slice',
    'select',
    'transpose',
    't',
    'unsqueeze',
    'squeeze',
    'diagonal',
    'unfold',
  ],
])

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
const isNamed = (text: string) => sources.some((source) => source.includes(text))

test('folders have the names of rooms and families', () => {
  const rooms = [...folders('ts'), ...folders('ts/ops'), ...ACROSS]
  expect(folders('test').filter((folder) => !rooms.includes(folder))).toEqual([])
})

test('every family has tests', () => {
  const lacking = (family: string) => !ending('.test.ts').some((file) => file.startsWith(`${family}/`))
  // Conversions are held to torch by the pairs of dtypes in samples/.
  expect(folders('ts/ops').filter(lacking)).toEqual(['dtype'])
})

test('every record has a fixture in a family', () => {
  const held = fixtures
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, ...JSON.parse(readFileSync(join('test', file), 'utf8')) }))
    .filter(({ file, ops }) => ops !== undefined && folders('ts/ops').includes(dirname(file)))
    .flatMap(({ ops }) => Object.keys(ops))
  const names = records.map(({ name }) => name)
  expect(names.filter((name) => !ELSEWHERE.has(name) && !held.includes(name))).toEqual([])
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
