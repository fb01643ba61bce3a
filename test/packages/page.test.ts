/** Programs as users write them, compiled strictly against the installed tarball and run at full size. */
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder, run } from './consumer.js'
import { execute } from './execute.js'
import { examplesOfPage } from './page.js'

/** What a TypeScript program prints. Fails with the compiler's complaints, if it has any. */
async function outputOf(name: string, source: string, compilerOptions: object = {}): Promise<string> {
  const config = join(folder, `${name}.tsconfig.json`)
  await writeFile(join(folder, `${name}.ts`), source)
  const usual = { target: 'es2022', module: 'nodenext', strict: true, skipLibCheck: false, types: [] }
  const options = { ...usual, ...compilerOptions }
  await writeFile(config, JSON.stringify({ compilerOptions: options, files: [`${name}.ts`] }))
  await execute(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', config])
  return await run(`${name}.js`)
}

function expectLoss(printed: string): void {
  expect(Number(printed)).toBeGreaterThan(0)
  expect(Number(printed)).toBeLessThan(10)
}

describe('programs on the surface of the page, at its sizes', () => {
  test.each(['tagger', 'recommender', 'rare', 'genres'])('%s', async (name) => {
    const source = await readFile(`test/packages/page/${name}.ts`, 'utf8')
    expectLoss(await outputOf(name, source))
  })

  test('the tagger whose fields are not defined before they are assigned', async () => {
    const source = await readFile('test/packages/page/tagger.ts', 'utf8')
    expectLoss(await outputOf('tagger_assigned', source, { useDefineForClassFields: false }))
  })
})

test('the TypeScript of docs/from-pytorch.md satisfies a strict compiler', async () => {
  const page = await readFile('docs/from-pytorch.md', 'utf8')
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block)
  expect(blocks.length).toBeGreaterThan(8)
  const scopes = blocks.map((block, i) => `function pair${i}() {\n${block}}\npair${i}()\n`)
  const given = `import torch from 'softmargin'\nconst print = (...values: unknown[]): void => {}\n`
  await outputOf('from_pytorch', `${given}${scopes.join('')}`)
})

describe('the examples of the page as they stand', () => {
  test('are four', () => expect(examplesOfPage()).toHaveLength(4))

  test.each([0, 1, 2, 3])('example %i', async (i) => {
    const example = examplesOfPage()[i]
    // As many rows as the table of genres in the fourth has.
    const given = `import torch from 'softmargin'\nconst batch_size: number = 3\n`
    expectLoss(await outputOf(`page_${i}`, `${given}${example}\nconsole.log(loss.item())\n`))
  })
})
