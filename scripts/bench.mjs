// npm run bench [-- arguments of bench/kernel.mjs]
import { asProgram } from './program.mjs'
import { setup } from './setup.mjs'
import { run } from './step.mjs'

async function bench(args) {
  await setup()
  for (const program of [['bench/kernel.mjs', ...args], ['bench/image_tagger.mjs']]) {
    const { succeeded } = await run(process.execPath, program, { show: true })
    if (!succeeded) process.exitCode = 1
  }
}

await asProgram(import.meta.url, bench)
