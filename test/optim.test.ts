import { describe, test } from 'vitest'
import torch from '../ts/index.js'
import { expectClose, fixture, restore, type Stored } from './helpers.js'

interface OptimFixture {
  parameters: Stored[]
  /** By step, then by parameter. */
  gradients: number[][][]
  cases: {
    name: string
    optimizer: 'SGD' | 'Adam' | 'AdamW'
    options: Record<string, unknown>
    float64: Record<string, number[][]>
  }[]
}

describe('update rules follow torch', () => {
  const { parameters, gradients, cases } = fixture<OptimFixture>('optim')
  test.each(cases)('$name', ({ optimizer, options, float64 }) => {
    const tensors = parameters.map((parameter) => restore(parameter, true))
    const updates = new torch.optim[optimizer](tensors, options)
    for (const [step, byParameter] of gradients.entries()) {
      for (const [i, tensor] of tensors.entries()) {
        tensor.grad = torch.tensor(Float32Array.from(byParameter[i])).reshape(tensor.shape)
      }
      updates.step()
      const want = float64[String(step + 1)]
      if (want)
        for (const [i, tensor] of tensors.entries())
          expectClose(tensor.data(), want[i], { relative: 1e-5, absolute: 1e-6 })
    }
  })
})
