// npm run demo [-- arguments of examples/package-tags]
import { asProgram } from './program.mjs'
import { packageTool } from './project.mjs'
import { setup } from './setup.mjs'
import { stage } from './stage.mjs'
import { run, step } from './step.mjs'

const example = 'build/examples/package-tags/main.js'

export async function compileExamples() {
  const inputs = ['examples', 'dist/types', 'package-lock.json']
  await stage({ name: 'examples', inputs, outputs: [example] }, async () => {
    const [program, tscArgs] = packageTool('tsc', '-p', 'examples/tsconfig.json')
    await step('Compiling examples/', program, tscArgs, { expect: '5 s' })
  })
}

async function demo(args) {
  await setup()
  await compileExamples()
  const { code } = await run(process.execPath, [example, ...args], { show: true })
  process.exitCode = code ?? 1
}

await asProgram(import.meta.url, demo)
