/** Random programs of strided views, views of views and changes in place, against what torch made of them. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { type Program, type Step, testPrograms } from '../support/programs.js'

interface ViewStep extends Step {
  /** The method of a view, and what it is called with. */
  call?: string
  args?: unknown[]
}

type Methods = Record<string, (...args: unknown[]) => Tensor>

const text = gunzipSync(readFileSync('test/graph/strided.json.gz')).toString()
const { programs } = JSON.parse(text) as { programs: Program<ViewStep>[] }

testPrograms(
  'strided views and changes of them are those of torch',
  programs,
  ({ call = '', args = [] }, a, b) => ({
    make: { view: () => (a as unknown as Methods)[call](...args) },
    change: { copy_no_grad: () => torch.no_grad(() => void a.copy_(b)) },
  }),
  { absolute: 1e-6, relative: 1e-6 },
)
