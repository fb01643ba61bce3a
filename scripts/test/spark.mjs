// The tests of python/ on Spark.
import { readdirSync } from 'node:fs'
import { inProject, readProjectFile } from '../project.mjs'
import { run } from '../step.mjs'
import { ensureSpark } from '../toolchain/spark.mjs'
import { checked } from './outcome.mjs'

const pythonTests = 'python/tests'

/** Tests of python/ on Spark; with patterns, those whose names contain one. Nothing that they need may be missing. */
export async function testSpark(patterns = []) {
  const { python, env } = await ensureSpark()
  const chosen = patterns.length > 0 ? ['-k', patterns.join(' or ')] : []
  const args = [
    '-m',
    'pytest',
    '-m',
    'spark',
    '-p',
    'no:cacheprovider',
    '-rs',
    '--durations=3',
    '--color=no',
    ...chosen,
  ]
  const { succeeded, output } = await run(python, args, {
    cwd: inProject('python'),
    env: { ...env, PYTHONDONTWRITEBYTECODE: '1' },
    show: true,
    keep: true,
  })
  const last = output.trimEnd().split('\n').at(-1)
  const count = (...kinds) =>
    kinds.reduce((sum, kind) => sum + Number(new RegExp(`(\\d+) ${kind}`).exec(last)?.[1] ?? 0), 0)
  const tests = { passed: count('passed'), failed: count('failed', 'error', 'skipped'), skipped: 0 }
  return checked('pytest on Spark', succeeded, tests)
}

export function skipSpark() {
  const isOnSpark = (file) =>
    /^test_.*\.py$/.test(file) && readProjectFile(pythonTests, file).includes('pytest.mark.spark')
  const files = readdirSync(inProject(pythonTests)).filter(isOnSpark)
  const why = 'needs pyspark, 450 MB, and Java: npm test -- --spark'
  for (const file of files) console.log(`skipped: ${pythonTests}/${file} (${why})`)
  return { skipped: files.length }
}
