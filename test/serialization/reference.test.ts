/** Headers as the reference implementation of safetensors reads or refuses them. SOFTMARGIN_PYTHON names a Python that has it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { concat, integer, safetensors } from './craft.js'
import { isThere, run } from './python.js'

/** For each file of standard input, names of its tensors and its metadata, or null. */
const READ = `
import json, sys
from safetensors import deserialize, safe_open
import os, tempfile
data = sys.stdin.buffer.read()
at, answers = 0, []
while at < len(data):
    length = int.from_bytes(data[at:at + 8], "little")
    file = data[at + 8:at + 8 + length]
    at += 8 + length
    try:
        answers.append({name: [info["dtype"], info["shape"], len(info["data"])] for name, info in deserialize(file)})
    except Exception as error:
        answers.append(None)
print(json.dumps(answers))
`

type Answer = Record<string, [string, number[], number]> | null

const answers = (files: readonly Uint8Array[]): Answer[] => {
  const { status, stdout, stderr } = run(
    READ,
    concat(...files.flatMap((file) => [integer(8, file.length), file])),
  )
  expect(status, stderr.toString()).toBe(0)
  return JSON.parse(stdout.toString())
}

/** What we make of a file: its names, or the sentence. */
function ours(file: Uint8Array<ArrayBuffer>): string[] | string {
  try {
    torch.load_metadata(file)
    return Object.keys(torch.load(file))
  } catch (error) {
    if (!(error instanceof torch.RuntimeError)) throw error
    return error.message
  }
}

/** What only tensors here refuse. */
const OWN_LIMITS = /does not fit linear memory|a whole number from 0 to 9007199254740991/

function compare(files: readonly Uint8Array<ArrayBuffer>[]): void {
  let read = 0
  for (const [i, answer] of answers(files).entries()) {
    const file = files[i]
    const found = ours(file)
    const text = JSON.stringify(new TextDecoder().decode(file.subarray(8)))
    if (answer === null) expect(found, text).toBeTypeOf('string')
    else if (typeof found !== 'string') expect(found.sort(), text).toEqual(Object.keys(answer).sort())
    else expect(found, text).toMatch(OWN_LIMITS)
    if (answer !== null) read++
  }
  expect(read / files.length, `${read} of ${files.length} are read`).toBeGreaterThan(0.1)
  expect(read).toBeLessThan(files.length)
}

const space = fc.stringMatching(/^[ \n\r\t]{0,2}$/)
const around = (text: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 5, arbitrary: text },
    { weight: 1, arbitrary: fc.tuple(space, text, space).map((parts) => parts.join('')) },
  )

const number = fc.oneof(
  fc.nat(4).map(String),
  fc.constantFrom(
    '-0',
    '1.0',
    '1e0',
    '01',
    '-1',
    '18446744073709551615',
    '18446744073709551616',
    '4294967296',
    '9007199254740992',
    '1e400',
    '-1e-5',
  ),
)
const text = fc.oneof(
  fc
    .constantFrom('x', 'y', 'dtype', 'shape', '__metadata__', '__proto__', '')
    .map((name) => JSON.stringify(name)),
  fc.constantFrom(
    '"\\u0078"',
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '"\\/\\b"',
    '"\\x"',
    '"\u007f"',
    '"\u0001"',
    '"é😀"',
    '"\\uD83D\\u0041"',
    '"',
  ),
)
const { value: any } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(number, text, fc.constantFrom('null', 'true', 'false', 'nul', '', 'NaN')),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(text, tie('value')), { maxLength: 3 })
      .map((items) => `{${items.map((pair) => pair.join(':')).join(',')}}`),
  ),
}))

const rarely = (usual: fc.Arbitrary<string>, other: fc.Arbitrary<string>, weight = 30) =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: other })

const widths: Record<string, number> = {
  U8: 1,
  F32: 4,
  C64: 8,
  F8_E8M0: 1,
  I16: 2,
  F4: 0.5,
  F6_E2M3: 0.75,
  F9: 1,
}

/** Tensors one after another, with what is seldom in a header strewn in. */
const header = fc
  .array(
    fc.record({
      name: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom('"a"', '"b"', '"c"', '"__proto__"') },
        { weight: 1, arbitrary: text },
      ),
      dtype: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...Object.keys(widths).slice(0, -1)) },
        { weight: 1, arbitrary: fc.constant('F9') },
      ),
      shape: fc.array(fc.nat(3), { maxLength: 3 }),
      ones: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(7) }),
      further: fc.array(fc.tuple(rarely(fc.constantFrom('"k"', '"l"'), text, 8), any), { maxLength: 1 }),
      order: fc.nat(5),
      other: rarely(fc.constant(''), fc.oneof(number, any, space), 20),
      where: fc.nat(3),
      missing: fc.nat(60),
    }),
    { maxLength: 4 },
  )
  .chain((entries) =>
    fc.tuple(
      fc.constant(entries),
      rarely(
        fc.constant(''),
        fc.constantFrom(
          '"__metadata__":null',
          '"__metadata__":{}',
          '"__metadata__":{"a":"b","a":"c"}',
          '"__metadata__":{"a":1}',
          '"__metadata__":[]',
        ),
        3,
      ),
      around(fc.constant('')),
    ),
  )
  .map(([entries, metadata, before]) => {
    let end = 0
    const fields = entries.map(({ name, dtype, shape, ones, further, order, other, where, missing }) => {
      const sizes = [...shape, ...Array<number>(ones).fill(1)]
      const begin = end
      end += Math.ceil(sizes.reduce((product, size) => product * size, 1) * widths[dtype])
      const values = [
        `"dtype":${where === 1 && other !== '' ? other : JSON.stringify(dtype)}`,
        `"shape":[${[...sizes, ...(where === 2 && other !== '' ? [other] : [])]}]`,
        `"data_offsets":[${begin},${where === 3 && other !== '' ? other : end}]`,
        ...further.map((pair) => pair.join(':')),
      ]
      if (missing < 3) values.splice(missing, 1)
      const turned = [...values.slice(order % values.length), ...values.slice(0, order % values.length)]
      return `${name}:${where === 0 && other !== '' ? other : `{${turned.join(order === 5 ? ' ,\n' : ',')}}`}`
    })
    if (metadata !== '') fields.push(metadata)
    const data = new Uint8Array(Math.min(end, 4096)).fill(1)
    return safetensors(`${before}{${fields.join(',')}}${before}`, data)
  })

/** One character changed, left out or doubled. */
const changed = fc
  .tuple(header, fc.nat(), fc.constantFrom(...'"{}[]:,0-19.\\ \n\u0000e\u00ff'))
  .map(([file, at, character]) => {
    const length = Number(new DataView(file.buffer).getBigUint64(0, true))
    const [text, data] = [file.subarray(8, 8 + length), file.subarray(8 + length)]
    const place = at % (length + 1)
    const kept = text.subarray(at % 3 === 0 ? place : Math.min(place + 1, length))
    return safetensors(concat(text.subarray(0, place), at % 2 === 0 ? character : '', kept), data)
  })

describe.skipIf(!isThere)('the reference and we read the same files', () => {
  test('headers', () => compare(fc.sample(header, { numRuns: 4000, seed: 1 })))
  test('headers with a change', () => compare(fc.sample(changed, { numRuns: 4000, seed: 2 })))
  test('levels', () => {
    const nested = [125, 126, 127, 128].flatMap((depth) =>
      ['[', '{"a":'].map((open) =>
        safetensors(
          `{"x":{"k":${open.repeat(depth)}0${(open === '[' ? ']' : '}').repeat(depth)},"dtype":"U8","shape":[],"data_offsets":[0,1]}}`,
          [1],
        ),
      ),
    )
    compare(nested)
  })
})
