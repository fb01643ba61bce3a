// npm run bench: the loss beside a JavaScript loop, then everything beside whichever of the other libraries there are
// (SOFTMARGIN_PYTHON names a Python with torch). npm run bench -- --check: only whether the loss is as fast as it was.
import { asProgram } from './program.mjs'
import { setup } from './setup.mjs'
import { run } from './step.mjs'

async function bench(args) {
  await setup()
  const programs = args.includes('--check') ? ['kernel'] : ['kernel', 'image_tagger', 'compare']
  for (const program of programs) {
    const own = program === 'compare' ? args : args.filter((arg) => arg === '--check')
    const { succeeded } = await run(process.execPath, [`bench/${program}.mjs`, ...own], { show: true })
    if (!succeeded) process.exitCode = 1
  }
}

await asProgram(import.meta.url, bench)
