// npm run site:check: builds the site and tests it: the folder itself, and its pages in Chromium, Firefox and WebKit. Screenshots of the
// pages are in out/site-screenshots. Arguments are vitest's: `npm run site:check -- -t "the front page learns"`.
import { compileExamples } from './demo.mjs'
import { asProgram } from './program.mjs'
import { packageTool } from './project.mjs'
import { installPackages, testPackages } from './setup.mjs'
import { buildSite } from './site.mjs'
import { Failure, run } from './step.mjs'

export const siteTests = ['--config=docs/site/check/vitest.config.ts', '--root=.']

/** Whatever the tests of the site read. */
export async function prepareSiteCheck() {
  await buildSite()
  await compileExamples()
  await installPackages(testPackages)
}

await asProgram(import.meta.url, async (only) => {
  await prepareSiteCheck()
  const [program, args] = packageTool('vitest', 'run', ...siteTests, ...only)
  const { succeeded } = await run(program, args, { show: true, keep: false })
  if (!succeeded) throw new Failure('The site is not as it should be')
})
