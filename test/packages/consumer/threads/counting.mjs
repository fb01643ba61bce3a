/** Counts the jobs of all forks, and those of them that ran here. Goes before the package. */
export const jobs = { all: 0, here: 0 }

const { Instance } = WebAssembly

WebAssembly.Instance = class extends Instance {
  constructor(module, imports) {
    const fork = (work, count, threads) => {
      jobs.all += count
      imports.threads.fork(work, count, threads)
    }
    super(module, imports.threads ? { ...imports, threads: { ...imports.threads, fork } } : imports)
  }

  get exports() {
    const { run_jobs, ...exports } = super.exports
    const counted = (work, first, end, thread) => {
      jobs.here += end - first
      run_jobs(work, first, end, thread)
    }
    return run_jobs === undefined ? super.exports : { ...exports, run_jobs: counted }
  }
}
