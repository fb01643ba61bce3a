"""Full-batch steps from given weights and data, in float64 and float32.

{ x, y, cases: [ { name, layers: [[in, out]...] (ReLU between), class_weight: tensor | null, optimizer,
  options,
                   state_dict: { key: tensor }, losses: { float64, float32 } (before each of 50 steps),
                   final: { key: { shape, data } } (float64) } ],
  convolutional: [ { name, x, y, optimizer, options, state_dict, losses } ] (20 steps) }
"""

import torch
from torch import nn

from image_tagger import ImageTagger
from writing import f32, numbers, short, tensor, write

torch.manual_seed(5)
x = short(torch.randn(32, 20), 3)
y = (x @ torch.randn(20, 6) + torch.randn(32, 6) > 1).float()


def case(name, layers, class_weight, optimizer, options):
    parts = [nn.Linear(i, o) for i, o in layers]
    model = parts[0] if len(parts) == 1 else nn.Sequential(parts[0], nn.ReLU(), parts[1])
    start = {k: short(v) for k, v in model.state_dict().items()}

    def curve(dtype):
        model.to(dtype).load_state_dict(start)
        opt = getattr(torch.optim, optimizer)(model.parameters(), **options)
        criterion = nn.MultiLabelSoftMarginLoss(weight=class_weight).to(dtype)
        losses = []
        for _ in range(50):
            opt.zero_grad()
            loss = criterion(model(x.to(dtype)), y.to(dtype))
            loss.backward()
            opt.step()
            losses.append(loss.detach())
        return numbers(torch.stack(losses))

    single, reference = curve(torch.float32), curve(torch.float64)
    return {"name": name, "layers": layers, "class_weight": None if class_weight is None
            else tensor(class_weight), "optimizer": optimizer, "options": options,
            "state_dict": {k: tensor(v) for k, v in start.items()},
            "losses": {"float64": reference, "float32": single},
            "final": {k: {"shape": list(v.shape), "data": numbers(v)} for k, v in model.state_dict().items()}}


def convolutional(name, model, x, optimizer, options):
    y = (torch.rand(len(x), 5) < 0.4).float()
    start = {k: short(v) if v.is_floating_point() else v for k, v in model.state_dict().items()}

    def curve(dtype):
        model.to(dtype).load_state_dict(start)
        steps = getattr(torch.optim, optimizer)(model.parameters(), **options)
        losses = []
        for _ in range(20):
            steps.zero_grad()
            loss = nn.MultiLabelSoftMarginLoss()(model(x.to(dtype)), y.to(dtype))
            loss.backward()
            steps.step()
            losses.append(loss.detach())
        return numbers(torch.stack(losses))

    return {"name": name, "x": tensor(x), "y": tensor(y), "optimizer": optimizer, "options": options,
            "state_dict": {k: tensor(v) for k, v in start.items()},
            "losses": {"float64": curve(torch.float64), "float32": curve(torch.float32)}}


cases = [
    case("linear, Adam", [[20, 6]], None, "Adam", {"lr": 0.05}),
    case("hidden layer, class weights, AdamW", [[20, 16], [16, 6]], f32([1, 2, 0.5, 1.5, 3, 0.25]), "AdamW",
         {"lr": 0.01}),
]
cnn = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 12, 3, stride=2),
                    nn.BatchNorm2d(12), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 5))
convolutional_cases = [
    convolutional("cnn", cnn, short(torch.randn(16, 1, 14, 14), 2), "SGD",
                  {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    convolutional("ImageTagger", ImageTagger(), short(torch.randn(8, 3, 12, 12), 2), "Adam", {"lr": 0.01}),
]
write({"x": tensor(x), "y": tensor(y), "cases": cases, "convolutional": convolutional_cases})
