// A page of the API: at its left the modules and namespaces.
import { columns } from './columns.mjs'
import { escapeHtml, rootOf } from './shell.mjs'

export const render = ({ page, title, kind, home, homes, content }) => {
  const root = rootOf(page.url)
  const links = homes.map(
    ({ url, title: name }) =>
      `<li><a href="${root}${url}"${name === home ? ' aria-current="true"' : ''}>${escapeHtml(name)}</a></li>`,
  )
  const up = homes.find(({ title: name }) => name === home)
  const of =
    up === undefined || home === title ? '' : ` of <a href="${root}${up.url}">${escapeHtml(home)}</a>`
  return columns({
    url: page.url,
    title,
    kind: 'document api',
    label: 'Modules',
    contents: `<ul>${links.join('')}</ul>`,
    text: `<p class="kind" data-pagefind-ignore>${escapeHtml(kind)}${of}</p>\n${content}`,
  })
}
