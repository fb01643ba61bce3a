// Work that is large enough for several threads, from the number of threads that a runtime has by itself. What is to be done
// is the first argument.
import workerThreads from 'node:worker_threads'

const { isMainThread, parentPort, Worker } = workerThreads

/** The jobs that each thread but the first ran. */
const counts = new Int32Array(new SharedArrayBuffer(4 * 257))

const COUNTING = `{
  const { counts } = require('node:worker_threads').workerData
  const { Instance } = WebAssembly
  WebAssembly.Instance = class extends Instance {
    get exports() {
      const { run_jobs, ...exports } = super.exports
      const counted = (...call) => {
        Atomics.add(counts, call[3], 1)
        run_jobs(...call)
      }
      return run_jobs === undefined ? super.exports : { ...exports, run_jobs: counted }
    }
  }
}
`

// The package asks the runtime for the module when it needs workers.
workerThreads.Worker = class extends Worker {
  constructor(code, options) {
    super(COUNTING + code, { ...options, workerData: { ...options.workerData, counts } })
  }
}

const { default: torch } = await import('softmargin')

/** Bits of a training step, of a loss and of a long map, as one number. */
function work() {
  torch.manual_seed(0)
  const { Linear, ReLU, Sequential } = torch.nn
  const model = new Sequential(new Linear(200, 300), new ReLU(), new Linear(300, 40))
  const [x, y] = [torch.randn([256, 200]), torch.rand([256, 40]).gt(0.8).float()]
  new torch.nn.MultiLabelSoftMarginLoss().forward(model.forward(x), y).backward()
  const logits = torch.randn([500, 400]).requires_grad_()
  torch.nn.functional.multilabel_soft_margin_loss(logits, logits.detach().gt(1).float()).backward()
  const map = torch.randn([300_000]).exp().mul(0.5)
  let digest = 0
  for (const tensor of [...model.parameters(), logits].map(({ grad }) => grad).concat(map)) {
    for (const bits of new Int32Array(tensor.data().buffer)) digest = Math.imul(digest ^ bits, 0x0100_0193)
  }
  return digest
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 1))

/** Works until all threads have taken part; whether the bits were the same each time. */
async function untilAllTakePart() {
  const threads = torch.get_num_threads()
  const digests = new Set()
  do {
    digests.add(work())
    await turn()
  } while (counts.subarray(1, threads).some((count) => count === 0))
  torch.set_num_threads(1)
  digests.add(work())
  return { threads, same: digests.size === 1, digest: work() }
}

const ways = {
  async default() {
    const { navigator } = globalThis
    const cores = navigator?.hardwareConcurrency ?? (await import('node:os')).availableParallelism()
    const { threads, same } = await untilAllTakePart()
    console.log(JSON.stringify({ isNumberOfCores: threads === cores, same }))
  },
  /** With as many threads as are set. */
  async set() {
    torch.set_num_threads(3)
    const { threads, same } = await untilAllTakePart()
    console.log(JSON.stringify({ threads, same }))
  },
  /** With as many as there are. */
  async alone() {
    // Enough that threads are started.
    const digests = new Set(Array.from({ length: 50 }, work))
    await turn()
    digests.add(work())
    console.log(JSON.stringify({ threads: torch.get_num_threads(), same: digests.size === 1 }))
  },
  async exit() {
    torch.set_num_threads(3)
    await untilAllTakePart()
    process.exit(3)
  },
  async throw() {
    torch.set_num_threads(3)
    await untilAllTakePart()
    throw new Error('of the program')
  },
  /** Threads of the program that import the package, each with workers of its own, some of which are ended as they work. */
  async importers() {
    const start = (way) => new Worker(new URL(import.meta.url), { argv: [way] })
    const message = (worker) =>
      new Promise((resolve, reject) => {
        worker.on('message', resolve)
        worker.on('error', reject)
      })
    const endless = ['endless', 'endless'].map(start)
    const working = endless.map(message)
    const answers = await Promise.all(['set', 'set', 'set'].map((way) => message(start(way))))
    await Promise.all(working)
    const codes = await Promise.all(endless.map((worker) => worker.terminate()))
    torch.set_num_threads(2)
    const own = await untilAllTakePart()
    const same = answers.every(
      (answer) => answer.same && answer.digest === own.digest && answer.threads === 3,
    )
    console.log(JSON.stringify({ same, ended: codes.length }))
  },
}

const importerWays = {
  async set() {
    torch.set_num_threads(3)
    parentPort.postMessage(await untilAllTakePart())
  },
  async endless() {
    torch.set_num_threads(3)
    await untilAllTakePart()
    torch.set_num_threads(3)
    parentPort.postMessage('working')
    for (;;) work()
  },
}

await (isMainThread ? ways : importerWays)[process.argv[2] ?? 'default']()
