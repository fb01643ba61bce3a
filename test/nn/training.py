"""Full-batch steps from given weights and data, in float64.

{ x, y, cases: [ { name, layers: [[in, out]...] (ReLU between), class_weight: tensor | null, optimizer, options,
                   state_dict: { key: tensor }, losses (before each of 50 steps) } ],
  convolutional: [ { name, x, y, optimizer, options, state_dict, losses (of 20) } ] }
"""

import torch
from torch import nn

from image_tagger import ImageTagger
from writing import f32, numbers, short, tensor, write

torch.manual_seed(5)
x = short(torch.randn(32, 20), 3)
y = (x @ torch.randn(20, 6) + torch.randn(32, 6) > 1).float()


def trained(model, x, y, steps, optimizer, options, class_weight=None):
    start = {k: short(v) if v.is_floating_point() else v for k, v in model.state_dict().items()}
    model.double().load_state_dict(start)
    updates = getattr(torch.optim, optimizer)(model.parameters(), **options)
    criterion = nn.MultiLabelSoftMarginLoss(weight=class_weight).double()
    losses = []
    for _ in range(steps):
        updates.zero_grad()
        loss = criterion(model(x.double()), y.double())
        loss.backward()
        updates.step()
        losses.append(loss.detach())
    return {"optimizer": optimizer, "options": options, "state_dict": {k: tensor(v) for k, v in start.items()},
            "losses": numbers(torch.stack(losses))}


def case(name, layers, class_weight, *how):
    parts = [nn.Linear(i, o) for i, o in layers]
    model = parts[0] if len(parts) == 1 else nn.Sequential(parts[0], nn.ReLU(), parts[1])
    weight = None if class_weight is None else tensor(class_weight)
    return {"name": name, "layers": layers, "class_weight": weight, **trained(model, x, y, 50, *how, class_weight)}


def convolutional(name, model, x, *how):
    x, y = short(x, 2), (torch.rand(len(x), 5) < 0.4).float()
    return {"name": name, "x": tensor(x), "y": tensor(y), **trained(model, x, y, 20, *how)}


class_weight = f32([1, 2, 0.5, 1.5, 3, 0.25])
cases = [
    case("linear, Adam", [[20, 6]], None, "Adam", {"lr": 0.05}),
    case("hidden layer, class weights, AdamW", [[20, 16], [16, 6]], class_weight, "AdamW", {"lr": 0.01}),
]
cnn = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 12, 3, stride=2),
                    nn.BatchNorm2d(12), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 5))
nesterov = {"lr": 0.1, "momentum": 0.9, "nesterov": True}
write({"x": tensor(x), "y": tensor(y), "cases": cases, "convolutional": [
    convolutional("cnn", cnn, torch.randn(16, 1, 14, 14), "SGD", nesterov),
    convolutional("ImageTagger", ImageTagger(), torch.randn(8, 3, 12, 12), "Adam", {"lr": 0.01}),
]})
