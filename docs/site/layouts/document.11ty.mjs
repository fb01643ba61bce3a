// A page of text of the repository: all such pages at its left, its own headings at its right.
import { columns } from './columns.mjs'
import { escapeHtml, rootOf } from './shell.mjs'

export const render = ({ page, title, contents, content }) => {
  const root = rootOf(page.url)
  const here = page.url.replace(/^\//, '')
  const all = contents.flatMap(({ pages }) => pages)
  const index = all.findIndex(({ url }) => url === here)
  return columns({
    url: page.url,
    title,
    kind: 'document',
    label: 'Contents',
    contents: contents.map((group) => groupOf(group, here, root)).join('\n'),
    text: `${content}\n${turn(all[index - 1], all[index + 1], root)}`,
    beside: headingsOf(content),
  })
}

function groupOf({ title, pages }, here, root) {
  const links = pages.map(
    ({ url, title }) =>
      `<li><a href="${root}${url}"${url === here ? ' aria-current="page"' : ''}>${escapeHtml(title)}</a></li>`,
  )
  return `<section><h2>${escapeHtml(title)}</h2><ul>${links.join('')}</ul></section>`
}

function headingsOf(content) {
  const headings = [...content.matchAll(/<h2 id="([^"]+)"[^>]*>(.*?)<\/h2>/gs)]
  if (headings.length < 2) return ''
  const items = headings.map(
    ([, id, html]) => `<li><a href="#${id}">${html.replace(/<\/?a\b[^>]*>/g, '')}</a></li>`,
  )
  return `<nav class="outline" aria-label="On this page"><h2>On this page</h2><ul>${items.join('')}</ul></nav>`
}

function turn(before, after, root) {
  if (before === undefined && after === undefined) return ''
  const link = (page, rel, word) =>
    page === undefined
      ? '<span></span>'
      : `<a rel="${rel}" href="${root}${page.url}"><small>${word}</small>${escapeHtml(page.title)}</a>`
  return `<nav class="turn" aria-label="Pages before and after" data-pagefind-ignore>${link(before, 'prev', 'Before')}${link(after, 'next', 'Next')}</nav>`
}
