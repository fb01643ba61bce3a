/** The pairs of docs/from-pytorch.md: the TypeScript prints what the Python printed. */
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { fixture } from '../support/fixture.js'
import { blocksOf } from '../support/markdown.js'

const page = readFileSync('docs/from-pytorch.md', 'utf8')
const { outputs } = fixture<{ outputs: Record<string, string[]> }>('whole/from_pytorch')

/** The blocks of a language by their sections. */
const blocksIn = (wanted: string) =>
  blocksOf(page)
    .filter(({ language }) => language === wanted)
    .map(({ section, text }) => [section, text] as const)

const blocks = blocksIn('ts')

/** As Python prints it. */
function python(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map((element) => (typeof element === 'string' ? `'${element}'` : python(element))).join(', ')}]`
  }
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return String(value)
}

function printed(block: string): string[] {
  const lines: string[] = []
  const print = (...values: unknown[]) => lines.push(...values.map(python).join(' ').split('\n'))
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 }
  const { outputText } = ts.transpileModule(block, { compilerOptions: options })
  new Function('torch', 'print', `'use strict';${outputText}`)(torch, print)
  return lines
}

describe('docs/from-pytorch.md', () => {
  test.each(blocks)('%s', (title, block) => expect(printed(block)).toEqual(outputs[title]))

  test('every section that has Python was run', () => {
    const sections = blocksIn('py').map(([title]) => title)
    expect(sections.length).toBeGreaterThan(8)
    expect(Object.keys(outputs)).toEqual(sections)
    expect(blocks.map(([title]) => title)).toEqual(sections)
  })
})
