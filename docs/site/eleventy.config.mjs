// The pages: those of pages/, and the files of the repository that generator/contents.mjs lists. Links are relative, so that the
// folder works from any path.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'
import { readApi } from './generator/api.mjs'
import { groups, urlOf } from './generator/contents.mjs'
import { createHighlight } from './generator/highlight.mjs'
import { createMarkdown } from './generator/markdown.mjs'
import { writePlayground } from './generator/playground.mjs'
import { headersFile } from './generator/policy.mjs'
import { snippets } from './generator/snippets.mjs'

const inRepository = (path) => new URL(`../../${path}`, import.meta.url)

const isThere = ({ source }) => existsSync(inRepository(source))

export default async function configure(config) {
  const contents = groups.map(({ title, pages }) => ({
    title,
    pages: pages.filter(isThere).map((page) => ({ ...page, url: urlOf(page) })),
  }))
  const api = readApi()
  const documents = contents.flatMap(({ pages }) => pages)
  const byPath = new Map([...documents, ...api].map(({ source, url }) => [source, url]))
  const pageOf = (path) => byPath.get(path) ?? byPath.get(posix.join(path, 'README.md'))
  const all = snippets()
  const snippetOf = (source, block) =>
    all.find((snippet) => snippet.source === source && snippet.block === block)
  const highlight = await createHighlight()

  config.setLibrary('md', createMarkdown({ highlight, pageOf, snippetOf }))
  config.addGlobalData('contents', contents)
  config.addGlobalData('highlight', () => highlight)
  config.addGlobalData(
    'homes',
    api
      .filter(({ isHome }) => isHome)
      .map(({ title, url }) => ({ title, url }))
      .sort((a, b) => Number(b.title.startsWith('torch')) - Number(a.title.startsWith('torch'))),
  )
  for (const page of documents)
    addPage(config, page, readFileSync(inRepository(page.source), 'utf8'), 'document.11ty.mjs')
  for (const { text, ...page } of api) addPage(config, page, text, 'api.11ty.mjs')
  config.addPassthroughCopy({ public: '/' })
  config.addPassthroughCopy({ '../../bench/growth.svg': '/docs/growth.svg' })
  // As text, which hosts compress.
  const data = '../../examples/package-tags/data'
  config.addPassthroughCopy({ [`${data}/vocabulary.json`]: '/data/vocabulary.json' })
  for (const name of ['train', 'test'])
    config.addPassthroughCopy({ [`${data}/${name}.svm`]: `/data/${name}.txt` })
  config.addPassthroughCopy({ '../../build/site/assets': '/assets' })
  // The program of a thread, which a worker's script looks for beside itself.
  const { pathname: thread } = new URL(import.meta.resolve('softmargin/package.json'))
  config.addPassthroughCopy({ [thread.replace('package.json', 'dist/thread.js')]: '/assets/thread.js' })
  config.setUseGitIgnore(false)
  config.on('eleventy.after', ({ dir }) => {
    writeFileSync(`${dir.output}/_headers`, headersFile)
    writePlayground(`${dir.output}/playground`)
    // GitHub Pages would leave out names that begin with an underscore.
    writeFileSync(`${dir.output}/.nojekyll`, '')
  })
}

/** A page of Markdown. It is no template: braces stay braces. */
function addPage(config, page, text, layout) {
  const path = page.url.replace(/\.html$/, '.md')
  config.addTemplate(path, text, { ...page, layout, permalink: page.url, templateEngineOverride: 'md' })
}

export const config = {
  dir: { input: 'pages', includes: '../layouts', layouts: '../layouts', output: '../../out/site' },
}
