// Who takes part, each as fast as it can be started.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Party } from './party.mjs'

/** Keeps freed blocks, whose pages the system would have to clear anew for every result. */
const LARGE_BLOCKS = [
  'glibc.malloc.mmap_threshold=17179869184',
  'glibc.malloc.trim_threshold=17179869184',
  'glibc.malloc.mmap_max=0',
].join(':')

const inBench = (path) => fileURLToPath(new URL(path, import.meta.url))

export const OURS = 'softmargin'
export const PYTORCH = 'PyTorch'

/** Parties by name; several under one name are ways to start it, of which each row takes the fastest. */
export async function start(wanted) {
  const node = process.env.SOFTMARGIN_NODE ?? process.execPath
  const script = (name) => new Party(name, node, [inBench(`parties/${name}.mjs`)])
  const python = process.env.SOFTMARGIN_PYTHON ?? [inBench('.venv/bin/python')].find(existsSync) ?? 'python3'
  const pytorch = (capability) => {
    const env = {
      GLIBC_TUNABLES: LARGE_BLOCKS,
      ATEN_CPU_CAPABILITY: capability,
      // One for each: what was compiled for the one gives wrong numbers with the other (PyTorch 2.15).
      TORCHINDUCTOR_CACHE_DIR: join(tmpdir(), `softmargin-bench-${capability}`),
    }
    return new Party(PYTORCH, python, [inBench('parties/pytorch.py')], env)
  }
  const all = [
    () => script(OURS),
    () => pytorch('avx512'),
    // Its AVX-512 functions are at times much slower than its AVX2 ones.
    () => pytorch('avx2'),
  ]
  const parties = []
  for (const make of all) {
    const party = make()
    try {
      if (!wanted(party.name)) throw new Error('not asked for')
      party.version = await party.ask('version')
      party.kinds = new Set(await party.ask('kinds'))
      parties.push(party)
    } catch (reason) {
      if (wanted(party.name)) console.error(`without ${party.name}: ${firstLine(reason)}`)
      party.end()
    }
  }
  return parties
}

const firstLine = ({ message }) => message.trim().split('\n').pop()
