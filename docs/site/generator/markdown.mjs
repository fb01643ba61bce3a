// The site's Markdown: anchors, code in colours, tables that scroll, and links between files of the repository that become
// links between pages.
import { posix } from 'node:path'
import MarkdownIt from 'markdown-it'
import anchor from 'markdown-it-anchor'

/** GitHub's, so that links to headings work in both places. */
export const slugify = (text) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')

/** `pageOf` gives the URL of the page that a file of the repository has become, if it has; `snippetOf` what of the playground a block is. */
export function createMarkdown({ highlight, pageOf, snippetOf }) {
  const md = new MarkdownIt({ html: true, linkify: false, highlight })
  md.use(anchor, { slugify, tabIndex: false })
  // Landmarks of one page have different names.
  md.renderer.rules.table_open = (tokens, index) => {
    const number = tokens.slice(0, index + 1).filter(({ type }) => type === 'table_open').length
    return `<div class="scroll" tabindex="0" role="region" aria-label="Table ${number}"><table>\n`
  }
  md.renderer.rules.table_close = () => '</table></div>\n'
  const { fence } = md.renderer.rules
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const block = fence(tokens, index, options, env, self)
    const snippet = snippetOf(env.source, tokens[index].content)
    if (snippet === undefined) return block
    const to = posix.relative(posix.dirname(env.url), 'playground.html')
    return `${block}<p class="run" data-pagefind-ignore><a href="${to}#snippet=${snippet.id}">Run it in the playground</a></p>\n`
  }
  // The policy allows no style attributes, by which cells are aligned.
  md.core.ruler.push('alignment', ({ tokens }) => {
    for (const token of tokens) {
      const align = /^text-align:(\w+)$/.exec(token.attrGet('style') ?? '')?.[1]
      if (align === undefined) continue
      token.attrs = token.attrs.filter(([name]) => name !== 'style')
      token.attrJoin('class', `align-${align}`)
    }
  })
  md.core.ruler.push('links', ({ tokens, env }) => {
    for (const { children } of tokens) if (children) relink(children, env, pageOf)
  })
  return md
}

function relink(tokens, { source, url }, pageOf) {
  let dropped = false
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const target = relative(token.attrGet('href'), source, url, pageOf)
      dropped = target === undefined
      if (dropped) token.hidden = true
      else token.attrSet('href', target)
    } else if (token.type === 'link_close' && dropped) {
      token.hidden = true
      dropped = false
    }
  }
  for (let i = tokens.length - 1; i >= 0; i -= 1) if (tokens[i].hidden) tokens.splice(i, 1)
}

/** Where a link leads from a page; undefined for a file that is no page. */
function relative(href, source, url, pageOf) {
  if (/^([a-z]+:|#)/i.test(href) || source === undefined) return href
  const [path, hash] = href.split('#')
  const page = pageOf(posix.normalize(posix.join(posix.dirname(source), decodeURIComponent(path))))
  if (page === undefined) return undefined
  const target = posix.relative(posix.dirname(url), page) || posix.basename(page)
  return hash === undefined ? target : `${target}#${hash}`
}
