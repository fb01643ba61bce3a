// Rust from Debian (`*-web`, the packages that its browsers are built with), for machines that cannot reach rustup's
// downloads. Debian ships no standard library for WebAssembly, but its sources and their dependencies: it is
// built here, once, and installed next to the native one. Also browsers for the tests, Python and Java for Spark. As a
// program, to be run as root: node scripts/toolchain/debian.mjs rust|linker|browsers|python|java
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asProgram } from '../program.mjs'
import { wasmTarget } from '../project.mjs'
import { answer, attempt, Failure, run, step } from '../step.mjs'

export const debianPrograms = '/usr/bin'

const rustPackages =
  'rustc-web cargo-web rust-web-src rust-web-llvm lld-22 rustfmt-web rust-web-clippy'.split(' ')
const linkerPackages = ['gcc', 'libc6-dev']
// WebKit needs a display and a session bus.
const browserPackages = 'chromium firefox-esr webkit2gtk-driver xvfb xauth dbus'.split(' ')
const pythonPackages = ['python3', 'python3-venv']
// Java 17 in Debian 12, 21 in Debian 13: Spark 4 runs on both.
const javaPackages = ['default-jre-headless']

const sources = '/usr/lib/rustlib/src/rust'
const libraries = `/usr/lib/rustlib/${wasmTarget}/lib`

export const isDebian = () => existsSync('/etc/debian_version')

export function installingFromDebianIsPossible() {
  return isDebian() && (isRoot() || answer('sudo', ['-n', 'true']) !== undefined)
}

/** Installs 'rust', the 'linker', 'python' or 'java' as root, in its own process. */
export async function installFromDebian(what) {
  const command = [process.execPath, fileURLToPath(import.meta.url), what]
  if (!isRoot()) command.unshift('sudo', '-n')
  const { succeeded } = await run(command[0], command.slice(1), { show: true, keep: false })
  if (!succeeded) throw new Failure(`Debian's packages could not be used for: ${what}`)
}

const isRoot = () => process.getuid?.() === 0

async function install([what]) {
  const packages = {
    browsers: browserPackages,
    linker: linkerPackages,
    python: pythonPackages,
    java: javaPackages,
  }[what]
  if (packages !== undefined) return installPackages(packages)
  await installPackages([...linkerPackages, ...rustPackages])
  await installStandardLibrary()
}

async function installPackages(packages) {
  const apt = (title, args, expect) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    return step(title, 'apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], { env, expect })
  }
  // One unreachable source among many does not matter.
  await attempt(() => apt('Reading the package lists of Debian', ['update'], '5 s'))
  const install = ['install', '-y', '--no-install-recommends']
  await apt('Installing packages of Debian', [...install, ...packages], '30 s')
}

async function installStandardLibrary() {
  const crate = mkdtempSync(join(tmpdir(), 'softmargin-std-'))
  try {
    await buildStandardLibrary(crate)
    const built = join(crate, 'target', wasmTarget, 'release', 'deps')
    // Libraries of an earlier compiler version would conflict.
    rmSync(libraries, { recursive: true, force: true })
    mkdirSync(libraries, { recursive: true })
    for (const name of readdirSync(built)) {
      if (/^lib(?!empty-).*\.rlib$/.test(name)) copyFileSync(join(built, name), join(libraries, name))
    }
  } finally {
    rmSync(crate, { recursive: true })
  }
}

/** Compiles an empty crate in its own folder, so that cargo compiles the standard library for it. */
async function buildStandardLibrary(crate) {
  writeFileSync(join(crate, 'Cargo.toml'), emptyManifest)
  writeFileSync(join(crate, 'empty.rs'), '#![no_std]\n')
  const args = ['build', '--release', '--offline', '--target', wasmTarget]
  args.push('-Z', 'build-std=std,panic_abort,proc_macro')
  args.push('--config', 'source.crates-io.replace-with="vendored-std"')
  args.push('--config', `source.vendored-std.directory="${sources}/library/vendor"`)
  const env = {
    PATH: `${debianPrograms}:/bin`,
    HOME: crate,
    // -Z on the stable compiler: for its own standard library, never for the project's code.
    RUSTC_BOOTSTRAP: '1',
    RUSTFLAGS: '-Cembed-bitcode=yes -Zforce-unstable-if-unmarked',
  }
  const options = { cwd: crate, env, expect: '45 s' }
  await step("Building Rust's standard library for WebAssembly", 'cargo', args, options)
}

const emptyManifest = `[package]
name = "empty"
edition = "2021"
[lib]
path = "empty.rs"
[profile.release]
panic = "abort"
`

await asProgram(import.meta.url, install)
