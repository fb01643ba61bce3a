// Test files that vitest runs.
import { existsSync, rmSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { inProject, packageTool, readProjectFile } from '../project.mjs'
import { sitePackages, testPackages } from '../setup.mjs'
import { Failure, run } from '../step.mjs'
import { ensureToolchain } from '../toolchain.mjs'
import { checked, remember } from './outcome.mjs'

/** The suite, or a part of it, on one build of the kernels. */
export async function testTypeScript(kernels, node, { allRuntimes = false, ...which }) {
  const title = `vitest on ${kernels}${which.threads ? ' on several threads' : ''}`
  return countOf(title, await runSuite(kernels, node, which), { allRuntimes })
}

export function runSuite(kernels, node, { project, filters, threads }) {
  const where = ['--config=test/vitest.config.ts', '--root=.', `--project=${project}`]
  const variables = { SOFTMARGIN_KERNELS: kernels }
  if (threads !== undefined) variables.SOFTMARGIN_NUM_THREADS = String(threads)
  return vitest(node, where, { filters, variables })
}

const MOST_AGAIN = 8

/**
 * The outcome of a run, its output, and its report if it wrote one. On CI, where nobody is there to look, a few files with failures run
 * once more, alone: what passes then was broken by a busy machine, and is named at the end.
 */
export async function vitest(node, where, { filters = [], variables = {} } = {}) {
  const first = await runOnce(node, [...filters, ...where], variables)
  const files = new Set(first.result?.testResults.filter(hasFailed).map(({ name }) => name))
  if (!process.env.CI || files.size === 0 || files.size > MOST_AGAIN) return first
  console.error(`Files with failures, once more, alone: ${[...files].join(', ')}`)
  const second = await runOnce(node, [...files, ...where], variables)
  if (second.result === undefined) return first
  const failures = new Set(second.result.testResults.flatMap(failuresIn))
  for (const failure of first.result.testResults.flatMap(failuresIn))
    if (!failures.has(failure)) remember(`passed only alone: ${failure}`)
  const others = first.result.testResults.filter(({ name }) => !files.has(name))
  return {
    succeeded: second.succeeded && unhandledIn(first.output) === undefined,
    output: first.output + second.output,
    result: { testResults: [...others, ...second.result.testResults] },
  }
}

async function runOnce(node, options, variables) {
  const report = 'build/vitest.json'
  rmSync(inProject(report), { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const [, [program]] = packageTool('vitest')
  const env = { ...(await ensureToolchain()), ...variables }
  const { succeeded, output } = await run(node, [program, 'run', ...options, ...reporters], {
    env,
    show: true,
    keep: true,
  })
  const result = existsSync(inProject(report)) ? JSON.parse(readProjectFile(report)) : undefined
  return { succeeded, output, result }
}

/** Counts the tests of a run. With `allRuntimes`, tests of packages and of the site that were skipped for want of a runtime have failed. */
export function countOf(runner, { succeeded, output, result }, { allRuntimes = false } = {}) {
  if (result === undefined) throw new Failure(`${runner} wrote no report`)
  const tests = result.testResults.flatMap(testsIn)
  const failures = result.testResults.flatMap(failuresIn)
  const skipped = tests.filter(({ status }) => ['pending', 'skipped', 'todo'].includes(status))
  for (const { name } of skipped) console.log(`skipped: ${name}`)
  const needsRuntime = ({ file }) => [testPackages, sitePackages].some((folder) => file.includes(folder))
  const lacking = allRuntimes ? skipped.filter(needsRuntime) : []
  for (const { name, file } of lacking) failures.push(`${name} (${file} lacks a runtime)`)
  for (const failure of failures) remember(`FAILED: ${failure}`)
  const counts = {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: failures.length,
    skipped: skipped.length - lacking.length,
  }
  return checked(runner, succeeded, counts, unhandledIn(output))
}

const testsIn = ({ name: file, assertionResults }) =>
  assertionResults.map(({ fullName: name, status }) => ({ file, name, status }))

const hasFailed = ({ status }) => status === 'failed'

/** A file that cannot be loaded has no tests, but is one failure. */
function failuresIn({ name: file, status, assertionResults }) {
  if (status === 'failed' && assertionResults.length === 0) return [`${file} cannot be loaded`]
  return assertionResults.filter(hasFailed).map(({ fullName }) => `${fullName} (${file})`)
}

/** An error outside of the tests. */
function unhandledIn(output) {
  const text = stripVTControlCharacters(output)
  const at = text.search(/unhandled errors?\b/i)
  return at < 0 ? undefined : (/\S*Error: .*/.exec(text.slice(at))?.[0] ?? 'an unhandled error')
}
