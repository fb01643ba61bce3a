import torch

logits = torch.tensor([[0.5, -1.0, 2.0]], requires_grad=True)
loss = torch.nn.MultiLabelSoftMarginLoss()(logits, torch.tensor([[1.0, 0.0, 1.0]]))
loss.backward()
print(loss.item(), *logits.grad.flatten().tolist())
