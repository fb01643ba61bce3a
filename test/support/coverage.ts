/** docs/coverage.md: what PyTorch's own lists have, what of it exists here, and what differs. */
import { readFileSync } from 'node:fs'
import torch from '../../ts/index.js'
import { type Outcome, outcomeInPlace, outcomeOf } from '../samples/outcome.js'
import { exists, readSamples } from '../samples/samples.js'
import { reasonFor } from './absent.js'

interface Names {
  torch: string
  operations: { name: string; ways: string[] }[]
  rooms: Record<string, string[]>
}

const HEADS: Record<string, string> = {
  nn: 'Layers and losses: `torch.nn`',
  'nn.functional': 'Functions of layers: `torch.nn.functional`',
  'nn.init': 'Initialisation: `torch.nn.init`',
  optim: 'Optimizers: `torch.optim`',
  'optim.lr_scheduler': 'Schedules: `torch.optim.lr_scheduler`',
  'utils.data': 'Data: `torch.utils.data`',
  metrics: 'Multi-label metrics of torchmetrics: `torch.metrics`',
  autograd: 'Gradients: `torch.autograd`',
}

/** Marks that would end a cell of a table, or be read as a tag. */
const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')

/** The whole page. */
export function coverage(): string {
  const names = JSON.parse(readFileSync('test/samples/names.json', 'utf8')) as Names
  const operations = operationsOf(names)
  const rooms = Object.entries(names.rooms).map(([path, all]) => roomOf(path, all))
  const counts = [operations, ...rooms].map(({ head, have, total }) => `| ${head} | ${have} | ${total} |`)
  return [
    '# Coverage of PyTorch',
    `What PyTorch ${names.torch} has by its own lists, and what of it exists here. A test writes this page (\`COVERAGE_WRITE=1 npm test -- whole/coverage\`) and fails when it is out of date: every operation below is called with
PyTorch's own test inputs, and its results and gradients are compared. Element types are float32, int32 (for int64), uint8 and bool; there are no complex, sparse or
half-precision tensors, and no \`out=\`.`,
    ['| | here | PyTorch |', '|---|---:|---:|', ...counts].join('\n'),
    ...[operations, ...rooms].map(({ head, text }) => `## ${head}\n\n${text}`),
    '',
  ].join('\n\n')
}

function roomOf(path: string, all: readonly string[]) {
  let room: unknown = torch
  for (const name of path.split('.')) room = (room as Record<string, unknown> | undefined)?.[name]
  const own = (room ?? {}) as Record<string, unknown>
  const have = all.filter((name) => own[name] !== undefined)
  const text = [`Here: ${code(have)}.`, absentOf(all.filter((name) => !have.includes(name)))].join('\n\n')
  return { head: HEADS[path], have: have.length, total: all.length, text: text.trimEnd() }
}

function operationsOf({ operations }: Names) {
  const here = operations.filter(({ ways }) => ways.some(exists))
  const outcomes = outcomesByOperation()
  const limited = here.flatMap(({ name, ways }) => {
    const of = outcomes.get(name) ?? []
    const refused = of.filter(({ kind }) => kind !== 'right')
    const lacking = ways.filter((way) => !exists(way))
    if (refused.length === 0 && lacking.length === 0) return []
    const sentences = [...new Set(refused.map(({ message }) => shortened(message)))].slice(0, 3)
    const share = refused.length > 0 ? `${of.length - refused.length} of ${of.length}` : 'all'
    return [`| \`${name}\` | ${share} | ${sentences.map(escaped).join('; ')} | ${code(lacking)} |`]
  })
  const isLimited = (name: string) => limited.some((row) => row.startsWith(`| \`${name}\` `))
  const whole = here.filter(({ name }) => !isLimited(name)).map(({ name }) => name)
  const text = [
    `In every spelling, and right for all samples: ${code(whole)}.`,
    [
      'The others, with the share of calls that are right, the sentences of the rest, and the spellings that are missing:',
      '',
      '| operation | right | refused | not spelt |',
      '|---|---|---|---|',
      ...limited,
    ].join('\n'),
    absentOf(operations.filter((operation) => !here.includes(operation)).map(({ name }) => name)),
  ].join('\n\n')
  return {
    head: 'Operations with samples: `torch`, `Tensor`',
    have: here.length,
    total: operations.length,
    text: text.trimEnd(),
  }
}

function outcomesByOperation(): Map<string, Outcome[]> {
  const outcomes = new Map<string, Outcome[]>()
  for (const sample of readSamples('samples/samples')) {
    const own = outcomes.get(sample.op) ?? []
    outcomes.set(sample.op, own)
    for (const way of sample.ways.filter(exists)) own.push(outcomeOf(way, sample))
    for (const way of Object.keys(sample.in_place).filter(exists)) own.push(outcomeInPlace(way, sample))
  }
  return outcomes
}

/** The first sentence, without the numbers of one call. */
function shortened(message: string): string {
  const first = message.replaceAll('\n', ' ').replace(/\[[^\]]*\]/g, '[…]')
  return first.length > 110 ? `${first.slice(0, 107)}…` : first
}

/** What is absent, by reason. */
function absentOf(names: readonly string[]): string {
  const byReason = new Map<string, string[]>()
  for (const name of names) {
    const reason = reasonFor(name)
    byReason.set(reason, [...(byReason.get(reason) ?? []), name])
  }
  return [...byReason].map(([reason, of]) => `Not here, ${reason}: ${code(of)}.`).join('\n\n')
}
