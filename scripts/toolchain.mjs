// Makes sure that this machine can compile the crate: Rust with the standard library for WebAssembly, a C
// linker, and the two tools that wasm-pack needs.
import { delimiter } from 'node:path'
import { asProgram } from './program.mjs'
import { fromCargoToml, inProject, wasmTarget, wasmTestTarget } from './project.mjs'
import { answer, attempt, Failure, step } from './step.mjs'
import { cachedPrograms, ensureCargoTools } from './toolchain/cargo_tools.mjs'
import {
  debianPrograms,
  installFromDebian,
  installingFromDebianIsPossible,
  isDebian,
} from './toolchain/debian.mjs'
import { isAtLeast } from './toolchain/version.mjs'

let environment

/** The environment for cargo, wasm-pack and the programs that they start. */
export function ensureToolchain() {
  environment ??= prepareToolchain()
  return environment
}

async function prepareToolchain() {
  const env = await ensureRust()
  await ensureLinker(env)
  await ensureCargoTools(env)
  return env
}

async function ensureRust() {
  const asFound = withPrograms()
  // cargo uses the first rustc on PATH, and Debian's cargo must not use one from rustup.
  const debianFirst = withPrograms(debianPrograms)
  if (canCompile(asFound)) return asFound
  if (canCompile(debianFirst)) return debianFirst

  const rustup = answer('rustup', ['--version'], asFound)
  if (rustup) await attempt(() => addTargetWithRustup(wasmTarget, asFound))
  if (canCompile(asFound)) return asFound

  if (installingFromDebianIsPossible()) await attempt(() => installFromDebian('rust'))
  if (canCompile(debianFirst)) return debianFirst

  const need = `Compiling needs Rust ${oldestRust} or newer with the target ${wasmTarget}.`
  throw new Failure(`${need} Please run: ${adviceForRust(rustup)}`)
}

/** Whether the compiler has the standard library that the crate's tests need in WebAssembly; adds it with rustup if it can. */
export async function ensureTestTarget(env) {
  if (!canCompileFor(wasmTestTarget, env) && answer('rustup', ['--version'], env)) {
    await attempt(() => addTargetWithRustup(wasmTestTarget, env))
  }
  return canCompileFor(wasmTestTarget, env)
}

const oldestRust = fromCargoToml(/^rust-version = "(.+)"/m)

function canCompile(env) {
  if (!isAtLeast(oldestRust, answer('rustc', ['--version'], env))) return false
  if (!answer('cargo', ['--version'], env)) return false
  return canCompileFor(wasmTarget, env)
}

function canCompileFor(target, env) {
  // Compiling an empty crate needs a standard library of the compiler's own version.
  const emptyCrate = ['--crate-name', 'empty', '--crate-type', 'lib', '--emit', 'metadata', '-o', '-', '-']
  return answer('rustc', ['--target', target, ...emptyCrate], env) !== undefined
}

function addTargetWithRustup(target, env) {
  // The time limit is for networks that drop packets: there may be another way.
  const options = { env, expect: '20 s', timeout: 180_000 }
  return step(`Adding ${target} with rustup`, 'rustup', ['target', 'add', target], options)
}

function adviceForRust(rustup) {
  if (!rustup && isDebian() && !installingFromDebianIsPossible())
    return 'sudo node scripts/toolchain/debian.mjs rust'
  const addTarget = `rustup update stable && rustup target add ${wasmTarget}`
  return rustup ? addTarget : `${addTarget} (rustup is at https://rustup.rs)`
}

async function ensureLinker(env) {
  const hasLinker = () => process.platform === 'win32' || answer('cc', ['--version'], env)
  if (hasLinker()) return
  if (installingFromDebianIsPossible()) await attempt(() => installFromDebian('linker'))
  if (!hasLinker()) throw new Failure(`Compiling needs a C linker named cc. Please run: ${adviceForLinker()}`)
}

function adviceForLinker() {
  if (process.platform === 'darwin') return 'xcode-select --install'
  if (isDebian()) return 'sudo node scripts/toolchain/debian.mjs linker'
  return "your package manager's command for gcc"
}

/** PATH: wasm-opt from the npm package, wasm-pack and wasm-bindgen from the cache, then Rust. */
function withPrograms(...rust) {
  const path = [inProject('node_modules', '.bin'), cachedPrograms, ...rust, process.env.PATH]
  return { ...process.env, PATH: path.join(delimiter) }
}

await asProgram(import.meta.url, ensureToolchain)
