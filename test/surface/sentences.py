"""What torch says of Python statements that must fail.

{ errors: [ { name, type, message } ] }
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from writing import failures, write


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(20, 16), nn.ReLU())
        self.head = nn.Linear(16, 6)
        self.criterion = nn.MultiLabelSoftMarginLoss(weight=torch.ones(6))

    def forward(self, x):
        return self.head(self.features(x))


X = "x = torch.ones(2, requires_grad=True); "
ERRORS = {
    "matmul: shapes": "torch.ones(2, 5) @ torch.ones(3, 4)",
    "matmul: vector and matrix": "torch.ones(3) @ torch.ones(2, 5)",
    "matmul: 3-D and 2-D": "torch.ones(2, 3, 4) @ torch.ones(5, 6)",
    "matmul: 0-d": "torch.tensor(1.) @ torch.ones(2)",
    "add: shapes": "torch.ones(2, 3) + torch.ones(2, 4)",
    "add: shapes, first dimension": "torch.ones(2, 3) + torch.ones(4, 3)",
    "add_: output would grow": "torch.ones(3).add_(torch.ones(2, 3))",
    "reshape: invalid": "torch.ones(2, 3).reshape(4, 2)",
    "reshape: invalid with -1": "torch.ones(2, 3).reshape(4, -1)",
    "reshape: ambiguous": "torch.ones(0).reshape(-1, 0)",
    "reshape: two -1": "torch.ones(4).reshape(-1, -1)",
    "reshape: negative": "torch.ones(4).reshape(-2, 2)",
    "view: not contiguous": "torch.ones(2, 3).t().view(6)",
    "sum: dim": "torch.ones(2, 3).sum(2)",
    "sum: dim of 0-d": "torch.tensor(1.).sum(1)",
    "sum: dim twice": "torch.ones(2, 3).sum([1, -1])",
    "amax: nothing": "torch.ones(0).amax()",
    "amax: nothing along dim": "torch.ones(0, 3).amax(0)",
    "backward: non-scalar": X + "(x * 2).backward()",
    "backward: twice": X + "y = (x * x).sum(); y.backward(); y.backward()",
    "backward: no grad": "torch.ones(2).sum().backward()",
    "backward: gradient shape": X + "(x * 2).backward(torch.ones(3))",
    "in-place on a leaf, method": X + "x.add_(1)",
    "in-place on a view of a leaf": X + "x[0] = 1.",
    "in-place after saving": X + "y = x * 1; z = y.exp(); z += 1; z.sum().backward()",
    "in-place after saving, operand": X + "y = x * 1; z = (y * y).sum(); y.mul_(2); z.backward()",
    "requires_grad on a non-leaf": X + "y = x * 2; y.requires_grad = False",
    "requires_grad on integers": "torch.tensor([1, 2], requires_grad=True)",
    "cat: shapes": "torch.cat([torch.ones(2, 3), torch.ones(2, 4)])",
    "cat: ranks": "torch.cat([torch.ones(2, 3), torch.ones(3)])",
    "cat: 0-d": "torch.cat([torch.tensor(1.), torch.tensor(2.)])",
    "cat: nothing": "torch.cat([])",
    "cat: dim": "torch.cat([torch.ones(2), torch.ones(2)], 1)",
    "stack: shapes": "torch.stack([torch.ones(2), torch.ones(3)])",
    "stack: nothing": "torch.stack([])",
    "stack: dim": "torch.stack([torch.ones(2), torch.ones(2)], 3)",
    "index_select: out of range": "torch.index_select(torch.ones(3, 2), 0, torch.tensor([0, 5]))",
    "index_select: negative": "torch.index_select(torch.ones(3, 2), 0, torch.tensor([-1]))",
    "index: out of range": "torch.ones(2, 3)[5]",
    "index: 0-d": "torch.tensor(1.)[0]",
    "select: out of range": "torch.ones(2, 3).select(0, 5)",
    "tensor: ragged": "torch.tensor([[1., 2.], [3.]])",
    "tensor: ragged, number": "torch.tensor([[1., 2.], 3.])",
    "tensor: ragged, list": "torch.tensor([1., [2., 3.]])",
    "iteration over 0-d": "list(torch.tensor(1.))",
    "Linear: features": "nn.Linear(4, 3)(torch.ones(2, 5))",
    "Linear: features, 1-D": "nn.Linear(4, 3)(torch.ones(5))",
    "Linear: features, 3-D": "nn.Linear(4, 3)(torch.ones(2, 2, 5))",
    "Conv2d: channels": "nn.Conv2d(3, 4, 3)(torch.ones(2, 5, 8, 8))",
    "Conv2d: kernel": "nn.Conv2d(3, 4, 9)(torch.ones(2, 3, 4, 4))",
    "Conv2d: rank": "nn.Conv2d(3, 4, 3)(torch.ones(8, 8))",
    "loss: target": "F.multilabel_soft_margin_loss(torch.ones(2, 3), torch.ones(2, 4))",
    "loss: target rows": "F.multilabel_soft_margin_loss(torch.ones(2, 3), torch.ones(4, 3))",
    "loss: weight": "F.multilabel_soft_margin_loss(torch.ones(2, 3), torch.ones(2, 3), torch.ones(4))",
    "loss: 0-d": "F.multilabel_soft_margin_loss(torch.tensor(1.), torch.tensor(1.))",
    "loss: reduction": "F.multilabel_soft_margin_loss(torch.ones(2, 3), torch.ones(2, 3), reduction='foo')",
    "item: many elements": "torch.ones(3).item()",
    "item: no elements": "torch.ones(0).item()",
    "Adam: first beta": "torch.optim.Adam([torch.ones(2, requires_grad=True)], betas=(1.0, 0.9))",
    "optimizer: twice": "p = torch.ones(2, requires_grad=True); "
                       "torch.optim.SGD([{'params': [p]}, {'params': [p]}], lr=0.1)",
    "load_state_dict: missing": "nn.Linear(3, 2).load_state_dict({'weight': torch.ones(2, 3)})",
    "load_state_dict: unexpected": "nn.Linear(3, 2).load_state_dict("
                                   "{'weight': torch.ones(2, 3), 'bias': torch.ones(2), 'x': torch.ones(1)})",
    "load_state_dict: size": "nn.Linear(3, 2).load_state_dict({'weight': torch.ones(2, 4), 'bias': torch.ones(2)})",
    "load_state_dict: all three": "nn.Linear(3, 2).load_state_dict("
                                  "{'weight': torch.ones(2, 4), 'x': torch.ones(1), 'y': torch.ones(1)})",
    "load_state_dict: nested, two missing": "nn.Sequential(nn.Linear(3, 2), nn.ReLU()).load_state_dict({})",
    "load_state_dict: custom class": "Tagger().load_state_dict({'head.weight': torch.ones(6, 16), 'head.bias': torch.ones(6)})",
    "module: no forward": "nn.Module()(1)",
    "Sequential: not a module": "nn.Sequential(1)",
    "expand: size": "torch.ones(2, 3).expand(4, 3)",
    "expand: rank": "torch.ones(2, 3).expand(3)",
    "expand: -1 in front": "torch.ones(3).expand(-1, 3)",
    "permute: rank": "torch.ones(2, 3).permute(0)",
    "permute: twice": "torch.ones(2, 3).permute(0, 0)",
    "permute: range": "torch.ones(2, 3).permute(0, 2)",
    "transpose: range": "torch.ones(2, 3).transpose(0, 2)",
    "t: 3-D": "torch.ones(2, 3, 4).t()",
    "squeeze: range": "torch.ones(2, 3).squeeze(2)",
    "unsqueeze: range": "torch.ones(2, 3).unsqueeze(4)",
    "Dropout: p": "nn.Dropout(1.5)",
    "bernoulli: p": "torch.empty(3).bernoulli_(1.5)",
    "randperm: negative": "torch.randperm(-1)",
    "randint: empty range": "torch.randint(3, 3, (2,))",
    "zeros: negative size": "torch.zeros(-1)",
    "arange: direction": "torch.arange(3, 0)",
    "arange: step": "torch.arange(0, 3, 0)",
    "TensorDataset: sizes": "TensorDataset(torch.ones(2), torch.ones(3))",
    "DataLoader: batch_size": "DataLoader(TensorDataset(torch.ones(2)), batch_size=0)",
    "DataLoader: empty, shuffle": "DataLoader(TensorDataset(torch.ones(0)), shuffle=True)",
}

write({"errors": failures(ERRORS, globals())})
