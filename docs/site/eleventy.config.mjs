// The pages: those of pages/, and the files of the repository that generator/contents.mjs lists. Links are relative, so that the
// folder works from any path.
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { groups, urlOf } from './generator/contents.mjs'
import { createHighlight } from './generator/highlight.mjs'
import { createMarkdown } from './generator/markdown.mjs'

const inRepository = (path) => new URL(`../../${path}`, import.meta.url)

const isThere = ({ source }) => existsSync(inRepository(source))

export default async function configure(config) {
  const contents = groups.map(({ title, pages }) => ({
    title,
    pages: pages.filter(isThere).map((page) => ({ ...page, url: urlOf(page) })),
  }))
  const byPath = new Map(contents.flatMap(({ pages }) => pages.map(({ source, url }) => [source, url])))
  const pageOf = (path) => byPath.get(path) ?? byPath.get(posix.join(path, 'README.md'))
  const highlight = await createHighlight()

  config.setLibrary('md', createMarkdown({ highlight, pageOf }))
  config.addGlobalData('contents', contents)
  config.addGlobalData('highlight', () => highlight)
  for (const { pages } of contents) for (const page of pages) addDocument(config, page)
  config.addPassthroughCopy({ public: '/' })
  // As text, which hosts compress.
  const data = '../../examples/package-tags/data'
  config.addPassthroughCopy({ [`${data}/vocabulary.json`]: '/data/vocabulary.json' })
  for (const name of ['train', 'test'])
    config.addPassthroughCopy({ [`${data}/${name}.svm`]: `/data/${name}.txt` })
  config.addPassthroughCopy({ '../../build/site/assets': '/assets' })
  // Where a host does not read its own headers file, names with an underscore are still to be published.
  config.setUseGitIgnore(false)
}

/** The page of a file of the repository. Its text is no template: braces stay braces. */
function addDocument(config, { source, url, title }) {
  config.addTemplate(url.replace(/\.html$/, '.md'), readFileSync(inRepository(source), 'utf8'), {
    title,
    source,
    url,
    permalink: url,
    layout: 'document.11ty.mjs',
    templateEngineOverride: 'md',
  })
}

export const config = {
  dir: { input: 'pages', includes: '../layouts', layouts: '../layouts', output: '../../out/site' },
}
