// What all pages share: head, header, footer. `root` leads from the page to the site's root, as all links are relative.
import { tagsOf } from '../generator/assets.mjs'
import { policyOf } from '../generator/policy.mjs'

export const escapeHtml = (text) =>
  String(text).replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign])

/**
 * Hosts show 404.html at any address, so its links cannot be relative: whoever builds the site says in SOFTMARGIN_SITE_PATH where it
 * will be, as in `/softmargin`.
 */
export const rootOf = (url) => {
  const path = process.env.SOFTMARGIN_SITE_PATH
  if (url === '/404.html' && path !== undefined) return `${path.replace(/\/$/, '')}/`
  return '../'.repeat(url.replace(/^\//, '').split('/').length - 1)
}

const places = [
  { title: 'Docs', url: 'docs/index.html', under: 'docs/' },
  { title: 'API', url: 'api/index.html', under: 'api/' },
  { title: 'Studio', url: 'studio.html', under: 'studio' },
  { title: 'Playground', url: 'playground.html', under: 'playground' },
]

const DESCRIPTION = 'PyTorch for multi-label classification, wherever JavaScript runs.'

/** A page: `entry` is the script of app/ that it loads, `kind` a class of the body. */
export function shell({ url, title, description = DESCRIPTION, entry, kind, body }) {
  const root = rootOf(url)
  const here = url.replace(/^\//, '')
  const full = title === undefined ? 'softmargin' : `${title} · softmargin`
  return `<!doctype html>
<html lang="en" data-root="${root || './'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(here)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(full)}</title>
<meta name="description" content="${escapeHtml(description)}">
<link rel="icon" href="${root}icon.svg" type="image/svg+xml">
<script src="${root}theme.js"></script>
${tagsOf(entry, root)}
</head>
<body class="${kind}">
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="wordmark" href="${root}index.html">softmargin</a>
<nav aria-label="Site">
${places.map((place) => `<a href="${root}${place.url}"${here.startsWith(place.under) ? ' aria-current="true"' : ''}>${place.title}</a>`).join('\n')}
</nav>
<div class="tools">
<button type="button" class="search" id="search"><span>Search</span><kbd>/</kbd></button>
<button type="button" class="theme" id="theme" aria-label="Colours: as the system">
<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor"/></svg>
</button>
</div>
</header>
${body}
<footer class="foot">
<p>softmargin is free software under the MIT licence. The demo’s data is Debian package metadata and debtags, the Debian project.</p>
</footer>
</body>
</html>
`
}
