/** Trains, and answers between steps: whoever types waits for one step at most. */
import torch from 'softmargin/core'
import { readLearning, readTest } from './dataset.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { measureRatio } from './ratio.ts'
import { Run } from './run.ts'

const tell = (message: FromWorker): void => postMessage(message)

/** Lets messages in. A timer, as WebKit takes a message of a channel by way of the page, which may be drawing. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/** Milliseconds between two messages about steps: the page draws no more often. */
const INTERVAL = 60

let run: Run | undefined
let wanted = ''

function describe(): void {
  const verdict = run?.describe(wanted)
  if (verdict !== undefined) tell({ kind: 'tags', text: wanted, ...verdict })
}

async function train(data: URL, threads: number): Promise<void> {
  if (threads > 1) torch.set_num_threads(threads)
  const learning = await readLearning(data)
  run = new Run(learning)
  tell({ kind: 'data', labels: learning.vocabulary.labels, programs: learning.train.length })
  const started = performance.now()
  let last = started
  let [step, rows] = [0, 0]
  let losses: number[] = []
  const report = () => {
    const now = performance.now()
    const perSecond = (1000 * rows) / (now - started)
    const milliseconds = (now - started) / step
    const cost = { bytes: torch.wasm.memory().heap_bytes, threads: torch.get_num_threads() }
    tell({ kind: 'steps', losses, perSecond, step, milliseconds, ...cost })
    losses = []
    last = now
  }
  for (const { loss, rows: batch, epoch } of run.steps()) {
    // Since the worker was made: its script and the data were loaded meanwhile.
    if (step === 0) tell({ kind: 'first', milliseconds: performance.now() })
    step += 1
    rows += batch
    losses.push(loss)
    if (epoch !== undefined) tell({ kind: 'epoch', epoch, step })
    if (performance.now() - last < INTERVAL) continue
    report()
    describe()
    await pause()
  }
  report()
  describe()
  tell({ kind: 'end', bestEpoch: run.bestEpoch, seconds: (performance.now() - started) / 1000 })
  await pause()
  tell({ kind: 'scores', scores: run.evaluate(await readTest(data)) })
  await pause()
  tell({ kind: 'ratio', ...(await measureRatio(pause)) })
}

self.addEventListener('message', ({ data: message }: MessageEvent<ToWorker>) => {
  if (message.kind === 'describe') {
    wanted = message.text
    describe()
  } else {
    train(new URL(message.data), message.threads).catch((reason: unknown) =>
      tell({ kind: 'failure', sentence: String(reason) }),
    )
  }
})
