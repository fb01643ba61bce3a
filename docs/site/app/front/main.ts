/** The front page: starts the worker, draws what it tells, asks it for tags as one types. */
import '../shell/shell.ts'
import './front.css'
import { Curves } from '../charts/curves.ts'
import { isIsolatedNext } from '../shell/isolation.ts'
import type { Epoch, FromWorker, ToWorker } from './messages.ts'
import { Tags } from './tags.ts'

const element = <T extends HTMLElement = HTMLElement>(id: string): T => document.getElementById(id) as T
const write = (id: string, text: string): void => {
  element(id).textContent = text
}
const thousands = (value: number): string => Math.round(value).toLocaleString('en')

const description = element<HTMLInputElement>('description')
const again = element<HTMLButtonElement>('again')
const tags = new Tags(element('tags'), element('verdict'))
const curves = new Curves(element('curves'), {
  title: 'Loss',
  x: 'step',
  curves: [
    { label: 'each step', faint: true, colour: 5 },
    { label: 'training', colour: 0 },
    { label: 'held out', colour: 1 },
  ],
  format: (value) => value.toFixed(4),
  range: [0, 0.75],
})

let worker: Worker | undefined
let losses: (number | null)[] = []
let epochs: { step: number; epoch: Epoch }[] = []
let isDue = false

function draw(): void {
  isDue = false
  const x = losses.map((_, index) => index + 1)
  const [training, heldOut] = [x.map(() => null), x.map(() => null)] as [(number | null)[], (number | null)[]]
  for (const { step, epoch } of epochs) {
    training[step - 1] = epoch.trainLoss
    heldOut[step - 1] = epoch.validationLoss
  }
  curves.set(x, [losses, training, heldOut])
}

const ask = (message: ToWorker): void => worker?.postMessage(message)
const describe = (): void => ask({ kind: 'describe', text: description.value.trim() })

const answers: { [Kind in FromWorker['kind']]: (message: Extract<FromWorker, { kind: Kind }>) => void } = {
  data({ labels, programs }) {
    tags.name(labels)
    write('progress', `${thousands(programs)} programs to learn from.`)
  },
  first: ({ milliseconds }) => write('first', thousands(milliseconds)),
  steps({ losses: more, perSecond, milliseconds, bytes, threads }) {
    losses.push(...more)
    showThreads(threads)
    write('step', milliseconds.toFixed(1))
    write('memory', thousands(bytes / 1e6))
    if (epochs.length > 0 || losses.length > 5)
      write('progress', `Epoch ${epochs.length + 1}: ${thousands(perSecond)} programs a second.`)
    if (!isDue) requestAnimationFrame(draw)
    isDue = true
  },
  epoch({ epoch, step }) {
    epochs.push({ step, epoch })
  },
  tags: (verdict) => tags.show(verdict),
  end({ bestEpoch, seconds }) {
    write(
      'progress',
      `Learned in ${seconds.toFixed(1)} s. The loss on held-out programs was lowest in epoch ${bestEpoch} of ${epochs.length}; its weights are kept.`,
    )
    again.hidden = false
  },
  scores({ scores }) {
    write('micro', scores.microF1.toFixed(3))
    write('macro', scores.macroF1.toFixed(3))
    write('precision', scores.meanAveragePrecision.toFixed(3))
    element('scores').innerHTML =
      `On ${thousands(scores.programs)} programs that it has not seen, with a threshold for each tag that was tuned on held-out ones. <code>npm run demo</code> prints the same digits in Node.`
  },
  ratio({ ratio, ours, loop }) {
    write('ratio', ratio.toFixed(1))
    write(
      'ratio-note',
      `loss and gradient of 1,024 × 100 logits: ${ours.toFixed(2)} ms, the loop ${loop.toFixed(2)} ms; medians, in turns, in this browser`,
    )
  },
  failure: ({ sentence }) => write('progress', `It cannot learn here: ${sentence}`),
}

function showThreads(threads: number): void {
  if (element('threads').textContent === String(threads)) return
  write('threads', String(threads))
  const cores = navigator.hardwareConcurrency
  const note = element('threads-note')
  note.textContent = threads > 1 ? 'this page is isolated: all cores share its memory' : ''
  if (threads > 1 || cores < 2) return
  if (self.crossOriginIsolated) {
    note.textContent = 'this browser shares no memory between workers, so one'
    return
  }
  isIsolatedNext.then((isNext) => {
    if (isNext) note.innerHTML = `<a href="">Load the page again</a> for all ${cores} cores`
    else note.textContent = 'this page is not isolated, so one'
  })
}

function start(): void {
  worker?.terminate()
  losses = []
  epochs = []
  again.hidden = true
  worker = new Worker(new URL('./front-worker.ts', import.meta.url), { type: 'module' })
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) =>
    (answers[data.kind] as (message: FromWorker) => void)(data)
  worker.onerror = () => answers.failure({ kind: 'failure', sentence: 'its worker could not be started.' })
  const data = new URL(`${document.documentElement.dataset.root}data/`, document.baseURI).href
  ask({ kind: 'train', data, threads: self.crossOriginIsolated ? navigator.hardwareConcurrency : 1 })
  describe()
}

description.addEventListener('input', describe)
element('form').addEventListener('submit', (event) => {
  event.preventDefault()
  describe()
})
again.addEventListener('click', start)
start()
