/** docs/cookbook.md: its blocks as one program, on the installed tarball; `vitest -u` writes what they print into the page. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, describe, expect, test } from 'vitest'
import { blocksOf, withOutputs } from '../support/markdown.js'
import { folder } from './consumer.js'
import { execute } from './execute.js'
import { workerd } from './programs.js'
import { newestDate, withWorker } from './workerd.js'

const PAGE = resolve('docs/cookbook.md')
const here = join(folder, 'cookbook')
const page = await readFile(PAGE, 'utf8')
const blocks = blocksOf(page)
const program = blocks.filter(({ language }) => language === 'ts')

/** The request of a block of curl, and the answer below it. */
function requestIn(section: string): { body: string; answer: unknown } {
  const [curl, json] = blocks.filter(
    (block) => block.section === section && /^(sh|json)$/.test(block.language),
  )
  const [, body] = /-d '(.*)'/.exec(curl.text) ?? []
  return { body, answer: JSON.parse(json.text) }
}

async function answerTo(url: string, body: string): Promise<unknown> {
  return (await fetch(url, { method: 'POST', body })).json()
}

describe('docs/cookbook.md', () => {
  beforeAll(async () => {
    await mkdir(here)
    for (const { file, text } of blocks.filter(({ file }) => file !== ''))
      await writeFile(join(here, file), text)
    // A mark before what each block prints; imports are hoisted, wherever they stand.
    const marked = program.map(({ text }) => `console.log('\\0')\n${text}`)
    await writeFile(join(here, 'cookbook.mjs'), marked.join('\n'))
    await writeFile(join(here, 'cookbook.mts'), program.map(({ text }) => text).join('\n'))
  })

  test('prints what stands under its blocks', async () => {
    const printed = (await execute(process.execPath, ['cookbook.mjs'], { cwd: here })).split('\0').slice(1)
    expect(printed.length).toBe(program.length)
    const outputs = new Map(program.map((block, i) => [block, printed[i].replace(/^\n|\s+$/g, '')]))
    await expect(withOutputs(page, outputs)).toMatchFileSnapshot(PAGE)
  })

  test('satisfies a strict compiler', async () => {
    const compilerOptions = {
      ...{ target: 'es2022', module: 'nodenext', strict: true, noEmit: true, allowJs: true },
      ...{ types: ['node'], typeRoots: [resolve('node_modules/@types')] },
    }
    const config = join(here, 'tsconfig.json')
    await writeFile(config, JSON.stringify({ compilerOptions, files: ['cookbook.mts'] }))
    expect(await execute(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', config])).toBe(
      '',
    )
  })

  test('has a server that answers as it says', async () => {
    const server = spawn(process.execPath, ['server.mjs'], {
      cwd: here,
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const [line] = await Promise.race([once(createInterface(server.stdout), 'line'), once(server, 'exit')])
      const [url] = /http\S+/.exec(line as string) as RegExpExecArray
      const { body, answer } = requestIn('A server')
      expect(await answerTo(url, body)).toEqual(answer)
    } finally {
      server.kill()
    }
  })

  test.skipIf(workerd.missing)('has an edge function that answers alike', async () => {
    const modules = [
      ...['worker.mjs', 'model.mjs'].map((name) => ({ name, file: `cookbook/${name}` })),
      { name: 'tagger.pt', file: 'cookbook/tagger.pt', kind: 'data' as const },
    ]
    const { body, answer } = requestIn('A server')
    await withWorker(workerd.path, newestDate, modules, async ({ url }) =>
      expect(await answerTo(url, body)).toEqual(answer),
    )
  })
})
