// dist/THIRD-PARTY-NOTICES.txt: the licences of the code that is compiled into the kernels, or bundled. The crates and their
// texts are those that cargo compiled; third_party.txt has the code that is neither a crate nor a package.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inProject, readProjectFile, wasmTarget } from './project.mjs'
import { answer, Failure } from './step.mjs'

const LINE = `\n\n${'-'.repeat(72)}\n`

const HEAD = `The WebAssembly of softmargin, in files and within its JavaScript, is compiled from its own source, under the licence in
LICENSE, and from what is named here. Its JavaScript also holds the packages that are named here.`

/** The npm packages that are bundled (rollup.config.mjs). */
const PACKAGES = ['papaparse']

/** Writes the file. A crate or package without a licence text stops the build. */
export function writeNotices(path, env) {
  const crates = linkedCrates(env).map(({ name, version, license, manifest_path }) => {
    return `${name} ${version}: ${license}\n\n${licenceTexts(name, dirname(manifest_path))}`
  })
  const packages = PACKAGES.map((name) => {
    const { version, license } = JSON.parse(readProjectFile('node_modules', name, 'package.json'))
    return `${name} ${version}: ${license}\n\n${licenceTexts(name, inProject('node_modules', name))}`
  })
  const all = [HEAD, ...crates, ...packages, readProjectFile('scripts', 'third_party.txt').trim()]
  writeFileSync(inProject(path), `${all.join(LINE)}\n`)
}

/** Crates whose code may be in the kernels: not those that only run at build time. */
function linkedCrates(env) {
  const options = ['--format-version', '1', '--locked', '--filter-platform', wasmTarget]
  const { packages, resolve } = JSON.parse(answer('cargo', ['metadata', ...options], env) ?? 'null') ?? {}
  if (packages === undefined) throw new Failure('cargo metadata does not tell which crates there are')
  const byId = new Map(packages.map((crate) => [crate.id, crate]))
  const dependencies = new Map(resolve.nodes.map(({ id, deps }) => [id, deps]))
  const isMacro = (id) => byId.get(id).targets.some(({ kind }) => kind.includes('proc-macro'))
  const linked = new Set()
  const visit = (id) => {
    if (linked.has(id) || isMacro(id)) return
    linked.add(id)
    for (const { pkg, dep_kinds } of dependencies.get(id))
      if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg)
  }
  visit(resolve.root ?? packages.find(({ name }) => name === 'softmargin').id)
  const crates = Array.from(linked, (id) => byId.get(id)).filter(({ source }) => source !== null)
  return crates.sort((a, b) => a.name.localeCompare(b.name))
}

/** All licence texts except Apache-2.0's, where MIT is the alternative. */
function licenceTexts(name, folder) {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
  const isAlternative = (file) => /apache/i.test(file) && files.some((other) => /mit/i.test(other))
  const texts = files.filter((file) => !isAlternative(file)).sort()
  if (texts.length === 0) throw new Failure(`${name} has no text of its licence`)
  return texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
}
