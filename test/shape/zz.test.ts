import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
test('q', () => {
  const x = torch.arange(12).reshape(3, 4)
  console.log(x[':, 0'].tolist(), x['1:3, ::2'].tolist(), x['..., -1'].tolist(), x['None, 0'].shape, x['0, 1'].item())
  x['..., -1'] = 0
  x[':2, 1'] = torch.tensor([7, 8])
  console.log(x.tolist(), x.index([x.gt(5)]).tolist(), x.index([[0, 2], [1, -1]]).tolist(), x.index([null, '...', [0, 1]]).shape)
  x.index_put_([x.gt(5)], -1)
  console.log(x.tolist())
  x.index_put_([[0, 0]], torch.ones(4), true)
  console.log(x.tolist())
  for (const k of ['0,1', '1:x', ':,:,:', '5, 0', '::-1', '..., ...', 'None', '1.5, 2', ' ', '1:3;', '9999999999999999999:']) {
    try { console.log(k, x[k as never]) } catch (e) { console.log(k, String(e)) }
  }
  const y = torch.arange(6).reshape(2, 3)
  y.t_(); console.log(y.tolist(), y.shape, y.stride()); y.unsqueeze_(0).squeeze_(); console.log(y.shape)
  const a = torch.ones(2, 3, { requires_grad: true }); const b = a.mul(2); b.t_(); b.mul(torch.arange(6).reshape(3, 2)).sum().backward(); console.log(a.grad?.tolist())
  const w = torch.zeros(3,3); w['0, :'] = 5; w.fill_diagonal_(1); console.log(w.tolist(), w.T.tolist(), w.ndim)
  try { (x as any).double() } catch (e) { console.log(String(e)) }
})
