// What Vite has built (build/site/assets), as the tags of a page: Vite's manifest names files, styles and what to load early.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const assets = new URL('../../../build/site/assets/', import.meta.url)
const manifestFile = new URL('manifest.json', assets)

export function tagsOf(entry, root) {
  if (!existsSync(manifestFile))
    throw new Error('Vite has written no manifest: npm run site:build runs it first')
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'))
  const styles = new Set()
  const scripts = new Set()
  const visit = (name) => {
    const { file, css = [], imports = [] } = manifest[name] ?? {}
    if (file === undefined) throw new Error(`Vite has no entry ${name}`)
    if (scripts.has(file)) return
    for (const style of css) styles.add(style)
    if (file.endsWith('.css')) styles.add(file)
    for (const imported of imports) visit(imported)
    scripts.add(file)
  }
  visit(entry)
  const { file } = manifest[entry]
  return [
    ...[...styles].map((style) => `<link rel="stylesheet" href="${root}assets/${style}">`),
    ...[...scripts]
      .filter((script) => script !== file)
      .map((script) => `<link rel="modulepreload" href="${root}assets/${script}">`),
    `<script type="module" src="${root}assets/${file}"></script>`,
  ].join('\n')
}

/** What the front page's worker costs to load, in kB of 1000 bytes through gzip: the package, its kernels, and the page's own code. */
export function workerSize() {
  const file = readdirSync(assets).find((name) => /^front-worker-[^.]+\.js$/.test(name))
  return gzipSync(readFileSync(new URL(file, assets)), { level: 9 }).length / 1000
}
