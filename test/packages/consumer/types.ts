// Never run: what a user's compiler must accept, and what it must refuse.
import torch, { nn, type Tensor } from 'softmargin'
import { HeapArray, softMarginLoss, softMarginLossGrad } from 'softmargin/loss'

/** Holds if the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(_proof?: T) => {}

class Tagger extends torch.nn.Module {
  first: torch.nn.Linear = new torch.nn.Linear(300, 64)
  second: nn.Linear = new nn.Linear(64, 20)

  override forward(x: torch.Tensor): Tensor {
    return this.second.forward(torch.relu(this.first.forward(x)))
  }
}

export function train(model: Tagger, inputs: torch.Tensor, targets: Tensor): number {
  const optimizer: torch.optim.Adam = new torch.optim.Adam(model.parameters(), { lr: 1e-3 })
  const loss = new torch.nn.MultiLabelSoftMarginLoss({ reduction: 'sum' }).forward(
    model.forward(inputs),
    targets,
  )
  loss.backward()
  optimizer.step()
  return loss.item()
}

const logits = new Float32Array(4)
const targets = new Uint8Array(4)
const mean = softMarginLoss(logits, targets, { numClasses: 2 })
const sum = softMarginLoss(logits, targets, { numClasses: 2, reduction: 'sum' })
const rows = softMarginLoss(logits, targets, { numClasses: 2, reduction: 'none' })
holds<Same<typeof mean, number>>()
holds<Same<typeof sum, number>>()
holds<Same<typeof rows, ReturnType<typeof Float32Array.of>>>()

const { loss, grad } = softMarginLossGrad(logits, targets, { numClasses: 2, grad: new HeapArray(4) })
holds<Same<typeof loss, number>>()
holds<Same<typeof grad, HeapArray>>()

// @ts-expect-error: there is no such reduction
softMarginLoss(logits, targets, { numClasses: 2, reduction: 'avg' })
// @ts-expect-error: numClasses is not optional
softMarginLoss(logits, targets, {})
// @ts-expect-error: a tensor is no number
train(new Tagger(), 1, torch.zeros([1, 20]))

const heads = new nn.ModuleDict({ topic: new nn.Linear(64, 9), act: new nn.Tanh() })
const topic = heads.get('topic')
holds<Same<typeof topic, nn.Linear<64, 9>>>()
// @ts-expect-error: there is no such head
heads.get('tone')

const seen: Tensor[] = []
new nn.Linear(64, 9).register_forward_hook((layer, [input], output) => {
  holds<Same<typeof layer, nn.Linear<64, 9>>>()
  seen.push(input, output)
})
// @ts-expect-error: the length that push returns is no output
new nn.Linear(64, 9).register_forward_hook((_layer, _inputs, output) => seen.push(output))

const drawn = torch.randint(10, [2, 3])
holds<Same<typeof drawn, Tensor<readonly [2, 3]>>>()

// Nothing of the inside is offered.
const inside: torch.Tensor = torch.zeros([1])
// @ts-expect-error no such property
inside.storage
// @ts-expect-error no such method
inside.pointer()
// @ts-expect-error no such property
inside.contents
// @ts-expect-error made by functions
new torch.Tensor([1])
// A layer's parameter is replaced by a parameter.
new torch.nn.Linear(1, 1).weight = new torch.nn.Parameter(inside)
// @ts-expect-error a tensor is no parameter
new torch.nn.Linear(1, 1).weight = inside
holds<Same<ReturnType<typeof inside.toJSON>, torch.Nested>>()
