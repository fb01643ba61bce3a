// npm run bench: compares softmargin with the other libraries that can be installed (SOFTMARGIN_PYTHON names a Python with
// torch) and writes bench/RESULTS.md. npm run bench -- --check: only checks that the loss is as fast as bench/ratios.json says;
// --update writes that file. npm run bench -- --sweep: every operation beside PyTorch, [--only=pattern] [--threads=1]. Other arguments go to bench/compare.mjs: --only=pattern, --rounds=9, --parties=a;b, --threads=n.
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { nodes, OURS, OURS_PLAIN, PYTORCH } from '../bench/parties.mjs'
import { asProgram } from './program.mjs'
import { inProject } from './project.mjs'
import { benchPackages, installPackages, setup } from './setup.mjs'
import { attempt, Failure, run } from './step.mjs'

async function bench(args) {
  await setup()
  if (args.includes('--check') || args.includes('--update')) {
    for (const node of nodes()) await program(node, 'check', args)
    return
  }
  if (args.includes('--sweep')) {
    await program(nodes()[0], 'sweep', args)
    return
  }
  // If that fails, the missing parties are reported.
  await attempt(() => installPackages(benchPackages))
  if (args.length > 0) {
    await program(process.execPath, 'compare', args)
    return
  }
  const date = new Date().toISOString().slice(0, 10)
  const machine = `${cpus()[0].model.trim()}, ${availableParallelism()} cores`
  const sections = [`# Results\n\n${machine}, ${date}, by \`npm run bench\`.\n`]
  const programs = [
    [process.execPath, 'compare'],
    [process.execPath, 'compare', ['--threads=1', `--parties=${[OURS, OURS_PLAIN, PYTORCH].join(';')}`]],
    [process.execPath, 'threads'],
    ...nodes().map((node) => [node, 'kernel']),
    ...['growth', 'startup', 'memory'].map((name) => [process.execPath, name]),
  ]
  for (const [node, name, args] of programs) sections.push(await program(node, name, args))
  writeFileSync(inProject('bench', 'RESULTS.md'), sections.join('\n'))
}

/** Runs one of bench/*.mjs and returns what it printed, which is Markdown. */
async function program(node, name, args = []) {
  const { succeeded, output } = await run(node, [`bench/${name}.mjs`, ...args], { show: true, keep: true })
  if (!succeeded) throw new Failure(`bench/${name}.mjs failed`)
  return output
}

await asProgram(import.meta.url, bench)
