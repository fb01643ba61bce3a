import type { RunJobs } from '../../ts/kernels/threads/fork.js'
import { LIMITS } from '../../ts/kernels/threads/shared_memory.js'

/** The exports of kernels with a memory of their own, on one thread. */
export function instantiate(bytes: BufferSource): WebAssembly.Exports {
  const imports = {
    './softmargin_bg.js': { __wbindgen_init_externref_table() {} },
    threads: {
      memory: new WebAssembly.Memory(LIMITS),
      fork: (work: number, jobs: number) => (exports.run_jobs as RunJobs)(work, 0, jobs, 0),
    },
  }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports)
  return exports
}
