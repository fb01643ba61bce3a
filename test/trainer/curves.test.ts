/** Runs begun in PyTorch go on here with its curve; what is saved here is what PyTorch has at the same place, so that it goes on there. */
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectCurve, setUp } from './curves.js'
import curves from './curves.json' with { type: 'json' }

const bytesOf = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

test('a whole run', async () => {
  const { task, loader, trainer } = setUp(6)
  expectCurve(await trainer.fit(task, loader), curves.history)
})

test.each(['after_epoch', 'within_epoch'] as const)('cut in PyTorch %s, gone on with here', async (where) => {
  const { task, loader, trainer } = setUp(6)
  torch.manual_seed(77)
  expectCurve(await trainer.fit(task, loader, { ckpt_path: bytesOf(curves[where]) }), curves.history)
})

test.each(['after_epoch', 'within_epoch'] as const)(
  'cut here %s: the file holds what that of PyTorch holds',
  async (where) => {
    const wanted = torch.load<Record<string, unknown>>(bytesOf(curves[where]))
    const { task, loader, trainer } = setUp(
      where === 'after_epoch' ? 3 : 6,
      where === 'after_epoch' ? -1 : 30,
    )
    await trainer.fit(task, loader)
    const saved = torch.load<Record<string, unknown>>(trainer.save_checkpoint())
    // How PyTorch computes, not what.
    const others = [
      'foreach',
      'fused',
      'capturable',
      'differentiable',
      'decoupled_weight_decay',
      '_is_initial',
    ]
    const compare = (got: unknown, value: unknown, path: string) => {
      // The number of steps is a tensor in PyTorch.
      if (value instanceof torch.Tensor && value.dim() === 0) compare(got, value.item(), path)
      else if (value instanceof torch.Tensor) {
        const tensor = got as torch.Tensor
        expect([tensor.dtype, tensor.shape], path).toEqual([value.dtype, value.shape])
        if (value.dtype === 'uint8') expect(tensor.equal(value), path).toBe(true)
        else expect(tensor.sub(value).abs().max().item(), path).toBeLessThan(1e-5)
      } else if (typeof value === 'number') {
        expect(Math.abs((got as number) - value), path).toBeLessThanOrEqual(2e-4 * Math.abs(value))
      } else if (typeof value === 'object' && value !== null) {
        for (const [name, member] of Object.entries(value)) {
          if (others.includes(name) || (name.startsWith('_') && !(name in (got as object)))) continue
          compare((got as Record<string, unknown>)?.[name], member, `${path}.${name}`)
        }
      } else expect(got, path).toEqual(value)
    }
    compare(saved, wanted, '')
  },
)
