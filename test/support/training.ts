import type { Tensor } from '../../ts/tensor/tensor.js'

/** The losses of so many steps of training on one batch. */
export function lossCurve(
  steps: number,
  optimizer: { zero_grad(): void; step(): unknown },
  computeLoss: () => Tensor,
): number[] {
  return Array.from({ length: steps }, () => {
    optimizer.zero_grad()
    const loss = computeLoss()
    loss.backward()
    optimizer.step()
    return loss.item()
  })
}
