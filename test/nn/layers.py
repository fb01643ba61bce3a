"""How torch prints layers, names their state, and complains.

{ modules: [ { name, str, state_dict: [keys], parameters: [names] } ], errors: [ { name, python, type,
  message } ] }
"""

import torch
import torch.nn.functional as F
from torch import nn

from image_tagger import ImageTagger
from writing import failures, write

MODULES = {
    "Conv2d": "nn.Conv2d(3, 8, 3)",
    "Conv2d with padding": "nn.Conv2d(3, 8, 3, padding=1)",
    "Conv2d with all": "nn.Conv2d(4, 8, (3, 5), stride=(1, 2), padding=(0, 1), dilation=2, groups=4, bias=False)",
    "Conv2d same": "nn.Conv2d(3, 8, 3, padding='same')",
    "Conv2d valid": "nn.Conv2d(3, 8, 3, padding='valid')",
    "MaxPool2d": "nn.MaxPool2d(2)",
    "MaxPool2d with all": "nn.MaxPool2d((2, 3), stride=(1, 2), padding=1, dilation=(2, 1), ceil_mode=True)",
    "AvgPool2d": "nn.AvgPool2d(2)",
    "AvgPool2d with all": "nn.AvgPool2d((2, 3), 2, (1, 0), True, False, 5)",
    "AdaptiveAvgPool2d": "nn.AdaptiveAvgPool2d(1)",
    "AdaptiveAvgPool2d of a pair": "nn.AdaptiveAvgPool2d((None, 3))",
    "Flatten": "nn.Flatten()",
    "Flatten with all": "nn.Flatten(0, -2)",
    "Dropout": "nn.Dropout()",
    "Dropout with p": "nn.Dropout(0.25)",
    "BatchNorm1d": "nn.BatchNorm1d(8)",
    "BatchNorm2d": "nn.BatchNorm2d(8, eps=1e-3, momentum=None)",
    "BatchNorm2d, tiny eps": "nn.BatchNorm2d(8, eps=2.5e-12, momentum=0.25)",
    "BatchNorm2d without bias": "nn.BatchNorm2d(8, bias=False)",
    "BatchNorm2d, nothing learned": "nn.BatchNorm2d(8, affine=False)",
    "BatchNorm2d, nothing tracked": "nn.BatchNorm2d(8, track_running_stats=False)",
    "Sequential": "nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), "
                  "nn.Flatten(), nn.Dropout(), nn.Linear(16, 2))",
    "ImageTagger": "ImageTagger()",
}

O = torch.ones
ERRORS = {
    "dropout: p": "F.dropout(O(3), 1.5)",
    "Dropout: p": "nn.Dropout(-0.1)",
    "Flatten: a vector": "nn.Flatten()(O(3))",
}

entries = []
for name, python in MODULES.items():
    m = eval(python)
    entries.append({"name": name, "str": str(m), "state_dict": list(m.state_dict()),
                    "parameters": [n for n, _ in m.named_parameters()]})
write({"modules": entries, "errors": failures(ERRORS, globals())})
