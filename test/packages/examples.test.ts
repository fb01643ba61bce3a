import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder, run } from './consumer.js'
import { execute } from './execute.js'
import { chromium } from './programs.js'

const script = (...path: string[]) => join(import.meta.dirname, ...path)

const where = chromium.missing ? `a page (skipped: ${chromium.missing})` : 'a page'

test.skipIf(chromium.missing)(`examples/web-worker trains without stopping ${where}`, async () => {
  const [example, output] = [join(folder, 'web-worker'), join(folder, 'bundles', 'web-worker')]
  await execute(process.execPath, [script('bundlers', 'vite.mjs'), example, output])
  const printed = await execute(process.execPath, [
    script('chromium', 'web_worker.mjs'),
    chromium.path,
    output,
  ])
  const [inWorker, onPage] = ['worker', 'page'].map((way) => {
    const [, frames, accuracy] = /^(\d+) frames .* ([\d.]+) %/.exec(JSON.parse(printed)[way]) ?? []
    return { frames: Number(frames), accuracy: Number(accuracy) }
  })
  expect(onPage.frames).toBe(0)
  expect(inWorker.frames).toBeGreaterThan(0)
  expect(inWorker.accuracy).toBeGreaterThan(90)
  expect(inWorker.accuracy).toBe(onPage.accuracy)
})

describe('examples/interop', () => {
  test('trains on columns of an Arrow table', async () => {
    const [first, ...steps] = (await run('interop/arrow.js')).split('\n')
    expect(first).toBe('embeddings float32 [500,64], tags uint8 [500,4]')
    const losses = steps.map((line) => Number(/loss ([\d.]+)$/.exec(line)?.[1]))
    expect(losses[2]).toBeLessThan(losses[0] / 10)
  })

  test('takes columns in chunks and parts, and no nulls', async () => {
    expect(JSON.parse(await run('arrow_chunks.mjs'))).toEqual({
      chunks: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      cut: [
        [3, 4],
        [5, 6],
      ],
      nulls: 'a tensor has no place for 1 nulls: fill them first',
      columns: [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
      fewer: [[5], [6]],
    })
  })

  test('trains on what onnxruntime-web gives, and gives it back what was trained', async () => {
    const lines = (await run('interop/onnx.js')).split('\n')
    expect(lines[0]).toBe('features 400,48')
    const difference = Number(/largest difference of a probability: (\S+)$/.exec(lines.at(-1) ?? '')?.[1])
    expect(difference).toBeLessThan(1e-6)
  })
})

test('examples/cross-validation judges tables of each kind by the measures of the literature', async () => {
  // Three labels that follow from the features, and one that two of them make together.
  let seed = 1
  const random = () => {
    seed = (seed * 48271) % 2147483647
    return seed / 2147483647
  }
  const rows = Array.from({ length: 400 }, () => {
    const x = Array.from({ length: 6 }, () => Number((2 * random() - 1).toFixed(3)))
    return { x, y: [x[0] > 0.2, x[1] + x[2] > 0.5, x[3] < -0.3, x[4] * x[5] > 0.1].map(Number) }
  })
  const files = {
    'table.csv': ['a,b,c,d,e,f,p,q,r,s', ...rows.map(({ x, y }) => [...x, ...y].join())],
    'table.arff': [
      '@relation table',
      ...Array.from('abcdef', (name) => `@attribute ${name} numeric`),
      ...Array.from('pqrs', (name) => `@attribute ${name} {0,1}`),
      '@data',
      ...rows.map(({ x, y }) => [...x, ...y].join()),
    ],
    'table.svm': rows.map(({ x, y }) => {
      const labels = y.flatMap((one, i) => (one ? [i] : []))
      return [labels.join(), ...x.map((value, i) => `${i + 1}:${value}`)].filter(Boolean).join(' ')
    }),
  }
  const printed: string[] = []
  for (const [name, lines] of Object.entries(files)) {
    await writeFile(join(folder, name), lines.join('\n'))
    printed.push(await run('cross-validation/main.js', name, '4', '4'))
  }
  expect(new Set(printed).size).toBe(1)
  const [first, , ...models] = printed[0].split('\n')
  expect(first).toBe('400 rows, 6 features, 4 labels, 4 folds')
  const [one, two] = models.map((line) =>
    Array.from(line.matchAll(/([\d.]+) ±/g), ([, value]) => Number(value)),
  )
  for (const [i, value] of two.slice(0, 4).entries()) expect(value).toBeLessThan(one[i])
  expect(two[4]).toBeGreaterThan(one[4])
  expect(two[4]).toBeGreaterThan(0.95)
})
