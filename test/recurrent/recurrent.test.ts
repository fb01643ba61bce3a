import torch from '../../ts/index.js'
import { type Cell, recurrent } from '../../ts/ops/recurrent/recurrent.js'
import { testOperations } from '../support/operations.js'

interface Options {
  cell: Cell
  steps: number
  batch: number
}

testOperations('recurrent/recurrent', {
  recurrent: [
    ([x, ...given], options) => {
      const { cell, steps, batch } = options as unknown as Options
      const states = given.splice(0, cell === 'lstm' ? 2 : 1)
      const [weight, bias = null] = given
      const sizes = torch.tensor(new Int32Array(steps).fill(batch))
      const results = recurrent(x, sizes, states, { weight, bias, cell, reverse: false })
      return torch.cat(results.map((result) => result.reshape([-1])))
    },
    { relative: 3e-6, absolute: 2e-6 },
  ],
})
