import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { split_heads } from '../../ts/ops/attention/heads.js'
import { testRefused } from '../support/errors.js'
import { testOperations } from '../support/operations.js'

const F = torch.nn.functional

testOperations('attention/attention', {
  scaled_dot_product_attention: [
    ([q, k, v, mask], { constant, ...options }) =>
      F.scaled_dot_product_attention(q, k, v, constant ? mask.detach() : (mask ?? null), options),
    { absolute: 1e-6, relative: 5e-6 },
  ],
  split_heads: ([x], { parts, heads, batch_first }) => torch.stack(split_heads(x, parts, heads, batch_first)),
})

describe('attention', () => {
  const [q, k, v] = [torch.ones([2, 3, 4]), torch.ones([2, 5, 4]), torch.ones([2, 5, 6])]
  testRefused([
    [
      'a mask beside is_causal',
      () => F.scaled_dot_product_attention(q, k, v, torch.ones([3, 5]), 0, true),
      torch.RuntimeError,
      'Explicit attn_mask should not be set when is_causal=True',
    ],
    [
      'keys of another width',
      () => F.scaled_dot_product_attention(q, v, v),
      torch.RuntimeError,
      'must match, but got shapes [2, 3, 4], [2, 5, 6], [2, 5, 6]',
    ],
    [
      'vectors',
      () => F.scaled_dot_product_attention(torch.ones([4]), k, v),
      torch.RuntimeError,
      'at least 2',
    ],
    [
      'integers',
      () => F.scaled_dot_product_attention(q.to('int32'), k.to('int32'), v.to('int32')),
      torch.RuntimeError,
      'query must be float32',
    ],
    [
      'a mask of integers',
      () => F.scaled_dot_product_attention(q, k, v, torch.ones([3, 5], { dtype: 'int32' })),
      torch.RuntimeError,
      'Expected attn_mask dtype to be bool or float32',
    ],
    [
      'a mask of another shape',
      () => F.scaled_dot_product_attention(q, k, v, torch.ones([5, 3])),
      torch.RuntimeError,
      'must match',
    ],
    [
      'heads that do not divide',
      () => F.scaled_dot_product_attention(torch.ones([3, 2, 4]), k, k, { enable_gqa: true }),
      torch.RuntimeError,
      'the number of heads in query must be a multiple',
    ],
    [
      'a probability beyond 1',
      () => F.scaled_dot_product_attention(q, k, v, null, 1.5),
      torch.ValueError,
      'dropout probability has to be between 0 and 1',
    ],
  ])

  test('of nothing is 0', () => {
    const none = torch.ones([2, 0, 4])
    expect(F.scaled_dot_product_attention(q, none, none).sum().item()).toBe(0)
    expect(F.scaled_dot_product_attention(none, k, v).shape).toEqual([2, 0, 6])
  })
})
