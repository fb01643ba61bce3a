/** The kernels that are carved out for `softmargin/loss` give what the whole ones give, small work and large. */
import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { stream } from '../support/stream.js'

type Loss = typeof import('../../ts/loss.js')

async function lossOn(file: string): Promise<Loss> {
  vi.resetModules()
  const { compile, install } = await import('../../ts/kernels/instance.js')
  install(compile(readFileSync(file)))
  return import('../../ts/loss.js')
}

const whole = await lossOn('build/wasm/softmargin_bg.wasm')
const carved = await lossOn('build/wasm-loss/softmargin_bg.wasm')

const random = stream(1)
const draw = (length: number) => Float32Array.from({ length }, () => 8 * random() - 4)

test.each([
  [3, 5],
  [40, 700],
  [3000, 101],
  [20, 20_000],
])('%i rows of %i classes', (rows, numClasses) => {
  const logits = draw(rows * numClasses)
  const targets = [
    Uint8Array.from(logits, (x) => Number(x > 1)),
    Float32Array.from(logits, (x) => Number(x < 0)),
  ]
  for (const target of targets) {
    for (const weight of [undefined, draw(numClasses).map(Math.abs)]) {
      for (const reduction of ['mean', 'sum', 'none'] as const) {
        const options = { numClasses, reduction, ...(weight && { weight }) }
        expect(carved.softMarginLoss(logits, target, options)).toEqual(
          whole.softMarginLoss(logits, target, options),
        )
        const results = [carved, whole].map((loss) => loss.softMarginLossGrad(logits, target, options))
        expect(Buffer.compare(Buffer.from(results[0].grad.buffer), Buffer.from(results[1].grad.buffer))).toBe(
          0,
        )
      }
    }
  }
})
