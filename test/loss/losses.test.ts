/** The losses of torch.nn.functional, torchvision.ops and the ASL paper, fused with their gradients. */
import { describe, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { fixture } from '../support/fixture.js'
import { testOperations } from '../support/operations.js'

const {
  asymmetric_loss,
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
  cross_entropy,
  mse_loss,
  multilabel_margin_loss,
  sigmoid_focal_loss,
} = torch.nn.functional

type Loss = (input: torch.Tensor, target: torch.Tensor, options?: object) => torch.Tensor

/** Runs a fixture's case: what `roles` names are the inputs after the target. */
const withRoles =
  (loss: Loss) =>
  ([input, target, ...rest]: torch.Tensor[], { roles, ...options }: Record<string, unknown>) => {
    const named = Object.fromEntries((roles as string[]).map((role, i) => [role, rest[i]]))
    return loss(input, target, { ...options, ...named })
  }

// Gradients of soft labels, and towards the target, are differences of numbers of size 1.
const cancelling = { relative: 6e-7, absolute: 1.5e-7 }
testOperations('loss/losses', {
  binary_cross_entropy_with_logits: [withRoles(binary_cross_entropy_with_logits), cancelling],
  binary_cross_entropy: [withRoles(binary_cross_entropy), cancelling],
  mse_loss: [withRoles(mse_loss), { relative: 6e-7, absolute: 1e-7 }],
  sigmoid_focal_loss: [withRoles(sigmoid_focal_loss), { relative: 1.2e-6 }],
  asymmetric_loss: [withRoles(asymmetric_loss), cancelling],
  multilabel_margin_loss: [withRoles(multilabel_margin_loss), { relative: 6e-7, absolute: 1e-7 }],
  cross_entropy: [withRoles(cross_entropy), cancelling],
})

interface Exact {
  x: (number | string)[]
  y: number[]
  losses: Record<string, { options: Record<string, number>; loss: number[]; gradient: number[] }[]>
}

describe('every digit is right at any logit', () => {
  const { x, y, losses } = fixture<{ exact: Exact }>('loss/losses').exact
  const functions: Record<string, Loss> = {
    binary_cross_entropy_with_logits,
    sigmoid_focal_loss,
    asymmetric_loss,
  }
  const cases = Object.entries(losses).flatMap(([name, grid]) =>
    grid.map((row) => ({ name, label: JSON.stringify(row.options), ...row })),
  )
  test.each(cases)('$name $label', ({ name, options, loss, gradient }) => {
    const { pos_weight, ...numbers } = options
    const weights = pos_weight === undefined ? {} : { pos_weight: torch.tensor(pos_weight) }
    const input = torch.tensor(Float32Array.from(x, Number), { requires_grad: true })
    const target = torch.tensor(Float32Array.from(y))
    const result = functions[name](input, target, { ...numbers, ...weights, reduction: 'none' })
    expectClose(result.data(), loss, { relative: 1e-6 })
    result.sum().backward()
    // 1 - p is flushed to zero below 2^-126, and divided by the margin.
    const absolute = 1e-37 * (options.clip === 0.05 ? 2 : 1)
    expectClose(input.grad?.data() ?? [], gradient, { relative: 1e-6, absolute })
  })
})
