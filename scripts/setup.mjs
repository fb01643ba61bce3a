// From a fresh clone to a built package. Does nothing when nothing is missing.
import { existsSync } from 'node:fs'
import { build } from './build.mjs'
import { asProgram } from './program.mjs'
import { inProject, readProjectFile } from './project.mjs'
import { step } from './step.mjs'
import { ensureToolchain } from './toolchain.mjs'

export async function setup() {
  await installPackages()
  await ensureToolchain()
  await build()
}

/** Runtimes, bundlers and a browser's driver, which only the tests of the packed package need. */
export const testPackages = 'test/packages'

/** Other libraries, which only npm run bench needs. */
export const benchPackages = 'bench'

/** The generator of the site and what its pages use, which only npm run site needs. */
export const sitePackages = 'docs/site'

/** Installs the packages that the lock file of the project, or of one of its folders, names and that are missing. */
export async function installPackages(folder = '.') {
  if (packagesAreInstalled(folder)) return
  // Not `npm ci`, which rejects a lock file from a registry that lacks optional packages of other platforms.
  // --no-save also installs the locked versions, and does not change the lock file.
  // With NODE_ENV=production, which Vite sets where it builds, npm would leave out what is needed here.
  const args = ['install', '--include=dev', '--no-save', '--no-audit', '--no-fund']
  const { title, expect } = {
    [testPackages]: { title: 'Installing runtimes and bundlers for the tests', expect: '40 s' },
    [benchPackages]: { title: 'Installing the libraries to be measured', expect: '20 s' },
    [sitePackages]: { title: 'Installing what builds the site', expect: '30 s' },
  }[folder] ?? { title: 'Installing npm packages', expect: '10 s' }
  // Programs come as packages for each platform, so no install script is needed.
  if (folder !== '.') args.push('--ignore-scripts')
  // npm is a shell script on Windows.
  const options = { cwd: inProject(folder), shell: process.platform === 'win32' }
  await step(title, 'npm', args, { ...options, expect })
}

/** Compares package-lock.json with npm's own record of the installed packages. */
function packagesAreInstalled(folder) {
  const record = [folder, 'node_modules', '.package-lock.json']
  if (!existsSync(inProject(...record))) return false
  const { '': _project, ...wanted } = JSON.parse(readProjectFile(folder, 'package-lock.json')).packages
  const installed = JSON.parse(readProjectFile(...record)).packages
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    // Optional packages may be for other platforms.
    return path in installed ? installed[path].version === version : optional
  })
}

await asProgram(import.meta.url, setup)
