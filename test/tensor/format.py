"""How torch prints tensors and sizes.

{ tensors: [ { name, python, shape, dtype, data, requires_grad, str } ], sizes: [ { size, str } ] }
`python` is the expression that was run. A tensor with a grad_fn is the result of its expression.
"""

import torch
import torch.nn.functional as F
from torch import nn

from writing import tensor, write

expressions = {
    "scalar": "torch.tensor(3.14159)", "whole scalar": "torch.tensor(3.)",
    "large scalar": "torch.tensor(1234567.)", "small scalar": "torch.tensor(1e-5)",
    "negative zero": "torch.tensor(-0.)", "scalar nan": "torch.tensor(float('nan'))",
    "whole numbers": "torch.tensor([1., 2., 3.])", "fractions": "torch.tensor([0.5, -1.25, 3.])",
    "widths": "torch.tensor([1.5, -100.25, 20.])", "scientific": "torch.tensor([1e-5, 1., 1000.])",
    "large": "torch.tensor([1e8, 1.5])", "large whole": "torch.tensor([1e8, 1.])",
    "very large": "torch.tensor([1e20, 1.])", "ratio above 1000": "torch.tensor([0.001, 1.1])",
    "ratio 1000": "torch.tensor([0.01, 10.])", "five digits": "torch.tensor([12345.678, 1.5])",
    "zeros": "torch.zeros(3)", "zero and small": "torch.tensor([0., 1e-6])",
    "special values": "torch.tensor([1., float('nan'), float('inf'), -float('inf')])",
    "special values, fractions": "torch.tensor([0.5, float('nan'), float('inf')])",
    "only nan": "torch.tensor([float('nan'), float('nan')])",
    "2-D": "torch.tensor([[1., 2.], [3., 4.]])", "2-D random": "torch.randn(3, 4)",
    "2-D row": "torch.ones(1, 3)", "2-D column": "torch.ones(3, 1)",
    "3-D": "torch.arange(24.).reshape(2, 3, 4)", "4-D": "torch.arange(8.).reshape(2, 1, 2, 2)",
    "wrapped": "torch.randn(17)", "wrapped whole": "torch.arange(40.)", "wrapped rows": "torch.randn(2, 12)",
    "limit of 1000": "torch.arange(1000.)", "summarised": "torch.arange(1001.)",
    "summarised 2-D": "torch.arange(1200.).reshape(30, 40)",
    "summarised fractions": "torch.linspace(0, 1, 1001)", "summarised, few columns": "torch.zeros(400, 3)",
    "summarised 3-D": "torch.zeros(2, 20, 30)", "empty": "torch.tensor([])", "empty 2-D": "torch.empty(0, 3)",
    "empty 3-D": "torch.empty(2, 0, 3)",
    "bool": "torch.tensor([True, False])", "bool scalar": "torch.tensor(True)",
    "bool 2-D": "torch.tensor([[True, False], [False, False]])",
    "uint8": "torch.tensor([1, 20, 255], dtype=torch.uint8)", "int64": "torch.tensor([1, -20, 300])",
    "int32": "torch.tensor([1, 2], dtype=torch.int32)", "int64 scalar": "torch.tensor(7)",
    "float64": "torch.tensor([1., 2.5], dtype=torch.float64)",
    "empty bool": "torch.tensor([], dtype=torch.bool)", "empty int64": "torch.tensor([], dtype=torch.int64)",
    "requires_grad": "torch.tensor([1., 2.], requires_grad=True)",
    "requires_grad scalar": "torch.tensor(1.5, requires_grad=True)",
    "requires_grad 2-D": "torch.ones(2, 2, requires_grad=True)",
    "requires_grad, no room": "torch.tensor([1.2345] * 8, requires_grad=True)",
    "empty requires_grad": "torch.empty(0, requires_grad=True)",
    "parameter": "nn.Parameter(torch.tensor([1., 2.]))",
    "detached": "torch.tensor([1., 2.], requires_grad=True).detach()",
    "grad_fn mul": "torch.tensor([1., 2.], requires_grad=True) * 2",
    "grad_fn add": "torch.tensor([1., 2.], requires_grad=True) + 1",
    "grad_fn sub": "torch.tensor([1., 2.], requires_grad=True) - 1",
    "grad_fn div": "torch.tensor([1., 2.], requires_grad=True) / 2",
    "grad_fn neg": "-torch.tensor([1., 2.], requires_grad=True)",
    "grad_fn sum": "torch.tensor([1., 2.], requires_grad=True).sum()",
    "grad_fn sum dim": "torch.ones(2, 2, requires_grad=True).sum(1)",
    "grad_fn mean": "torch.tensor([1., 2.], requires_grad=True).mean()",
    "grad_fn mean dim": "torch.ones(2, 2, requires_grad=True).mean(1)",
    "grad_fn relu": "torch.relu(torch.ones(2, requires_grad=True))",
    "grad_fn sigmoid": "torch.sigmoid(torch.zeros(2, requires_grad=True))",
    "grad_fn tanh": "torch.tanh(torch.zeros(2, requires_grad=True))",
    "grad_fn exp": "torch.exp(torch.zeros(2, requires_grad=True))",
    "grad_fn log": "torch.log(torch.ones(2, requires_grad=True))",
    "grad_fn sqrt": "torch.sqrt(torch.ones(2, requires_grad=True))",
    "grad_fn abs": "torch.abs(torch.ones(2, requires_grad=True))",
    "grad_fn pow": "torch.ones(2, requires_grad=True) ** 2",
    "grad_fn clamp": "torch.ones(2, requires_grad=True).clamp(0, 1)",
    "grad_fn amax": "torch.ones(2, requires_grad=True).amax()",
    "grad_fn logsigmoid": "F.logsigmoid(torch.zeros(2, requires_grad=True))",
    "grad_fn matmul": "torch.ones(2, 2, requires_grad=True) @ torch.ones(2, 2)",
    "grad_fn matmul vector": "torch.ones(2, 2, requires_grad=True) @ torch.ones(2)",
    "grad_fn dot": "torch.ones(2, requires_grad=True) @ torch.ones(2)",
    "grad_fn linear": "F.linear(torch.ones(1, 2), torch.ones(3, 2, requires_grad=True), torch.ones(3))",
    "grad_fn linear without bias": "F.linear(torch.ones(1, 2), torch.ones(3, 2, requires_grad=True))",
    "grad_fn reshape": "torch.ones(4, requires_grad=True).reshape(2, 2)",
    "grad_fn transpose": "torch.ones(2, 1, requires_grad=True).transpose(0, 1)",
    "grad_fn t": "torch.ones(2, 1, requires_grad=True).t()",
    "grad_fn permute": "torch.ones(2, 1, requires_grad=True).permute(1, 0)",
    "grad_fn expand": "torch.ones(1, requires_grad=True).expand(2)",
    "grad_fn index_select": "torch.index_select(torch.ones(2, requires_grad=True), 0, torch.tensor([1]))",
    "grad_fn index": "torch.ones(2, requires_grad=True)[0]",
    "grad_fn cat": "torch.cat([torch.ones(1, requires_grad=True), torch.ones(1)])",
    "grad_fn stack": "torch.stack([torch.ones(1, requires_grad=True), torch.ones(1)])",
    "grad_fn where": "torch.where(torch.tensor([True, False]), torch.ones(2, requires_grad=True), torch.zeros(2))",
    "grad_fn loss": "nn.MultiLabelSoftMarginLoss()(torch.zeros(2, 3, requires_grad=True), torch.ones(2, 3))",
    "grad_fn summarised": "torch.zeros(2000, requires_grad=True) * 1",
}


def printed(name, python):
    torch.manual_seed(6)
    t = eval(python)
    shown = str(t)
    return {"name": name, "python": python, **tensor(t), "dtype": str(t.dtype).removeprefix("torch."),
            "requires_grad": t.requires_grad, "str": shown}


write({
    "tensors": [printed(*item) for item in expressions.items()],
    "sizes": [{"size": list(t.shape), "str": str(t.shape)}
              for t in (torch.empty(2, 3), torch.empty(()), torch.empty(5), torch.empty(0, 3))],
})
