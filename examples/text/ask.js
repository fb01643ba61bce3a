// node ask.js [--model <folder>] "<text>"...: the tags of texts, by the head that main.js saved.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import torch from 'softmargin'
import { createEncoder } from './embed.js'
import { createHead } from './model.js'
import { predict } from './train.js'

const { values, positionals } = parseArgs({ options: { model: { type: 'string' } }, allowPositionals: true })
const texts = positionals.length > 0 ? positionals : ['a console mail client written in C']

const file = new URL('head.pt', import.meta.url)
if (!existsSync(file)) throw new Error('there is no head.pt: node main.js makes it')
const saved = torch.load(await readFile(file))
const encode = await createEncoder(values.model)
const embeddings = await encode(texts)
const head = createHead(embeddings.shape[1], saved.labels.length)
head.load_state_dict(saved.head)

const probabilities = predict(head, [embeddings])
const chosen = probabilities.ge(saved.thresholds).tolist()
for (const [row, chances] of probabilities.tolist().entries()) {
  const tags = saved.labels
    .map((label, i) => ({ label, chance: chances[i], isChosen: chosen[row][i] }))
    .filter(({ isChosen }) => isChosen)
    .sort((a, b) => b.chance - a.chance)
    .map(({ label, chance }) => `${label} ${chance.toFixed(2)}`)
  console.log(`${texts[row]}\n  ${tags.join(', ') || 'no tag'}`)
}
