// npm run spark [-- arguments of examples/spark/main.py]
import { asProgram } from './program.mjs'
import { inProject } from './project.mjs'
import { setup } from './setup.mjs'
import { run } from './step.mjs'
import { ensureSpark } from './toolchain/spark.mjs'

async function spark(args) {
  await setup()
  const { python, env } = await ensureSpark()
  const { code } = await run(python, [inProject('examples/spark/main.py'), ...args], {
    show: true,
    keep: false,
    env,
  })
  process.exitCode = code ?? 1
}

await asProgram(import.meta.url, spark)
