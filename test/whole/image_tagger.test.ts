/** Training at full size: 32 images of 3 x 224 x 224, and a weight of 401,408 x 128. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { fixture } from '../support/fixture.js'
import { ImageTagger } from './image_tagger.js'

interface Fixture {
  seed: number
  options: Record<'SGD' | 'Adam', object>
  logits: number[]
  losses: Record<'before' | 'SGD' | 'Adam', number>
  gradients: Record<string, { norm: number; first: number[] }>
}

const GB = 2 ** 30

describe('one step of ImageTagger follows torch, in the budget and the 0.8 GB of its largest operands', () => {
  const { seed, options, logits, losses, gradients } = fixture<Fixture>('whole/image_tagger')
  const names = Object.keys(options) as (keyof typeof options)[]
  test.each(names)('%s', (name) => {
    torch.wasm.set_budget(0.5 * GB)
    torch.manual_seed(seed)
    const model = new ImageTagger()
    const images = torch.randn([32, 3, 224, 224])
    const tags = torch.zeros([32, 20])
    for (let i = 0; i < 32; i++) for (let j = 0; j < 20; j++) if ((i + j) % 7 === 0) tags[i][j] = 1
    const criterion = new torch.nn.MultiLabelSoftMarginLoss()
    const optimizer = new torch.optim[name](model.parameters(), options[name])

    const scores = model.forward(images)
    expect(scores.shape).toEqual([32, 20])
    expectClose(scores.data().subarray(0, 20), logits, { absolute: 1e-5 })
    const loss = criterion.forward(scores, tags)
    expectClose([loss.item()], [losses.before], { relative: 1e-5 })
    loss.backward()
    for (const [key, parameter] of model.named_parameters()) {
      const gradient = parameter.grad ?? torch.zeros([0])
      const { norm, first } = gradients[key]
      expectClose([gradient.mul(gradient).sum().sqrt().item()], [norm], { relative: 1e-4 })
      expectClose(gradient.data().subarray(0, first.length), first, { relative: 1e-3, absolute: 1e-6 })
    }
    optimizer.step()
    const after = torch.no_grad(() => criterion.forward(model.forward(images), tags))
    expectClose([after.item()], [losses[name]], { relative: 1e-4 })
    expect(torch.wasm.memory().heap_bytes).toBeLessThanOrEqual(1.5 * GB)
  })
})
