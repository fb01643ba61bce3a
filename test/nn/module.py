"""How torch prints modules and names what they hold.

{ modules: [ { name, str, state_dict: [keys], parameters: [names] } ] }
"""

import torch
from torch import nn

from writing import write


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(20, 16), nn.ReLU())
        self.head = nn.Linear(16, 6)
        self.criterion = nn.MultiLabelSoftMarginLoss(weight=torch.ones(6))

    def forward(self, x):
        return self.head(self.features(x))


modules = {
    "Linear": nn.Linear(3, 2), "Linear without bias": nn.Linear(3, 2, bias=False), "ReLU": nn.ReLU(),
    "ReLU inplace": nn.ReLU(inplace=True), "Sigmoid": nn.Sigmoid(), "Tanh": nn.Tanh(),
    "Flatten": nn.Flatten(), "Dropout": nn.Dropout(0.25), "Conv2d": nn.Conv2d(3, 8, 3, padding=1),
    "Conv2d without bias": nn.Conv2d(3, 8, (3, 5), stride=2, bias=False), "MaxPool2d": nn.MaxPool2d(2),
    "Identity": nn.Identity(),
    "MultiLabelSoftMarginLoss": nn.MultiLabelSoftMarginLoss(),
    "MultiLabelSoftMarginLoss with weight": nn.MultiLabelSoftMarginLoss(weight=torch.ones(3)),
    "empty Sequential": nn.Sequential(),
    "Sequential": nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)),
    "nested Sequential": nn.Sequential(nn.Sequential(nn.Linear(4, 3), nn.ReLU()),
                                       nn.Sequential(nn.Sequential(nn.Linear(3, 3), nn.Sigmoid()),
                                                     nn.Linear(3, 2))),
    "ModuleList": nn.ModuleList([nn.Linear(4, 3), nn.Linear(3, 2)]),
    "ModuleList of equals": nn.ModuleList([nn.Linear(4, 4) for _ in range(3)]),
    "empty ModuleList": nn.ModuleList(), "custom class": Tagger(),
}

write({"modules": [{"name": k, "str": str(m), "state_dict": list(m.state_dict()),
                    "parameters": [n for n, _ in m.named_parameters()]} for k, m in modules.items()]})
