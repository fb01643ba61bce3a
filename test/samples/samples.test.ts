/**
 * PyTorch's own test inputs (OpInfo, `op_db`), as far as the operations exist here, for float32, int64, bool and uint8, called
 * literally as torch spells them: positional arguments, keywords as one plain object at the end, tuples as arrays, None as
 * null, int64 as int32. Every call must be right, with its gradients, or refused in a sentence; what is refused is
 * listed in `test/samples/refused.json`, so that a change is seen.
 *
 *     npx vitest run --config=test/vitest.config.ts --root=. --project=node test/samples
 *
 * SAMPLES=add,sum looks at these operations alone. SAMPLES_SHOW=different,dtype,trap,refused prints those calls, one a line (ten
 * for each operation); SAMPLES_WRITE=1 writes that list anew. SAMPLES_FILE names another file of samples, as `test/samples/samples.py FILE` writes it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Kind, type Outcome, outcomeInPlace, outcomeOf } from './outcome.js'
import { exists, readSamples, type Sample } from './samples.js'

const REFUSED = 'test/samples/refused.json'
const { SAMPLES, SAMPLES_SHOW = '', SAMPLES_WRITE } = process.env

const chosen = readSamples('samples/samples').filter(({ op }) => {
  return SAMPLES === undefined || SAMPLES.split(',').includes(op.replace('nn.functional.', ''))
})

const outcomes: { sample: Sample; outcome: Outcome }[] = chosen.flatMap((sample) => [
  ...sample.ways.filter(exists).map((way) => ({ sample, outcome: outcomeOf(way, sample) })),
  ...Object.keys(sample.in_place)
    .filter(exists)
    .map((way) => ({ sample, outcome: outcomeInPlace(way, sample) })),
])

const of = (kind: Kind) => outcomes.filter(({ outcome }) => outcome.kind === kind)

/** A call on one line. */
function line({
  sample: { dtype, args, kwargs },
  outcome: { way, message },
}: (typeof outcomes)[number]): string {
  const short = (value: unknown): string =>
    JSON.stringify(value, (_key, inner) =>
      typeof inner === 'object' && inner !== null && 'tensor' in inner
        ? `${inner.tensor}[${inner.shape}]`
        : inner,
    )
  return `${way} of ${dtype} ${short(args)} ${short(kwargs)}: ${message.slice(0, 200)}`
}

function lines(kind: Kind): string[] {
  const seen: Record<string, number> = {}
  return of(kind)
    .filter(({ outcome: { way } }) => {
      seen[way] = (seen[way] ?? 0) + 1
      return seen[way] <= 10
    })
    .map(line)
}

/** Sentences of refusals by operation, with shapes and numbers left out. */
function refusals(): Record<string, string[]> {
  const sentences: Record<string, Set<string>> = {}
  for (const { outcome } of of('refused')) {
    const sentence = outcome.message.replace(/\[[^\]]*\]/g, '[…]').replace(/-?\d+(\.\d+)?(e-?\d+)?\b/g, 'N')
    sentences[outcome.way] ??= new Set()
    sentences[outcome.way].add(sentence)
  }
  const sorted = Object.entries(sentences).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([way, of]) => [way, [...of].sort()]))
}

const kinds: Kind[] = ['right', 'refused', 'different', 'dtype', 'trap']
const counts = kinds.map((kind) => `${kind} ${of(kind).length}`).join(', ')
console.log(`${chosen.length} samples, ${outcomes.length} calls: ${counts}`)
for (const kind of kinds)
  if (SAMPLES_SHOW.split(',').includes(kind)) console.log(kind, lines(kind).join('\n'))

for (const [kind, says] of [
  ['different', 'silently gives something else'],
  ['dtype', 'gives another dtype'],
  ['trap', 'traps, or shows a message of the engine'],
] as const) {
  test(`nothing ${says}`, () => expect(lines(kind).join('\n')).toBe(''))
}

test.runIf(SAMPLES === undefined && process.env.SAMPLES_FILE === undefined)(
  'what is refused is refused as it is listed',
  () => {
    const found = refusals()
    if (SAMPLES_WRITE !== undefined) writeFileSync(REFUSED, `${JSON.stringify(found, null, 2)}\n`)
    expect(found).toEqual(JSON.parse(readFileSync(REFUSED, 'utf8')))
  },
)
