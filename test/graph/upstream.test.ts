import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { leaf } from '../support/tensors.js'

const gradOf = ({ grad }: torch.Tensor) => grad?.tolist()

describe('relu writes its gradient over the upstream one only where nobody else holds that', () => {
  test('not where the user passed it', () => {
    const x = leaf([-1, 2])
    const gradient = torch.tensor([5, 7])
    torch.relu(x).backward(gradient)
    expect(gradient.tolist()).toEqual([5, 7])
    expect(gradOf(x)).toEqual([0, 7])
  })

  test('not where it is passed on by way of a view', () => {
    const x = leaf([-1, 2])
    const gradient = torch.tensor([[5], [7]])
    torch.relu(x).reshape([2, 1]).backward(gradient)
    expect(gradient.tolist()).toEqual([[5], [7]])
    expect(gradOf(x)).toEqual([0, 7])
  })

  test.each(['first', 'last'])('not where a leaf that comes %s gets it too', (place) => {
    const [a, b] = [leaf([1, 1]), leaf([-1, 2])]
    const sum = place === 'first' ? a.add(torch.relu(b)) : torch.relu(b).add(a)
    sum
      .mul(torch.tensor([3, 4]))
      .sum()
      .backward()
    expect(gradOf(a)).toEqual([3, 4])
    expect(gradOf(b)).toEqual([0, 4])
  })

  test('not where a hook has seen it', () => {
    const x = leaf([-1, 2])
    const y = torch.relu(x)
    const seen: torch.Tensor[] = []
    y.register_hook((gradient) => void seen.push(gradient))
    y.mul(torch.tensor([3, 4]))
      .sum()
      .backward()
    expect(seen[0].tolist()).toEqual([3, 4])
    expect(gradOf(x)).toEqual([0, 4])
  })

  test('not where another operation gets it too', () => {
    const [a, b] = [leaf([-1, 2]), leaf([3, -4])]
    const sum = torch.relu(a).add(torch.relu(b)).add(torch.relu(a.neg()))
    sum
      .mul(torch.tensor([3, 4]))
      .sum()
      .backward()
    expect(gradOf(a)).toEqual([-3, 4])
    expect(gradOf(b)).toEqual([3, 0])
  })

  test('not where it was kept by an earlier backward', () => {
    const x = leaf([-1, 2])
    const y = x.mul(2)
    const loss = y.add(torch.relu(y)).sum()
    loss.backward(null, { retain_graph: true })
    loss.backward()
    expect(gradOf(x)).toEqual([4, 8])
  })
})
