"""RMS errors of PyTorch's convolution and its gradients against float64, in units of the results' RMS."""

import json
import pathlib

import torch
import torch.nn.functional as F

CASES = [
    ([4, 16, 12, 12], [24, 16, 3, 3]),
    ([2, 32, 16, 16], [64, 32, 3, 3]),
    ([4, 64, 8, 8], [64, 64, 3, 3]),
    ([1, 256, 14, 14], [32, 256, 3, 3]),
    ([8, 96, 7, 7], [16, 96, 3, 3]),
]


def results(dtype, x, weight, upstream):
    x, weight = (operand.detach().to(dtype, copy=True).requires_grad_() for operand in (x, weight))
    y = F.conv2d(x, weight, padding=1)
    y.backward(upstream.to(dtype))
    return [y.detach(), x.grad, weight.grad]


def error(got, want):
    return float(((got.double() - want) ** 2).mean().sqrt() / (want**2).mean().sqrt())


cases = []
for shape, kernel in CASES:
    torch.manual_seed(0)
    x, weight = torch.randn(shape).relu(), torch.randn(kernel)
    operands = x, weight, torch.randn([shape[0], kernel[0], *shape[2:]])
    pairs = zip(results(torch.float32, *operands), results(torch.float64, *operands))
    cases.append({"x": shape, "weight": kernel, "errors": [float(f"{error(*pair):.2e}") for pair in pairs]})
lines = ",\n".join("  " + json.dumps(case) for case in cases)
pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")
