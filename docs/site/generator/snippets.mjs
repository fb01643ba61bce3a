// The snippets of the docs that run alone, in the order of their pages.
import { readFileSync } from 'node:fs'
import { slugify } from './markdown.mjs'

/** `first` names a block that stands under the title of its page. */
const SOURCES = [
  { source: 'README.md', group: 'Introduction', first: 'A first model', adapt: (text) => text },
  {
    source: 'docs/from-pytorch.md',
    group: 'From PyTorch',
    // Beside Python, they say print.
    adapt: (text) => `import torch from 'softmargin'\n\n${text.replace(/\bprint\(/g, 'console.log(')}`,
  },
]

/** Whether all that a program imports is in a browser; one without imports would miss its tensors. */
function standsAlone(text) {
  const imported = [...text.matchAll(/\bfrom '([^']+)'/g)].map(([, name]) => name)
  return imported.length > 0 && imported.every((name) => /^softmargin(\/|$)/.test(name)) && !/\bfetch\(/.test(text)
}

/** `id`, as it stands in links, `group`, `title` and `code`. */
export function snippets() {
  return SOURCES.flatMap(({ source, group, first, adapt }) => {
    const page = readFileSync(new URL(`../../../${source}`, import.meta.url), 'utf8')
    const taken = new Map()
    return blocksOf(page).flatMap(({ heading = first, text }) => {
      const code = adapt(text).trimEnd()
      if (!standsAlone(code)) return []
      const count = (taken.get(heading) ?? 0) + 1
      taken.set(heading, count)
      const title = count === 1 ? heading : `${heading}, ${count}`
      return [{ id: slugify(`${group} ${title}`), group, title, code }]
    })
  })
}

/** The blocks of TypeScript of a page, with the headings above them. */
function blocksOf(page) {
  const blocks = []
  let heading
  for (const [, title, text] of page.matchAll(/^#{2,3} (.+)$|^```ts\n((?:.*\n)*?)^```$/gm)) {
    if (title === undefined) blocks.push({ heading, text })
    else heading = title.replaceAll('`', '')
  }
  return blocks
}
