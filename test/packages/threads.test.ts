/** Kernels of the packed package on several threads, in every runtime that has them. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder, packed, read } from './consumer.js'
import { execute, outcome } from './execute.js'
import { bun, deno, node, type Program, terminal } from './programs.js'

const runtimes: [name: string, program: Program, before: string[]][] = [
  ['Node 20', node(20), []],
  ['Node 22', node(22), []],
  ['Node 24', node(24), []],
  ['Deno', deno, ['run', '--no-prompt', '--allow-env=SOFTMARGIN_NUM_THREADS']],
  ['Bun', bun, []],
]

const env = { ...process.env, DENO_DIR: join(folder, '.deno'), DENO_NO_UPDATE_CHECK: '1' }

describe.each(runtimes)('in %s', (name, { path, missing }, before) => {
  const skipped = missing === undefined ? '' : ` (${name} was skipped: ${missing})`
  const start = (way: string, variables = {}) =>
    outcome(path, [...before, 'threads.mjs', way], { cwd: folder, env: { ...env, ...variables } })

  test.skipIf(missing)(`there are as many as cores, with the bits of one${skipped}`, async () => {
    const { stdout, stderr } = await start('default')
    expect(JSON.parse(stdout)).toEqual({ isNumberOfCores: true, same: true })
    expect(stderr).toBe('')
  })

  test.skipIf(missing)(`there are as many as are set${skipped}`, async () => {
    expect(JSON.parse((await start('set')).stdout)).toEqual({ threads: 3, same: true })
    const one = await start('alone', { SOFTMARGIN_NUM_THREADS: '1' })
    expect(JSON.parse(one.stdout)).toEqual({ threads: 1, same: true })
  })

  test.skipIf(missing)(
    `process.exit and an error end the process while workers sleep${skipped}`,
    async () => {
      await expect(start('exit')).rejects.toMatchObject({
        message: expect.stringContaining('threads.mjs exit'),
      })
      await expect(start('throw')).rejects.toThrow(/Error: of the program|error: of the program/)
    },
  )

  test.skipIf(missing)(`threads that import the package have workers of their own${skipped}`, async () => {
    const reading = path === deno.path ? ['run', '--no-prompt', '--allow-read'] : before
    const printed = await execute(path, [...reading, 'threads.mjs', 'importers'], { cwd: folder, env })
    expect(JSON.parse(printed)).toEqual({ same: true, ended: 2 })
  })
})

describe.each([
  ['Node 20', node(20), '--experimental-permission'],
  ['Node 24', node(24), '--permission'],
])('in %s with its permission model', (name, { path, missing }, permission) => {
  const skipped = missing === undefined ? '' : ` (${name} was skipped: ${missing})`
  const start = (...permitted: string[]) =>
    outcome(path, ['--no-warnings', permission, '--allow-fs-read=*', ...permitted, 'threads.mjs', 'alone'], {
      cwd: folder,
      env: { ...env, SOFTMARGIN_NUM_THREADS: '2' },
    })

  test.skipIf(missing)(
    `workers need --allow-worker; without it, one thread, said once${skipped}`,
    async () => {
      const without = await start()
      expect(JSON.parse(without.stdout)).toEqual({ threads: 1, same: true })
      expect(without.stderr.trim().split('\n')).toHaveLength(1)
      expect(without.stderr).toContain('softmargin: kernels run on one thread, as workers cannot be started')
      const permitted = await start('--allow-worker')
      expect(JSON.parse(permitted.stdout)).toEqual({ threads: 2, same: true })
      expect(permitted.stderr).toBe('')
    },
  )
})

const missing = deno.missing ?? terminal.missing
const skipped = missing === undefined ? '' : ` (skipped: ${missing})`

test.skipIf(missing)(`at a terminal, Deno asks for no permission${skipped}`, async () => {
  const inTerminal = ['-qec', `${deno.path} run esm.mjs`, '/dev/null']
  const { stdout } = await outcome(terminal.path, inTerminal, { cwd: folder, env })
  expect(stdout).not.toMatch(/requests|Allow/)
})

test('require gives threads too', async () => {
  const program = `
    const torch = require('softmargin').default
    const work = () => torch.full([400000], 0.5).exp().sum()
    for (let i = 0; i < 50; i++) work()
    console.log(torch.get_num_threads())`
  await writeFile(join(folder, 'threads.cjs'), program)
  const printed = await execute(process.execPath, ['--no-warnings', 'threads.cjs'], {
    cwd: folder,
    env: { ...env, SOFTMARGIN_NUM_THREADS: '2' },
  })
  expect(printed).toBe('2')
})

test('edge runtimes carry nothing of them', async () => {
  const scripts = packed.filter((path) => /^dist\/(workerd|edge-light|slim)\.js$/.test(path))
  const seen = new Set<string>()
  const follow = async (path: string) => {
    if (seen.has(path)) return
    seen.add(path)
    const text = String(await read(path))
    expect(text, path).not.toMatch(/new Worker|node:worker_threads|Atomics\.|function serve\(/)
    for (const [, file] of text.matchAll(/(?:from|import) '\.\/([\w.-]+\.js)'/g)) await follow(`dist/${file}`)
  }
  for (const path of scripts) await follow(path)
  expect(seen.size).toBeGreaterThan(scripts.length)
})
