/** What was built, and how a page is opened. */
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export const FOLDER = resolve('out/site')
export const SCREENSHOTS = resolve('out/site-screenshots')
export const MODULES = resolve('docs/site/node_modules')
export const AXE = resolve(MODULES, 'axe-core/axe.min.js')

/** Neither the root of a host nor one level below it. */
export const UNDER = '/foo/bar/'

/** Every page of HTML, relative to the folder. */
export const pages = (): string[] =>
  readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.html'))
    .sort()

export const read = (path: string): string => readFileSync(`${FOLDER}/${path}`, 'utf8')

/** Those that are opened: one of each kind, and the apps. */
export const SHOWN = [
  'index.html',
  'docs/index.html',
  'docs/from-pytorch.html',
  'docs/coverage.html',
  'docs/benchmarks.html',
  'api/index.html',
  'api/torch.nn.html',
  'api/torch.nn.Linear.html',
  // It has a formula without spaces.
  'api/torch.metrics.MultilabelCalibrationError.html',
  'studio.html',
  'playground.html',
  '404.html',
]
