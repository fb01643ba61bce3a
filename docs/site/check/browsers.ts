/** Chromium, steered by Playwright, which the tests of the package install; `missing` says why there is none. */

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { Browser } from 'playwright'
import { chromium } from '../../../test/packages/programs.js'

const require = createRequire(resolve('test/packages/package.json'))

const isInstalled = existsSync(resolve('test/packages/node_modules/playwright'))

export const missing = chromium.missing ?? (isInstalled ? undefined : 'npm test installs its driver')

export async function launch(): Promise<Browser> {
  const playwright = require('playwright') as typeof import('playwright')
  // Chromium's own sandbox is not for root, as whom CI runs.
  return playwright.chromium.launch({ executablePath: chromium.path, chromiumSandbox: false })
}
