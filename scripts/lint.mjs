// Formatting, lint rules and types of both languages. --write fixes what the tools can fix.
import { build } from './build.mjs'
import { asProgram } from './program.mjs'
import { inProject, packageTool, wasmTarget } from './project.mjs'
import { installPackages } from './setup.mjs'
import { answer, attempt, Failure, step } from './step.mjs'
import { ensureToolchain } from './toolchain.mjs'

/** Runs every check, and fails if one of them fails. Needs a built package: tsc reads its types. */
export async function lint({ write = false } = {}) {
  const env = await ensureToolchain()
  const failures = []
  for (const { name, command, component, ...options } of checks(write)) {
    if (component && !(await hasComponent(component, env))) {
      console.error(`skipped: ${name} (${component} is not installed: rustup component add ${component})`)
      continue
    }
    const all = { lines: 200, ...options, env: { ...env, ...options.env } }
    if (!(await attempt(() => step(`Lint: ${name}`, ...command, all)))) failures.push(name)
  }
  if (failures.length > 0) throw new Failure(`Lint failed: ${failures.join(', ')}`)
}

function checks(write) {
  const clippy = (...args) => ['cargo', ['clippy', ...args, '--', '-D', 'warnings']]
  return [
    { name: 'biome', command: packageTool('biome', 'check', ...(write ? ['--write'] : [])) },
    { name: 'tsc', command: packageTool('tsc', '--noEmit', '-p', 'tsconfig.json'), expect: '5 s' },
    {
      name: 'typedoc, nothing undocumented',
      command: packageTool('typedoc', '--options', 'docs/typedoc.json', '--emit', 'none'),
      expect: '10 s',
    },
    {
      name: 'rustfmt',
      component: 'rustfmt',
      command: ['cargo', ['fmt', '--all', ...(write ? [] : ['--check'])]],
    },
    {
      name: 'arrows point downwards',
      command: packageTool('depcruise', '--config', 'scripts/arrows.config.mjs', 'ts'),
    },
    {
      name: 'direction of the crate',
      command: [process.execPath, [inProject('scripts/crate_direction.mjs')]],
    },
    { name: 'clippy, native', component: 'clippy', command: clippy('--all-targets'), expect: '15 s' },
    {
      name: 'clippy, WebAssembly',
      component: 'clippy',
      command: clippy('--lib', '--target', wasmTarget),
      env: { RUSTFLAGS: '-C target-feature=+simd128' },
      expect: '15 s',
    },
  ]
}

async function hasComponent(component, env) {
  const subcommand = { rustfmt: 'fmt', clippy: 'clippy' }[component]
  const isThere = () => answer('cargo', [subcommand, '--version'], env) !== undefined
  if (!isThere() && answer('rustup', ['--version'], env)) {
    await attempt(() => step(`Adding ${component}`, 'rustup', ['component', 'add', component], { env }))
  }
  return isThere()
}

await asProgram(import.meta.url, async (args) => {
  await installPackages()
  await build()
  await lint({ write: args.includes('--write') })
})
