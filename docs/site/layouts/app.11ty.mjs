// A page on which an app mounts itself: <main id="app">. Until it has, it shows the page's own text.
import { rootOf, shell } from './shell.mjs'

export const render = ({ page, title, description, entry, kind, content }) =>
  shell({
    url: page.url,
    title,
    description,
    entry,
    kind,
    body: `<main id="content"><div id="app">${content.replaceAll('<!-- root -->', rootOf(page.url))}</div></main>`,
  })
