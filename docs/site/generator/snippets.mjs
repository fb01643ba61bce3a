// The snippets of the docs that run in the playground, in the order of their pages.
import { readFileSync } from 'node:fs'
import { slugify } from './markdown.mjs'

/** `first` names a block that stands under the title of its page. */
const ALONE = [
  { source: 'README.md', group: 'Introduction', first: 'A first model', adapt: (text) => text },
  {
    source: 'docs/from-pytorch.md',
    group: 'From PyTorch',
    first: '',
    // Beside Python, they say print.
    adapt: (text) => `import torch from 'softmargin'\n\n${text.replace(/\bprint\(/g, 'console.log(')}`,
  },
]

const COOKBOOK = { source: 'docs/cookbook.md', group: 'Cookbook', model: 'js model.mjs' }

/**
 * `id`, as it stands in links, `group`, `title`, `code`, and the `line` at which what is new begins; `source` and `block` say below
 * which block of which page there is a link to it.
 */
export const snippets = () => [...ALONE.flatMap(alone), ...cookbook()]

function alone({ source, group, first, adapt }) {
  const taken = new Map()
  return blocksOf(source).flatMap(({ heading = first, language, text }) => {
    const code = adapt(text).trimEnd()
    if (language !== 'ts' || !standsAlone(code)) return []
    const count = (taken.get(heading) ?? 0) + 1
    taken.set(heading, count)
    const title = count === 1 ? heading : `${heading}, ${count}`
    return [{ id: slugify(`${group} ${title}`), group, title, code, line: 1, source, block: text }]
  })
}

/** The cookbook is one program: a section comes with all that is above it, and with its model in place of a file. */
function cookbook() {
  const { source, group, model } = COOKBOOK
  const sections = []
  let code = ''
  for (const { heading, language, text } of blocksOf(source)) {
    if (language !== 'ts' && language !== model) continue
    let last = sections.at(-1)
    if (last?.title !== heading) {
      if (code !== '') code += '\n'
      last = {
        id: slugify(`${group} ${heading}`),
        group,
        title: heading,
        line: code.split('\n').length,
        source,
      }
      code += `// ${heading}\n`
      sections.push(last)
    } else code += '\n'
    code += language === model ? text.replace(/^import .*\n\n/m, '').replace(/^export /m, '') : text
    code = code.replace(/^import .* from '\.\/model\.mjs'\n/m, '')
    last.code = code.trimEnd()
    last.block = text
  }
  return sections
}

/** Whether all that a program imports is in a browser; one without imports would miss its tensors. */
function standsAlone(text) {
  const imported = [...text.matchAll(/\bfrom '([^']+)'/g)].map(([, name]) => name)
  return (
    imported.length > 0 && imported.every((name) => /^softmargin(\/|$)/.test(name)) && !/\bfetch\(/.test(text)
  )
}

/** The blocks of code of a page, with the headings above them. */
function blocksOf(source) {
  const page = readFileSync(new URL(`../../../${source}`, import.meta.url), 'utf8')
  const blocks = []
  let heading
  for (const [, title, language, text] of page.matchAll(/^#{2,3} (.+)$|^```(\w.*)\n((?:.*\n)*?)^```$/gm)) {
    if (title === undefined) blocks.push({ heading, language, text })
    else heading = title.replaceAll('`', '')
  }
  return blocks
}
