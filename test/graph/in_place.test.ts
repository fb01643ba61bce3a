/** Random programs of views and changes in place, against what torch made of them. */
import torch from '../../ts/index.js'
import { fixture } from '../support/fixture.js'
import { type Program, type Step, testPrograms } from '../support/programs.js'

interface RowStep extends Step {
  index?: number
}

const { programs } = fixture<{ programs: Program<RowStep>[] }>('graph/in_place')

testPrograms(
  'views and changes in place are those of torch',
  programs,
  ({ index = 0, value = 0 }, a, b) => ({
    make: {
      row: () => a[index],
      rows: () => a.slice(0, index, index + 2),
      flat: () => a.reshape([-1]),
    },
    change: {
      assign: () => {
        a[index] = b
      },
      assign_number: () => {
        a[index] = value
      },
      assign_no_grad: () =>
        torch.no_grad(() => {
          a[index] = b
        }),
    },
  }),
  { absolute: 1e-6 },
)
