// npm run site: builds the site and serves it. site:build only builds it, in out/site; site:check tests what was built.
// The site is a package of its own in docs/site, and uses softmargin as its users do: packed and installed.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { asProgram } from './program.mjs'
import { inProject, packageTool, readProjectFile } from './project.mjs'
import { installPackages, setup, sitePackages } from './setup.mjs'
import { stage } from './stage.mjs'
import { step } from './step.mjs'

export const siteFolder = 'out/site'

const cwd = inProject(sitePackages)

/** A program of the site's own packages. */
const siteTool = (path, ...args) => [
  process.execPath,
  [inProject(sitePackages, 'node_modules', path), ...args],
]

export async function buildSite() {
  await setup()
  await installPackages(sitePackages)
  await installSoftmargin()
  const inputs = [`${sitePackages}/generator/fonts.mjs`, `${sitePackages}/package-lock.json`]
  await stage({ name: 'site fonts', inputs, outputs: ['build/site/fonts'] }, () =>
    step('Making fonts small', process.execPath, [inProject(sitePackages, 'generator/fonts.mjs')]),
  )
  const [vite, viteArgs] = packageTool('vite', 'build', '--logLevel', 'warn')
  await step('Bundling the scripts of the site', vite, viteArgs, { cwd, expect: '5 s' })
  await describeApi()
  rmSync(inProject(siteFolder), { recursive: true, force: true })
  await step('Writing the pages', ...siteTool('@11ty/eleventy/cmd.cjs', '--quiet'), { cwd, expect: '5 s' })
  await step(
    'Indexing them for search',
    ...siteTool('pagefind/lib/runner/bin.cjs', '--site', inProject(siteFolder)),
    {
      cwd,
      expect: '2 s',
    },
  )
}

/** The API from the comments of the code, as Markdown, which becomes pages like all else. */
async function describeApi() {
  const inputs = [
    'ts',
    'docs/typedoc.json',
    `${sitePackages}/typedoc.json`,
    `${sitePackages}/package-lock.json`,
  ]
  await stage({ name: 'site API', inputs, outputs: ['build/site/api'] }, async () => {
    rmSync(inProject('build/site/api'), { recursive: true, force: true })
    const [typedoc, args] = packageTool('typedoc', '--options', `${sitePackages}/typedoc.json`)
    await step('Describing the API', typedoc, args, { expect: '15 s' })
  })
}

/** Packs the package as it would be published and installs the tarball, which the site then resolves by its exports. */
async function installSoftmargin() {
  const folder = 'build/site/package'
  const { version } = JSON.parse(readProjectFile('package.json'))
  const installed = `${folder}/node_modules/softmargin`
  const inputs = ['dist', 'package.json']
  await stage({ name: 'site package', inputs, outputs: [installed] }, async () => {
    rmSync(inProject(folder), { recursive: true, force: true })
    mkdirSync(inProject(folder), { recursive: true })
    writeFileSync(inProject(folder, 'package.json'), '{ "private": true }')
    // npm is a shell script on Windows.
    const options = { shell: process.platform === 'win32' }
    const pack = ['pack', '--ignore-scripts', '--pack-destination', inProject(folder)]
    await step('Packing softmargin', 'npm', pack, options)
    const install = [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--offline',
      `./softmargin-${version}.tgz`,
    ]
    await step('Installing the tarball', 'npm', install, { ...options, cwd: inProject(folder) })
  })
  const link = inProject(sitePackages, 'node_modules', 'softmargin')
  // Made anew: it may lead to where another build was.
  rmSync(link, { force: true, recursive: true })
  symlinkSync(inProject(installed), link, 'junction')
}

await asProgram(import.meta.url, async ([command = 'serve']) => {
  await buildSite()
  if (command === 'build') return
  const { serveSite } = await import('./site_server.mjs')
  await serveSite(inProject(siteFolder))
})
