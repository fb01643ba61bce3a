// npm run docs: the API reference, generated from TSDoc, in out/api.
import { build } from './build.mjs'
import { asProgram } from './program.mjs'
import { packageTool } from './project.mjs'
import { installPackages } from './setup.mjs'
import { step } from './step.mjs'

await asProgram(import.meta.url, async () => {
  await installPackages()
  // It generates the types of the kernels.
  await build()
  const [program, args] = packageTool('typedoc', '--options', 'docs/typedoc.json')
  await step('Writing out/api', program, args, { expect: '10 s' })
})
