// A page of the API: at its left the modules and namespaces.
import { escapeHtml, rootOf, shell } from './shell.mjs'

export const render = ({ page, title, kind, home, homes, content }) => {
  const root = rootOf(page.url)
  const links = homes.map(
    ({ url, title: name }) =>
      `<li><a href="${root}${url}"${name === home ? ' aria-current="true"' : ''}>${escapeHtml(name)}</a></li>`,
  )
  const up = homes.find(({ title: name }) => name === home)
  return shell({
    url: page.url,
    title,
    entry: 'app/docs.ts',
    kind: 'document api',
    body: `<div class="columns">
<main id="content" class="prose" data-pagefind-body>
<a class="to-contents" href="#contents" data-pagefind-ignore>Modules</a>
<p class="kind" data-pagefind-ignore>${up === undefined || home === title ? escapeHtml(kind) : `${escapeHtml(kind)} of <a href="${root}${up.url}">${escapeHtml(home)}</a>`}</p>
${content}
</main>
<nav class="contents" id="contents" aria-label="Modules"><ul>${links.join('')}</ul></nav>
</div>`,
  })
}
