// The front page. Its listing is the file that the page's worker runs, and its size that of what was built.
import { readFileSync } from 'node:fs'
import { workerSize } from '../generator/assets.mjs'
import { shell } from './shell.mjs'

const listing = new URL('../app/front/tagger.ts', import.meta.url)

export const render = ({ page, description, entry, kind, content, highlight }) =>
  shell({
    url: page.url,
    description,
    entry,
    kind,
    body: `<main id="content">${content
      .replace('<!-- listing -->', highlight(readFileSync(listing, 'utf8'), 'ts'))
      .replaceAll('<!-- kilobytes -->', workerSize().toFixed(0))}</main>`,
  })
