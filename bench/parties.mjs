// The parties, each in its fastest configuration.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Party } from './party.mjs'

/** Keeps freed blocks: otherwise the system clears new pages for every result. */
const LARGE_BLOCKS = [
  'glibc.malloc.mmap_threshold=17179869184',
  'glibc.malloc.trim_threshold=17179869184',
  'glibc.malloc.mmap_max=0',
].join(':')

const inBench = (path) => fileURLToPath(new URL(path, import.meta.url))

export const OURS = 'softmargin'
/** The same on a Node without relaxed SIMD, if both Nodes are installed. */
export const OURS_PLAIN = 'softmargin, Node 20'
export const PYTORCH = 'PyTorch'

/** The Node that SOFTMARGIN_NODE names; otherwise those of bench/package.json, newest first; otherwise this one. */
export function nodes() {
  if (process.env.SOFTMARGIN_NODE) return [process.env.SOFTMARGIN_NODE]
  const installed = ['node-24', 'node-20'].map((name) => inBench(`node_modules/${name}/bin/node`))
  return installed.every(existsSync) ? installed : [process.execPath]
}

export const python = () =>
  process.env.SOFTMARGIN_PYTHON ?? [inBench('.venv/bin/python')].find(existsSync) ?? 'python3'

function pytorch(capability, threads, ...args) {
  const env = {
    GLIBC_TUNABLES: LARGE_BLOCKS,
    ATEN_CPU_CAPABILITY: capability,
    // A cache for each: code compiled for one gives wrong numbers with the other (PyTorch 2.15).
    TORCHINDUCTOR_CACHE_DIR: join(tmpdir(), `softmargin-bench-${capability}`),
  }
  return () => new Party(PYTORCH, python(), [inBench('parties/pytorch.py'), ...args], env, threads)
}

function invited(eager, capabilities, threads) {
  const [newest, older] = nodes()
  const script = (name, file, node) => () =>
    new Party(name, node, [inBench(`parties/${file}.mjs`)], {}, threads)
  return [
    script(OURS, 'softmargin', newest),
    ...(older ? [script(OURS_PLAIN, 'softmargin', older)] : []),
    // Its AVX-512 functions are sometimes much slower than its AVX2 ones.
    ...capabilities.map((capability) => pytorch(capability, threads, ...(eager ? ['--eager'] : []))),
    script('tfjs', 'tfjs', newest),
    script('jax-js', 'jax', newest),
    script('ONNX Runtime', 'onnxruntime', newest),
  ]
}

/**
 * The parties that satisfy `wanted` and can be started, and lines that say why others cannot. Several with one name
 * are different configurations, of which each row uses the fastest; `eager`: PyTorch compiles nothing, by default with
 * AVX2 alone; `threads`: of those parties that have several.
 */
export async function start(
  wanted,
  { eager = false, capabilities = eager ? ['avx2'] : ['avx512', 'avx2'], threads = 1 } = {},
) {
  const [parties, absent] = [[], new Set()]
  for (const make of invited(eager, capabilities, threads)) {
    const party = make()
    try {
      if (!wanted(party.name)) continue
      party.version = await party.begin()
      party.kinds = new Set(await party.ask('kinds'))
      parties.push(party)
    } catch ({ message }) {
      absent.add(`Without ${party.name}: ${reasonIn(message)}`)
    } finally {
      if (!parties.includes(party)) party.end()
    }
  }
  return { parties, absent: [...absent] }
}

/** The line of a stack trace that names the error, without this machine's paths. */
function reasonIn(trace) {
  const line = trace.match(/^\w*Error.*$/m)?.[0] ?? trace.trim().split('\n').pop()
  return line.replace(/ imported from .*/, '')
}
