/** Programs that run the packed package: from test/packages/node_modules, or from the machine. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a program is, or why it is not there. */
export interface Program {
  path: string
  missing?: string
}

const here = import.meta.dirname
const platform = `${process.platform} ${process.arch}`

/** A program inside a package that npm has for some platforms only. */
function packaged(name: string, ...candidates: string[]): Program {
  const paths = candidates.map((candidate) => join(here, 'node_modules', candidate))
  const path = paths.find((path) => existsSync(path))
  return path ? { path } : { path: '', missing: `npm installed no ${name} for ${platform}` }
}

/** The Node of a major version; the one that runs this where npm has none. */
export function node(major: number): Program {
  if (process.version.startsWith(`v${major}.`)) return { path: process.execPath }
  return packaged(`Node ${major}`, `node-${major}/bin/node`)
}

const binary = (name: string) => (process.platform === 'win32' ? `${name}.exe` : name)

const os = process.platform === 'win32' ? 'windows' : process.platform
const cpu = process.arch === 'arm64' ? 'aarch64' : process.arch

export const bun = packaged('Bun', `@oven/bun-${os}-${cpu}/bin/${binary('bun')}`)

const denoPackage = `@deno/${process.platform}-${process.arch}`
export const deno = packaged('Deno', `${denoPackage}-glibc/deno`, `${denoPackage}/${binary('deno')}`)

const bits = process.arch === 'x64' ? '64' : process.arch
export const workerd = packaged('workerd', `@cloudflare/workerd-${os}-${bits}/bin/${binary('workerd')}`)

export const chromium = onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')

export const firefox = onPath('firefox-esr', 'firefox')

/** Runs a program as if at a terminal. */
export const terminal = onPath('script')

/** WebKitGTK's WebDriver, which starts the browser that comes with the library. */
export const webkit = withHelp(
  onPath('WebKitWebDriver'),
  ...['xvfb-run', 'xauth', 'dbus-run-session'].map((name) => onPath(name)),
)

/** A program that is of use only with others. */
function withHelp(program: Program, ...others: Program[]): Program {
  const missing = [program, ...others].find(({ missing }) => missing !== undefined)?.missing
  return missing === undefined ? program : { path: '', missing }
}

function onPath(...names: string[]): Program {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  const path = paths.find((path) => existsSync(path))
  return path ? { path } : { path: '', missing: `no ${names.join(', ')} on PATH` }
}
