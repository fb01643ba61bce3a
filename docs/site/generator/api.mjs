// TypeDoc's Markdown (build/site/api), one file for each public name, as pages under the names that people type:
// `index/namespaces/nn/classes/Linear.md` is `torch.nn.Linear`, at api/torch.nn.Linear.html.
import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = 'build/site/api'
const folder = new URL(`../../../${FOLDER}/`, import.meta.url)

const MODULES = { index: 'torch', 'core/entry': 'softmargin/core', 'entry/slim': 'softmargin/slim' }
const KINDS = ['classes', 'interfaces', 'functions', 'variables', 'type-aliases', 'enumerations']

/** Pages with `source`, `url`, `title`, `kind`, the `home` that lists them, and their text. */
export function readApi() {
  const taken = new Set()
  return readdirSync(folder, { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md') && path !== 'README.md' && !path.includes('namespaces/default/'))
    .sort()
    .map((path) => pageOf(path, taken))
}

function pageOf(path, taken) {
  const parts = path.replace(/\.md$/, '').split('/')
  const [module = parts[0]] = Object.keys(MODULES).filter((name) => path.startsWith(`${name}/`))
  const rest = parts.slice(module.split('/').length)
  const names = rest.filter((part) => part !== 'namespaces' && part !== 'README' && !KINDS.includes(part))
  const home = MODULES[module] ?? `softmargin/${module}`
  const isHome = rest.at(-1) === 'README'
  const text = readFileSync(new URL(path, folder), 'utf8')
  // As in `# Type Alias: Name\<T\>` and `# Function: fill\_()`; the name of the file lacks a last underscore.
  const [, kind = 'Namespace', name] = /^# ([A-Z][A-Za-z ]+): ([\w\\]+)/.exec(text) ?? []
  if (!isHome) names.splice(-1, 1, name.replaceAll('\\', ''))
  const title = [home, ...names].join('.')
  return {
    source: `${FOLDER}/${path}`,
    url: `api/${fileOf(title, kind, taken)}.html`,
    title,
    kind,
    isHome,
    home: isHome ? title : title.slice(0, title.lastIndexOf('.')),
    text: withTitle(text, title),
  }
}

/** Some file systems do not tell `Tensor` from `tensor`. */
function fileOf(title, kind, taken) {
  const name = title.replaceAll('/', '.')
  const file = taken.has(name.toLowerCase()) ? `${name}.${kind.toLowerCase().replaceAll(' ', '-')}` : name
  taken.add(file.toLowerCase())
  return file
}

/** Its name as people write it, no sections about where a member comes from, and no section for each name that is exported again. */
const withTitle = (text, title) =>
  text
    .replace(/^# .*$/m, `# ${title.replaceAll('_', '\\_')}`)
    .replace(/^## References\n.*/ms, (section) => `## Exported here too\n\n${listOf(section)}`)
    .replace(/^#{2,6} (Overrides|Inherited from|Implementation of)\n\n.*\n+/gm, '')
    .replace(/^#{2,6} Constructor$/gm, '### Call')

/** `### name`, with a link below it, as an item of a list. */
const listOf = (section) =>
  [...section.matchAll(/^### (.+)\n\n.*\]\((.+)\)$/gm)]
    .map(([, name, link]) => `- [${name}](${link})\n`)
    .join('')
