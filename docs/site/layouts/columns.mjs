// The frame of every page of text: a table of contents at its left, or after the text where there is no room for it.
import { shell } from './shell.mjs'

/** `label` names the table of contents, `contents` is its HTML, `beside` what stands at the right. */
export const columns = ({ url, title, kind, label, contents, text, beside = '' }) =>
  shell({
    url,
    title,
    entry: 'app/docs.ts',
    kind,
    body: `<div class="columns">
<main id="content" class="prose" data-pagefind-body>
<a class="to-contents" href="#contents" data-pagefind-ignore>${label}</a>
${text}
</main>
<nav class="contents" id="contents" aria-label="${label}">
${contents}
</nav>
${beside}
</div>`,
  })
