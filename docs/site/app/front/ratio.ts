/**
 * This browser's own ratio: the loss of 1,024 x 100 logits and its gradient, by softmargin and by a plain loop, in turns, so that
 * whatever else the machine does falls on both.
 */
import torch from 'softmargin/core'

const [ROWS, LABELS, ROUNDS] = [1024, 100, 15]

/** mean(softplus(x) - x y), its gradient (sigmoid(x) - y) / n. */
function plainLoop(logits: Float32Array, targets: Float32Array, gradient: Float32Array): number {
  let sum = 0
  const scale = 1 / logits.length
  for (let i = 0; i < logits.length; i++) {
    const x = logits[i] as number
    const y = targets[i] as number
    const e = Math.exp(-Math.abs(x))
    sum += Math.max(x, 0) - x * y + Math.log1p(e)
    gradient[i] = ((x >= 0 ? 1 : e) / (1 + e) - y) * scale
  }
  return sum * scale
}

const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number

export interface Ratio {
  /** How many times as long the plain loop takes. */
  ratio: number
  /** Milliseconds. */
  ours: number
  loop: number
}

export async function measureRatio(pause: () => Promise<void>): Promise<Ratio> {
  const generator = new torch.Generator().manual_seed(1)
  const logits = torch.randn([ROWS, LABELS], { generator }).requires_grad_()
  const targets = torch.rand([ROWS, LABELS], { generator }).lt(0.1).float()
  const criterion = new torch.nn.MultiLabelSoftMarginLoss()
  const [x, y] = [logits.detach().data(), targets.data()] as [Float32Array, Float32Array]
  const gradient = new Float32Array(x.length)
  const ours = () => {
    logits.grad = null
    criterion.forward(logits, targets).backward()
  }
  const loop = () => {
    plainLoop(x, y, gradient)
  }
  // Repeated, as browsers round their clocks.
  const time = (work: () => void, times: number): number => {
    const started = performance.now()
    for (let i = 0; i < times; i++) work()
    return (performance.now() - started) / times
  }
  const rounds: [ours: number, loop: number][] = []
  for (let round = 0; round < ROUNDS + 3; round++) {
    const pair: [number, number] = [time(ours, 20), time(loop, 4)]
    // The first rounds are the compilers'.
    if (round >= 3) rounds.push(pair)
    await pause()
  }
  const [a, b] = [median(rounds.map(([ours]) => ours)), median(rounds.map(([, loop]) => loop))]
  return { ratio: median(rounds.map(([ours, loop]) => loop / ours)), ours: a, loop: b }
}
