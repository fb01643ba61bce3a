// The fused loss and gradient on one thread, beside a loop in JavaScript and beside the mere moving of the bytes.
// --check fails where a ratio to either is 20 % worse than the one in ratios.json, --save writes that (32 x 20 is
// left out: it measures the call, which differs from run to run).
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import torch from 'softmargin'
import { HeapArray, softMarginLossGrad } from 'softmargin/loss'
import { lossAndGradient } from './javascript_loop.mjs'
import { measure } from './measure.mjs'

const SHAPES = [
  { rows: 32, classes: 20 },
  { rows: 1024, classes: 100 },
  { rows: 4096, classes: 1000 },
]
const LOOP = 'JavaScript loop'
const WEIGHTED_LOOP = 'JavaScript loop, weighted'
const COPY = 'stream copy of as many bytes'

console.log(`Node ${process.version}, ${cpus()[0].model.trim()}, one thread; medians of interleaved rounds\n`)
const ratios = Object.fromEntries(
  SHAPES.map((shape) => [`${shape.rows} x ${shape.classes}`, compareKernels(shape)]),
)
timeModule({ rows: 32, classes: 20 })

const committed = new URL('ratios.json', import.meta.url)
if (process.argv.includes('--save')) {
  const { '32 x 20': _, ...kept } = ratios
  writeFileSync(committed, `${JSON.stringify(kept, null, 2)}\n`)
}
if (process.argv.includes('--check')) checkRatios(JSON.parse(readFileSync(committed, 'utf8')))

/** How many times the loop's and the copy's speed ours may be, against what it was. */
function checkRatios(wanted) {
  for (const [shape, kinds] of Object.entries(wanted)) {
    for (const [kind, want] of Object.entries(kinds)) {
      const got = ratios[shape][kind]
      if (got >= 0.8 * want) continue
      console.error(`loss + gradient, ${shape}: ${kind} is ${got}, was ${want}`)
      process.exitCode = 1
    }
  }
}

function compareKernels({ rows, classes }) {
  const operands = inputs(rows * classes, classes)
  const parties = { ...ours(operands, classes), ...loops(operands, classes) }
  checkAgreement(parties)
  const times = measure({ ...parties, [COPY]: streamCopy(rows * classes) })

  const line = (title, ...columns) =>
    console.log(title.padEnd(32) + columns.map((text) => text.padStart(16)).join(''))
  line(`loss + gradient, ${rows} x ${classes}`, 'ns / element', 'loop / this', 'this / copy')
  for (const [name, time] of Object.entries(times)) {
    const nanoseconds = (time * 1e6) / (rows * classes)
    const loop = times[name.includes('weighted') ? WEIGHTED_LOOP : LOOP]
    line(`  ${name}`, nanoseconds.toFixed(2), (loop / time).toFixed(1), (time / times[COPY]).toFixed(1))
  }
  console.log()
  const inPlace = times['HeapArray, in place']
  const round = (ratio) => Number(ratio.toPrecision(3))
  return { 'loop / this': round(times[LOOP] / inPlace), 'copy / this': round(times[COPY] / inPlace) }
}

/** Reproducible logits, and labels of which a fifth are 1. */
function inputs(length, classes) {
  let state = 1
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const logits = Float32Array.from({ length }, () => 8 * (random() - 0.5))
  const labels = Uint8Array.from({ length }, () => Number(random() < 0.2))
  const weight = Float32Array.from({ length: classes }, () => 0.5 + random())
  return { logits, labels, targets: Float32Array.from(labels), weight, gradient: new Float32Array(length) }
}

/** Each does the whole work once and returns loss and gradient. */
function ours({ logits, labels, targets, weight, gradient }, classes) {
  const [x, y, w, g] = [logits, targets, weight, gradient].map((array) => new HeapArray(array))
  const inPlace = { numClasses: classes, grad: g }
  const copied = { numClasses: classes, grad: gradient }
  return {
    'HeapArray, in place': () => softMarginLossGrad(x, y, inPlace),
    'HeapArray, weighted': () => softMarginLossGrad(x, y, { ...inPlace, weight: w }),
    'Float32Array, copied': () => softMarginLossGrad(logits, targets, copied),
    'Uint8Array targets, copied': () => softMarginLossGrad(logits, labels, copied),
  }
}

function loops({ logits, targets, weight, gradient }, classes) {
  return {
    [LOOP]: () => lossAndGradient(logits, targets, null, gradient, classes),
    [WEIGHTED_LOOP]: () => lossAndGradient(logits, targets, weight, gradient, classes),
  }
}

/** The loss reads two arrays and writes one: one and a half copies move as many bytes. */
function streamCopy(length) {
  const [from, into] = [new Float32Array(length).fill(1), new Float32Array(length)]
  const half = new Float32Array(length >> 1).fill(1)
  return () => {
    into.set(from)
    into.set(half)
  }
}

/** Throws unless all parties compute the same numbers, weighted or not. */
function checkAgreement(parties) {
  const numbers = ({ loss, grad }) => [loss, ...(grad instanceof HeapArray ? grad.array : grad)]
  const wanted = { [LOOP]: numbers(parties[LOOP]()), [WEIGHTED_LOOP]: numbers(parties[WEIGHTED_LOOP]()) }
  for (const [name, run] of Object.entries(parties)) {
    const loop = name.includes('weighted') ? WEIGHTED_LOOP : LOOP
    for (const [i, got] of numbers(run()).entries()) {
      const want = wanted[loop][i]
      if (Math.abs(got - want) <= 1e-6 * Math.abs(want)) continue
      throw new Error(`${name} and ${loop} disagree: number ${i} is ${got} and ${want}`)
    }
  }
}

/** What a training loop pays for a small batch, with the tensors and autograd around the kernel. */
function timeModule({ rows, classes }) {
  const logits = torch.randn([rows, classes], { requires_grad: true })
  const targets = torch.rand([rows, classes]).gt(0.8).float()
  const criterion = new torch.nn.MultiLabelSoftMarginLoss()
  const name = `torch.nn.MultiLabelSoftMarginLoss, ${rows} x ${classes}, forward + backward`
  const step = () => {
    logits.grad = null
    criterion.forward(logits, targets).backward()
  }
  // Many functions, each to be compiled when it has run often enough: longer than measure() waits.
  for (let i = 0; i < 5000; i++) step()
  const { [name]: milliseconds } = measure({ [name]: step })
  console.log(`${name}: ${(milliseconds * 1e3).toFixed(1)} µs`)
}
