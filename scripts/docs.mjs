// npm run docs: the API reference, from TSDoc, as pages in out/api. --check only looks for what is not documented.
import { build } from './build.mjs'
import { asProgram } from './program.mjs'
import { packageTool } from './project.mjs'
import { installPackages } from './setup.mjs'
import { step } from './step.mjs'

await asProgram(import.meta.url, async (args) => {
  await installPackages()
  // The types of the kernels come from it.
  await build()
  const emit = args.includes('--check') ? ['--emit', 'none'] : []
  const [program, typedocArgs] = packageTool('typedoc', '--options', 'docs/typedoc.json', ...emit)
  await step('Writing out/api', program, typedocArgs, { expect: '10 s' })
})
