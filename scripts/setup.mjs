// From a fresh clone to a built package; at once when nothing is missing.
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

export async function installPackages() {
  if (packagesAreInstalled()) return
  // Not `npm ci`: it refuses a lock file made where a registry lacks some other platform's optional packages.
  // --no-save takes the locked versions all the same, and leaves the lock file as it is.
  // npm is a shell script on Windows.
  const options = { shell: process.platform === 'win32', expect: '10 s' }
  await step('Installing npm packages', 'npm', ['install', '--no-save'], options)
}

/** Compares package-lock.json with npm's own record of what it installed. */
function packagesAreInstalled() {
  const record = ['node_modules', '.package-lock.json']
  if (!existsSync(inProject(...record))) return false
  const { '': _project, ...wanted } = JSON.parse(readProjectFile('package-lock.json')).packages
  const installed = JSON.parse(readProjectFile(...record)).packages
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    // Optional ones are those of other platforms.
    return path in installed ? installed[path].version === version : optional
  })
}

await asProgram(import.meta.url, setup)
