import torch from 'softmargin'

const weight = torch.tensor([1, 1, 2, 0.5, 3])
const weighted = new torch.nn.MultiLabelSoftMarginLoss({ weight, reduction: 'mean' })
const kept: torch.Tensor | null = weighted.weight
const reduction: 'none' | 'mean' | 'sum' = weighted.reduction
if (kept === null || reduction !== 'mean') throw new Error('the options are to be seen')

const logits = torch.randn([16, 5])
const targets = torch.zeros([16, 5])
targets[0][4] = 1

/** Never called: what the compiler must refuse. */
export function refused(): void {
  // @ts-expect-error: an element is a number
  targets[0][0] = 'x'
  // @ts-expect-error: a row is a tensor
  targets[0] = 'x'
  // @ts-expect-error: there are two dimensions
  targets[0][0][0]
}

console.log(weighted.forward(logits, targets).item())
