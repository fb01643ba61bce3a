import torch from '../../dist/node.js'

const logits = torch.tensor([[0.5, -1, 2]], { requires_grad: true })
const loss = new torch.nn.MultiLabelSoftMarginLoss().forward(logits, torch.tensor([[1, 0, 1]]))
loss.backward()
console.log(loss.item(), ...logits.grad.data())
