import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { blocksOf } from '../support/markdown.js'
import { folder, read, run } from './consumer.js'
import { execute } from './execute.js'
import { bun, deno, node, type Program, workerd } from './programs.js'
import { answerOfWorker, newestDate } from './workerd.js'

let expected: string
beforeAll(async () => {
  expected = await run('esm.mjs')
})

/** Files of this folder that know a runtime that is no program. */
const script = (name: string) => join(import.meta.dirname, 'runtimes', name)

/** A test that names itself as skipped, and why, where its program is missing. */
function testIn({ path, missing }: Program, name: string, check: (path: string) => Promise<void>) {
  test.skipIf(missing)(missing ? `${name} (skipped: ${missing})` : name, { concurrent: true }, () =>
    check(path),
  )
}

/** Expects the digits from a program that is given these arguments. */
function testDigits(program: Program, name: string, ...args: string[]) {
  testIn(program, name, async (path) => {
    expect(await execute(path, args, { cwd: folder, env })).toBe(expected)
  })
}

// Whatever Deno would keep, it keeps in the consumer's folder.
const env = { ...process.env, DENO_DIR: join(folder, '.deno'), DENO_NO_UPDATE_CHECK: '1' }

test('the digits are those of a loss that training lowers', () => {
  const { loss, training } = JSON.parse(expected) as { loss: number; training: { losses: number[] } }
  expect(loss).toBeGreaterThan(0)
  expect(training.losses.at(-1)).toBeLessThan(training.losses[0])
})

describe('gives the same digits', () => {
  // From 22 on with relaxed SIMD, as Deno where it may read.
  for (const major of [20, 22, 24]) {
    testDigits(node(major), `in Node ${major} with import`, 'esm.mjs')
    testDigits(node(major), `in Node ${major} with require`, 'commonjs.cjs')
  }
  testDigits(deno, 'in Deno without permissions', 'run', '--no-prompt', 'esm.mjs')
  testDigits(deno, 'in Deno that may read', 'run', '--no-prompt', '--allow-read', 'esm.mjs')
  testDigits(bun, 'in Bun with import', 'esm.mjs')
  testDigits(bun, 'in Bun with require', 'commonjs.cjs')

  for (const date of ['2024-01-01', newestDate]) {
    testIn(workerd, `in workerd as of ${date}`, async (path) => {
      expect(await answerOfWorker(path, date)).toBe(expected)
    })
    // Miniflare wants Node 22.
    const miniflare = workerd.missing ? workerd : node(22)
    testDigits(
      miniflare,
      `in a Cloudflare worker as of ${date}`,
      script('miniflare.mjs'),
      join(folder, 'worker.mjs'),
      date,
    )
  }

  testDigits(node(20), 'in the edge runtime', script('edge_runtime.mjs'), join(folder, 'esm.mjs'))
})

describe('the first example of the README runs as pasted', () => {
  beforeAll(async () => {
    const [example] = blocksOf(String(await read('README.md'))).filter(({ language }) => language === 'ts')
    await writeFile(join(folder, 'readme.mjs'), example.text)
  })

  const runs: [name: string, program: Program, args: string[]][] = [
    ['in Node 20', node(20), ['readme.mjs']],
    ['in Node 24', node(24), ['readme.mjs']],
    ['in Deno', deno, ['run', '--no-prompt', 'readme.mjs']],
    ['in Bun', bun, ['readme.mjs']],
  ]
  for (const [name, program, args] of runs) {
    testIn(program, name, async (path) => {
      const lines = (await execute(path, args, { cwd: folder, env })).split('\n')
      const losses = lines.map((line) => Number(line.split(' ')[1]))
      expect(losses.length).toBeGreaterThan(3)
      expect(losses.at(-1)).toBeLessThan(losses[0] / 2)
    })
  }
})
