// crate/ -> build/wasm (wasm-pack) -> build/wasm-loss (wasm-metadce: only what softmargin/loss calls);
// ts/, typed against them -> build/ts, dist/types (tsc) -> dist/ (rollup).
// dist/THIRD-PARTY-NOTICES.txt names the licences of the code that is compiled in, and of the packages that are bundled.
// build/wasm-relaxed is the crate with relaxed SIMD, which makes large work faster, for runtimes that support it.
// --for-tests also compiles the builds that only tests use: build/wasm-scalar, the same crate without SIMD128, to compare with,
// and build/wasm-checked, which traps on integer overflow and failed assertions, and says why.
// --debug puts that one into dist/, with calls that name the kernel and its arguments when it traps (ts/kernels/debug_seam.ts).
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describeBindings } from './bindings.mjs'
import { forOlderCompilers } from './declarations.mjs'
import { withImportedMemory } from './imported_memory.mjs'
import { writeNotices } from './notices.mjs'
import { asProgram } from './program.mjs'
import { inProject, packageTool, readProjectFile } from './project.mjs'
import { stage } from './stage.mjs'
import { step } from './step.mjs'
import { ensureToolchain } from './toolchain.mjs'

export async function build({ forTests = false, debug = false } = {}) {
  const shipped = debug ? ['wasm', 'wasm-checked'] : ['wasm', 'wasm-relaxed']
  await compileKernels(forTests ? Object.keys(variants) : shipped)
  await compileTypeScript()
  await carveLoss(debug)
  await bundle(debug)
  await nameLicences()
}

/** The crate's compiler flags for each folder of build/. */
const variants = {
  wasm: ['-C target-feature=+simd128'],
  'wasm-relaxed': ['-C target-feature=+simd128,+relaxed-simd'],
  'wasm-scalar': ['-C target-feature=-simd128'],
  'wasm-checked': ['-C target-feature=+simd128', '-C overflow-checks=on', '-C debug-assertions=on'],
}

/** Compiles the crate to these folders of build/, if it has changed, and writes down its bindings for TypeScript. */
export async function compileKernels(names) {
  // Once, before all of them need it.
  await ensureToolchain()
  // In parallel: each is one crate, optimised as a whole on one core.
  await Promise.all(names.map(compileCrate))
  await describeBindings()
}

/** Keeps LLVM from unrolling and vectorising by itself: that adds a fifth of the size and is seldom faster. */
const asWritten = [
  // In source order: LLVM's own order, meant to save registers, needs more of V8's.
  '-C llvm-args=-pre-RA-sched=source',
  // Without strength reduction, addresses stay constant offsets in the instructions: a twentieth smaller.
  '-C llvm-args=-disable-lsr',
  '-C no-vectorize-loops',
  '-C no-vectorize-slp',
  // Unrolls only short loops over vectors in registers.
  '-C llvm-args=-unroll-runtime=false',
  '-C llvm-args=-unroll-allow-partial=false',
  '-C llvm-args=-unroll-full-max-count=12',
  // Names of closures say which function they are of.
  '-C symbol-mangling-version=v0',
]

/** What the binaries use of WebAssembly, and no more. */
const features = [
  '--enable-simd',
  '--enable-relaxed-simd',
  '--enable-bulk-memory',
  '--enable-sign-ext',
  '--enable-mutable-globals',
  '--enable-nontrapping-float-to-int',
  '--enable-reference-types',
  '--enable-multivalue',
]

const optimisation = [
  '-O3',
  // A function that is called once is one for a reason: V8 allocates its registers better.
  '--one-caller-inline-max-function-size=0',
  // Names, which tell the families of kernels that lie in the table (scripts/families.mjs).
  '-g',
  '--strip-producers',
  '--strip-target-features',
  ...features,
]

function compileCrate(name) {
  const files = ['softmargin.js', 'softmargin.d.ts', 'softmargin_bg.wasm', 'softmargin_bg.wasm.d.ts']
  const crate = ['crate/src', 'crate/Cargo.toml', 'Cargo.toml', 'Cargo.lock']
  const programs = ['build', 'imported_memory', 'wasm_module'].map((name) => `scripts/${name}.mjs`)
  const inputs = [...crate, ...programs, 'package-lock.json']
  return stage({ name, inputs, outputs: files.map((file) => `build/${name}/${file}`) }, async () => {
    const flags = [...asWritten, ...variants[name]]
    const env = {
      ...(await ensureToolchain()),
      RUSTFLAGS: flags.join(' '),
      // A folder for each build: in a shared one each would overwrite the other's results.
      CARGO_TARGET_DIR: inProject('target', name),
    }
    // no-install: a missing tool is an error here, not a download.
    const options = ['--release', '--target', 'web', '--no-pack', '--mode', 'no-install']
    const output = ['--out-dir', `../build/${name}`, '--out-name', 'softmargin']
    const args = ['build', 'crate', ...options, ...output]
    await step(`Compiling the crate to build/${name}`, 'wasm-pack', args, { env, expect: '20 s' })
    const file = inProject('build', name, 'softmargin_bg.wasm')
    const optimise = [file, ...optimisation, '-o', file]
    await step(`Optimising build/${name}`, 'wasm-opt', optimise, { env, expect: '10 s' })
    writeFileSync(file, withImportedMemory(readFileSync(file)))
  })
}

/** The exports that `ts/loss.ts` calls. */
const lossExports = [
  'memory',
  'allocate',
  'free',
  'run_jobs',
  'multilabel_soft_margin',
  'multilabel_soft_margin_positives',
]

function carveLoss(debug) {
  const whole = `build/${debug ? 'wasm-checked' : 'wasm'}/softmargin_bg.wasm`
  const kept = debug ? [...lossExports, 'panic_message', 'panic_message_bytes'] : lossExports
  const carved = 'build/wasm-loss/softmargin_bg.wasm'
  const inputs = [whole, 'package-lock.json', 'scripts/build.mjs', 'scripts/families.mjs']
  return stage({ name: 'wasm-loss', inputs, outputs: [carved], options: [debug] }, async () => {
    const graph = inProject('build/wasm-loss/graph.json')
    const roots = { name: 'used', root: true, reaches: kept }
    mkdirSync(inProject('build/wasm-loss'), { recursive: true })
    writeFileSync(graph, JSON.stringify([roots, ...kept.map((name) => ({ name, export: name }))]))
    // Needs what was compiled of ts/.
    const { carve } = await import('./families.mjs')
    writeFileSync(inProject(carved), carve(readFileSync(inProject(whole)), kept))
    const args = [carved, ...features, '--graph-file', graph, '-o', carved]
    const env = await ensureToolchain()
    await step('Carving out the kernels of softmargin/loss', 'wasm-metadce', args, { env, expect: '2 s' })
  })
}

function compileTypeScript() {
  const configs = ['tsconfig.json', 'tsconfig.build.json']
  const inputs = [
    'ts',
    'build/bindings',
    ...configs,
    'scripts/declarations.mjs',
    'package.json',
    'package-lock.json',
  ]
  const outputs = ['build/ts', ...exportedFiles(/\.d\.ts$/)]
  return stage({ name: 'typescript', inputs, outputs }, async () => {
    // So that deleted source files leave nothing behind.
    rmSync(inProject('build/ts'), { recursive: true, force: true })
    rmSync(inProject('dist/types'), { recursive: true, force: true })
    const [program, args] = packageTool('tsc', '-p', 'tsconfig.build.json')
    await step('Compiling ts/', program, args, { expect: '5 s' })
    forOlderCompilers(inProject('dist/types'))
  })
}

function bundle(debug) {
  const whole = debug ? ['build/wasm-checked'] : ['build/wasm', 'build/wasm-relaxed']
  const kernels = [...whole, 'build/wasm-loss', 'build/bindings']
  const packing = [
    'contract',
    'export_types',
    'families',
    'imported_memory',
    'instruction_streams',
    'kernel_families',
    'lzma',
    'named_calls',
    'named_classes',
    'panic_places',
    'standalone_module',
    'thread_program',
    'wasm_module',
  ].map((name) => `scripts/${name}.mjs`)
  const config = ['rollup.config.mjs', ...packing, 'package.json', 'package-lock.json']
  const inputs = ['build/ts', ...kernels, ...config]
  return stage(
    { name: 'bundle', inputs, outputs: exportedFiles(/\.(js|wasm)$/), options: [debug] },
    async () => {
      // Chunk names contain a hash: without this, chunks of earlier builds would be packed too.
      for (const name of readdirSync(inProject('dist'))) {
        if (name !== 'types') rmSync(inProject('dist', name), { recursive: true })
      }
      const [program, args] = packageTool('rollup', '-c')
      const env = { ...process.env, ...(debug && { SOFTMARGIN_BUILD: 'debug' }) }
      await step('Bundling dist/', program, args, { env, expect: '5 s' })
    },
  )
}

function nameLicences() {
  const notices = 'dist/THIRD-PARTY-NOTICES.txt'
  const inputs = [
    'Cargo.lock',
    'crate/Cargo.toml',
    'package-lock.json',
    'scripts/notices.mjs',
    'scripts/third_party.txt',
  ]
  return stage({ name: 'notices', inputs, outputs: [notices] }, async () =>
    writeNotices(notices, await ensureToolchain()),
  )
}

/** The files of dist that package.json exports. */
function exportedFiles(pattern) {
  const files = []
  JSON.parse(readProjectFile('package.json'), (_, value) => {
    if (typeof value === 'string' && value.startsWith('./dist/') && pattern.test(value)) files.push(value)
  })
  return files
}

await asProgram(import.meta.url, (args) =>
  build({ forTests: args.includes('--for-tests'), debug: args.includes('--debug') }),
)
