/** docs/coverage.md is what PyTorch's lists and samples make of this package; COVERAGE_WRITE=1 writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { coverage } from '../support/coverage.js'

const PAGE = 'docs/coverage.md'

test('the page of coverage is up to date', { timeout: 120_000 }, () => {
  const page = coverage()
  if (process.env.COVERAGE_WRITE !== undefined) writeFileSync(PAGE, page)
  expect(readFileSync(PAGE, 'utf8')).toBe(page)
})
